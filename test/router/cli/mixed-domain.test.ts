/** A trace through all of a domain of five vendors (support/box/domain.ts), by ssh and by telnet. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { platforms } from '../../../src/router/cli/platforms.ts';
import { createCliReader } from '../../../src/router/cli/reader.ts';
import { createShellSession } from '../../../src/router/cli/session/shell-session.ts';
import { Credentials } from '../../../src/router/cli/session/ssh-credentials.ts';
import { LOGIN_DEFAULTS } from '../../../src/router/cli/session/ssh-login.ts';
import { openSshShell } from '../../../src/router/cli/session/ssh-shell.ts';
import { logInByTelnet } from '../../../src/router/cli/session/telnet.ts';
import type { ForwardingQuery, Reader } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { parseAddress, parsePrefix } from '../../../src/wire/address.ts';
import { EngineDriver, query } from '../../support/engine-driver.ts';
import { Box } from './support/box/box.ts';
import { DOMAIN, RECEIVER, SOURCE } from './support/box/domain.ts';
import { generateKeys } from './support/keys.ts';

const keys = generateKeys();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixed-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function started(transport: 'ssh' | 'telnet'): Promise<{ readers: Reader[]; boxes: Box[] }> {
  const boxes: Box[] = [];
  const readers: Reader[] = [];
  for (const { name, platform: kind, prompt, outputs } of DOMAIN) {
    const box = new Box({ prompt, outputs, user: 'mt', password: 'secret' });
    boxes.push(box);
    const port = transport === 'telnet' ? await box.telnet() : await box.ssh(keys.private);
    const knownHosts = join(folder, `${transport}-${name}`);
    writeFileSync(knownHosts, `[127.0.0.1]:${port} ${keys.public}\n`);
    const target = { host: '127.0.0.1', port, user: 'mt', password: 'secret', knownHosts };
    const platform = platforms[kind]();
    const terminal = platform.terminal!;
    const credentials = new Credentials(target);
    const session = createShellSession({
      description: `${transport} to ${name}`,
      terminal,
      connect: (signal) =>
        transport === 'telnet'
          ? logInByTelnet(target, terminal, signal)
          : openSshShell(target, credentials, LOGIN_DEFAULTS, signal),
    });
    readers.push(createCliReader({ name, platform, session }));
  }
  return { readers, boxes };
}

/** ifIndexes of the links towards the source and towards the receiver, as the boxes print them. */
const IF_INDEX = [
  [537, 538],
  [21, 22],
  [436207616, 436208128],
  [1, 2],
  [1, 2],
] as const;

/** The last octet of the subnets 10.X.0.0/24 and fd00:X::/64 beside router n. */
const towardsSource = (n: number) => (n === 1 ? '1' : `${n - 1}${n}`);
const towardsReceiver = (n: number) => (n === 5 ? '5' : `${n}${n + 1}`);

interface Expectation {
  /** Of router n; null: not told. */
  readonly packets: (n: number) => string | null;
  readonly s: 0 | 1;
  readonly mask: number;
  /** The last router of the trace. */
  readonly end: 1 | 2;
}

/** What the domain above says of router n. */
function blockOf(n: number, family: 4 | 6, { packets, s, mask, end }: Expectation) {
  const isRp = end === 2 && n === 2;
  // IOS tells no packets of interfaces that are IPv6's.
  const areCounted = family === 4 || n !== 5;
  const common = {
    inputPacketCount: areCounted && !isRp ? String(100_000 * n) : null,
    outputPacketCount: areCounted ? String(200_000 * n) : null,
    sourceGroupPacketCount: packets(n),
    routingProtocolName: isRp || n === 1 ? 'local' : 'ospf',
    multicastRoutingProtocolName: 'pimSparseMode',
    s,
    forwardingCodeName: isRp ? 'REACHED_RP' : 'NO_ERROR',
  };
  if (family === 4) {
    const nobody = isRp || n === 1;
    return {
      ...common,
      incomingInterfaceAddress: isRp ? '0.0.0.0' : `10.${towardsSource(n)}.0.${n}`,
      outgoingInterfaceAddress: `10.${towardsReceiver(n)}.0.${n}`,
      upstreamRouterAddress: nobody ? '0.0.0.0' : `10.${towardsSource(n)}.0.${n - 1}`,
      forwardingTtl: 1,
      sourceMask: mask,
    };
  }
  const [up, down] = IF_INDEX[n - 1]!;
  return {
    ...common,
    incomingInterfaceId: isRp ? 0 : up,
    outgoingInterfaceId: down,
    localAddress: isRp ? `fd00::${n}` : `fd00:${towardsSource(n)}::${n}`,
    remoteAddress: isRp || n === 1 ? '::' : `fe80::${n - 1}`,
    sourcePrefixLength: mask,
  };
}

