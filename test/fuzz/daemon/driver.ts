/**
 * Runs inside of namespace.sh: the built daemon with the fuzzer's world as its routers, and the datagrams of the corpus, as
 * they are and changed, from all the addresses of that world. Prints what the daemon had counted, as one object.
 *
 * Usage: driver.ts SEED COUNT
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { familyOf, formatAddress, formatPrefix } from '../../../src/wire/address.ts';
import { RECEIVER, SOURCE, SSM_GROUP } from '../../support/lab-network.ts';
import { type Program, Stage } from '../../support/programs.ts';
import { decode } from '../engine/input.ts';
import { SNAPSHOTS } from '../engine/routers.ts';
import { INTERESTING, PEERS, SENDER_PORTS, SENDERS } from '../engine/world.ts';
import { HEADER_OCTETS, parse } from '../judge.ts';
import { mutateMessage } from '../mutate-message.ts';
import { Random } from '../random.ts';

const LISTEN = { 4: '192.0.2.5', 6: '2001:db8::5' } as const;
const STAND_INS = { 4: '192.0.2.3', 6: '2001:db8::3' } as const;
const HOP_LIMITS = [255, 255, 64];
/** Longer than the daemon's slots, and the longest that IPv4 carries. */
const LONG_OCTETS = [2049, 9000, 65_507];
/** So many at once, then a turn for the daemon: its socket must not lose any. */
const BATCH = 32;

interface Datagram {
  readonly octets: Uint8Array;
  readonly sender: number;
  readonly senderPort: number;
}

const random = new Random(Number(process.argv[2]));
const count = Number(process.argv[3]);

function corpus(): Datagram[] {
  const folder = join(import.meta.dirname, '../corpus/engine');
  return readdirSync(folder).flatMap((name) =>
    decode(new Uint8Array(readFileSync(join(folder, name)))).events.flatMap((event) =>
      event.kind === 'datagram' ? [event] : [],
    ),
  );
}

/** Under a Query ID of its own half of the time: else most would be duplicates. */
function changed(octets: Uint8Array, other: Uint8Array): Uint8Array {
  const result = mutateMessage(octets, other, random, INTERESTING);
  const at = result[2] === HEADER_OCTETS[4] ? 16 : 52;
  if (random.oneIn(2) && result.length > at + 1) result.set(random.octets(2), at);
  return result;
}

function startDaemon(stage: Stage): Promise<Program> {
  for (const snapshot of SNAPSHOTS) {
    // A snapshot file may not name a group as the upstream router.
    const routes = snapshot.routes?.filter(({ upstream }) => !/^(224\.|ff)/.test(upstream ?? ''));
    stage.write(`${snapshot.name}.json`, JSON.stringify({ ...snapshot, routes }));
  }
  const often = { perSecond: 1_000_000, burst: 1_000_000 };
  const config = {
    listen: Object.values(LISTEN).map((address) => ({ address, port: 33435 })),
    routers: SNAPSHOTS.map(({ name }) => ({
      name,
      standIn: name === 'r3' ? Object.values(STAND_INS) : [],
      readers: [{ kind: 'file', path: `${name}.json` }],
    })),
    peers: PEERS.flatMap(({ addresses, port, routers }, i) =>
      addresses.map((address, j) => ({
        name: `peer-${i}-${j}`,
        address: formatAddress(address),
        port,
        routers: routers.filter((one) => one.address.length === address.length).map(formatPrefix),
      })),
    ),
    native: { forward: true },
    access: { queries: ['0.0.0.0/0', '::/0'], requests: ['0.0.0.0/0', '::/0'], prohibit: ['239.1.1.0/24'] },
    limits: { queries: often, requests: often, reads: { perSecond: 1_000_000, concurrency: 64 } },
    log: { level: 'info' },
  };
  return stage.daemon('fuzzed', JSON.stringify(config));
}

/** Sockets of each sender on each of its ports, as far as this host lets it have them. */
class Senders {
  readonly #sockets = new Map<string, Socket | undefined>();
  received = 0;
  malformed = 0;

  async send({ octets, sender, senderPort }: Datagram, hopLimit: number, isStandIn: boolean): Promise<boolean> {
    const address = SENDERS[sender % SENDERS.length]!;
    const family = familyOf(address);
    const port = SENDER_PORTS[senderPort % SENDER_PORTS.length]!;
    const socket = await this.#socketOf(formatAddress(address), family, port);
    if (socket === undefined) return false;
    socket.setTTL(hopLimit);
    const to = (isStandIn ? STAND_INS : LISTEN)[family];
    return new Promise((resolve) => socket.send(octets, 33435, to, (error) => resolve(error === null)));
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket?.close();
  }

  async #socketOf(address: string, family: 4 | 6, port: number): Promise<Socket | undefined> {
    const key = `${address} ${port}`;
    if (this.#sockets.has(key)) return this.#sockets.get(key);
    const socket = createSocket({ type: `udp${family}`, recvBufferSize: 1 << 20 });
    socket.on('message', (octets) => {
      this.received++;
      const message = parse(octets);
      if (message === undefined || message.type === 1 || message.length !== octets.length) this.malformed++;
    });
    try {
      socket.bind(port, address);
      await once(socket, 'listening');
      socket.on('error', () => {});
      this.#sockets.set(key, socket);
    } catch {
      this.#sockets.set(key, undefined);
    }
    return this.#sockets.get(key);
  }
}

/** Resident octets of a process. */
function residentOctets(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

async function main(): Promise<void> {
  const stage = new Stage();
  const daemon = await startDaemon(stage);
  const senders = new Senders();
  const datagrams = corpus();
  let sent = 0;
  let long = 0;
  let residentBefore = 0;
  for (let i = 0; i < count; i++) {
    const one = i < datagrams.length ? datagrams[i]! : random.pick(datagrams);
    const octets = random.oneIn(500)
      ? random.octets(random.pick(LONG_OCTETS))
      : i < datagrams.length
        ? one.octets
        : changed(one.octets, random.pick(datagrams).octets);
    const hasLeft = await senders.send({ ...one, octets }, random.pick(HOP_LIMITS), random.oneIn(4));
    if (hasLeft) sent++;
    if (hasLeft && octets.length > 2048) long++;
    if (i % BATCH === 0) await setTimeout(1);
    if (i === count >> 2) residentBefore = residentOctets(daemon.pid);
  }
  // Every trace is over, no relayed Request is kept any more, and no Query ID is remembered that a plain Query might have.
  await setTimeout(10_500);
  const residentAfter = residentOctets(daemon.pid);
  senders.close();
  const traces = [];
  for (const family of [4, 6] as const) {
    traces.push(
      await stage.mtrace2('--json', '-g', LISTEN[family], SOURCE[family], RECEIVER[family], SSM_GROUP[family]),
    );
  }
  const status = await daemon.stop();
  const [stopped] = daemon.lines('stopped');
  await stage.close();
  const { received, malformed } = senders;
  console.log(
    JSON.stringify({ sent, long, received, malformed, residentBefore, residentAfter, traces, status, stopped }),
  );
}

await main();
