/** A trace by what snmpd shows of four real routers, against the same trace by their own CLI. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TlvJson } from '../../src/wire/print.ts';
import { Agents, COMMUNITY, USER } from './agents.ts';
import { routersBySsh, startDaemon, type TraceJson, trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import type { LabProcess } from './process.ts';
import type { Streams } from './streams.ts';
import { ROUTERS, STREAMS } from './topology.ts';

const NOC4 = '10.255.0.100';
const NOC6 = 'fd00:ff::100';
const IPMROUTE_PORT = 161;
const IPMCAST_PORT = 1161;

/** Without what passes between the two traces, and without what snmpd on Linux does not know: its interfaces' counters. */
function comparable(hop: TlvJson): TlvJson {
  return Object.fromEntries(Object.entries(hop).filter(([name]) => !/Count$|^queryArrivalTime/.test(name)));
}

/** snmpd tells no protocol of IPv6 routes that lead to another router. */
function withoutProtocol(hop: TlvJson): TlvJson {
  return hop.routingProtocolName === 'local' ? hop : { ...hop, routingProtocol: 0, routingProtocolName: null };
}

function counts({ hops }: TraceJson): number[] {
  return hops.map((hop) => Number(hop.sourceGroupPacketCount));
}

describeLab('a trace by SNMP equals the one by CLI', (lab) => {
  let streams: Streams;
  const agents: Agents[] = [];
  beforeAll(async () => {
    streams = await lab.streams();
    agents.push(
      ...(await Promise.all([
        Agents.start(lab, 'IPMROUTE', IPMROUTE_PORT),
        Agents.start(lab, 'IPMCAST', IPMCAST_PORT),
      ])),
    );
  });
  afterAll(async () => {
    await Promise.all(agents.map((one) => one.stop()));
    await streams?.stop();
  });

  const bySnmp = (family: 4 | 6, reader: object) =>
    ROUTERS.map((name) => ({ name, readers: [{ kind: 'snmp', host: lab.management(name, family), ...reader }] }));
  const community = { version: '2c', community: COMMUNITY };
  const user = {
    version: 3,
    user: USER.name,
    authProtocol: 'sha256',
    authKey: USER.authKey,
    privProtocol: 'aes',
    privKey: USER.privKey,
  };

  /** By the routers' own CLI: what the traces by SNMP have to equal. */
  const byCli = new Map<string, TraceJson>();
  async function traceAllByCli(platform: 'frr' | 'linux', targets: readonly (readonly string[])[]): Promise<void> {
    const daemon = await startDaemon(lab, 'noc', { routers: routersBySsh(lab, ROUTERS, platform) });
    try {
      for (const target of targets) byCli.set(target.join(' '), await trace(lab, 'rcv', ...target));
    } finally {
      await daemon.stop();
    }
  }

  async function expectSame(target: readonly string[]): Promise<void> {
    const expected = byCli.get(target.join(' '))!;
    const found = await trace(lab, 'rcv', ...target);
    // The lab's (*,G) of IPv6 has no RP: its way is that of the unicast routes.
    const known = target === targets6['(*,G)'] ? expected.hops.map(withoutProtocol) : expected.hops;
    expect(found.hops.map(comparable)).toEqual(known.map(comparable));
    expect(found.ending).toBe(expected.ending);
    expect(found.hops.every((hop) => hop.inputPacketCount === null && hop.outputPacketCount === null)).toBe(true);
    for (const [i, count] of counts(found).entries()) expect(count).toBeGreaterThanOrEqual(counts(expected)[i]!);
  }

  const { ssm4, asm4, ssm6, asm6 } = STREAMS;
  const targets4 = {
    '(S,G), SSM': ['-g', NOC4, String(ssm4.source), ssm4.group],
    '(S,G), ASM': ['-g', NOC4, String(asm4.source), asm4.group],
    '(*,G)': ['-g', NOC4, 'any', asm4.group],
  };
  const targets6 = {
    '(S,G)': ['-g', NOC6, String(ssm6.source), ssm6.group],
    '(*,G)': ['-g', NOC6, String(asm6.source), asm6.group],
  };
  beforeAll(async () => {
    await traceAllByCli('frr', Object.values(targets4));
    await traceAllByCli('linux', Object.values(targets6));
  });

  describe.each([
    ['IPv4, IPMROUTE-STD-MIB, v2c', targets4, 4, { ...community, port: IPMROUTE_PORT }],
    ['IPv4, IPMROUTE-STD-MIB, v3 SHA-256 AES', targets4, 4, { ...user, port: IPMROUTE_PORT }],
    ['IPv4, IPMROUTE-STD-MIB, v1', targets4, 4, { version: 1, community: COMMUNITY, port: IPMROUTE_PORT }],
    ['IPv4, IPMCAST-MIB, v2c', targets4, 4, { ...community, port: IPMCAST_PORT }],
    ['IPv4, IPMCAST-MIB, v3 SHA-256 AES, over IPv6', targets4, 6, { ...user, port: IPMCAST_PORT }],
    ['IPv6, IPMCAST-MIB, v2c', targets6, 4, { ...community, port: IPMCAST_PORT }],
    ['IPv6, IPMCAST-MIB, v3 SHA-256 AES, over IPv6', targets6, 6, { ...user, port: IPMCAST_PORT }],
  ] as const)('%s', (_name, targets, family, reader) => {
    let daemon: LabProcess;
    beforeAll(async () => {
      daemon = await startDaemon(lab, 'noc', { routers: bySnmp(family, reader) });
    });
    afterAll(() => daemon?.stop());

    it.each(Object.entries(targets))('%s', async (_stream, target) => {
      await expectSame(target);
    });
  });
});