function traced(snapshots: readonly Snapshot[], { family, group, source }: ForwardingQuery) {
  const driver = new EngineDriver({ snapshots, queryNetworks: [parsePrefix('0.0.0.0/0')!, parsePrefix('::/0')!] });
  const asked = query(RECEIVER[family], source ?? undefined, group ?? undefined);
  driver.deliver(asked, RECEIVER[family], { destination: parseAddress(family === 4 ? '192.0.2.1' : '2001:db8::1')! });
  return driver.sent[0]?.blocks;
}

const half = (count: number) => String(Math.floor(count / 2));

describe.each(['ssh', 'telnet'] as const)('%s', (transport) => {
  let domain: Awaited<ReturnType<typeof started>>;
  beforeAll(async () => {
    domain = await started(transport);
  });
  afterAll(async () => {
    for (const reader of domain.readers) await reader.close();
    for (const box of domain.boxes) await box[Symbol.asyncDispose]();
  });

  const full = { 4: 32, 6: 128 } as const;
  const ofGroup = { 4: 127, 6: 255 } as const;
  const sg = (family: 4 | 6, least: number): Expectation => ({
    packets: (n) => String(1000 * n + least),
    s: 0,
    mask: full[family],
    end: 1,
  });
  const shared = (family: 4 | 6, least: number): Expectation => ({
    packets: (n) => half(1000 * n + least),
    s: 1,
    mask: ofGroup[family],
    end: 2,
  });
  const pathOnly = (length: number): Expectation => ({ packets: () => null, s: 0, mask: length, end: 1 });

  test.each<[string, ForwardingQuery, Expectation]>([
    ['(S,G), SSM, IPv4', { family: 4, group: '232.1.1.1', source: SOURCE[4] }, sg(4, 4)],
    ['(S,G), ASM, IPv4', { family: 4, group: '239.1.1.1', source: SOURCE[4] }, sg(4, 5)],
    ['(*,G), IPv4', { family: 4, group: '239.1.1.1', source: null }, shared(4, 5)],
    ['source only, IPv4', { family: 4, group: null, source: SOURCE[4] }, pathOnly(24)],
    ['(S,G), SSM, IPv6', { family: 6, group: 'ff3e::1:1', source: SOURCE[6] }, sg(6, 6)],
    ['(S,G), ASM, IPv6', { family: 6, group: 'ff15::1:1', source: SOURCE[6] }, sg(6, 7)],
    ['(*,G), IPv6', { family: 6, group: 'ff15::1:1', source: null }, shared(6, 7)],
    ['source only, IPv6', { family: 6, group: null, source: SOURCE[6] }, pathOnly(64)],
  ])('%s', async (_, asked, expectation) => {
    const read = () =>
      Promise.all(domain.readers.map((reader) => reader.readForwarding(asked, AbortSignal.timeout(8000))));
    const expected = [5, 4, 3, 2, 1]
      .filter((n) => n >= expectation.end)
      .map((n) => blockOf(n, asked.family, expectation));
    expect(traced(await read(), asked)).toMatchObject(expected);
    for (const box of domain.boxes) box.commands.length = 0;
    expect(traced(await read(), asked)).toMatchObject(expected);
    // A warm hop costs a handful of commands, and one login has served all of them.
    for (const { commands, logins } of domain.boxes) {
      expect(commands.length).toBeLessThanOrEqual(7);
      expect(logins).toBe(1);
    }
  });
});
