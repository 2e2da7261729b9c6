/** Starts the streams of the lab (topology.ts), and tells when all routers forward them. */
import { setTimeout as delay } from 'node:timers/promises';
import type { KernelRoute, Lab } from './lab.ts';
import { type LabProcess, until } from './process.ts';
import { ROUTERS, type Router, STREAMS } from './topology.ts';

/** What the receiver counted of one group. */
export interface Received {
  readonly received: number;
  /** Sequence numbers missing since the first packet that came. */
  readonly lost: number;
  /** Packets that came twice or were overtaken. */
  readonly late: number;
}

/** The forwarding caches of all routers, IPv4 and IPv6. */
export type RouteTables = Readonly<Record<Router, readonly KernelRoute[]>>;

/** Packets that r4 has to forward of each stream before `startStreams` is content. */
const SETTLED_PACKETS = 20;
/** Time for packets under way, between the end of the sender and that of the receiver. */
const DRAIN_MS = 200;

export class Streams {
  readonly #sender: LabProcess;
  readonly #receiver: LabProcess;
  /** The forwarding caches when everything was joined and nothing sent: counters of entries go on from there. */
  readonly before: RouteTables;

  constructor(before: RouteTables, sender: LabProcess, receiver: LabProcess) {
    this.before = before;
    this.#sender = sender;
    this.#receiver = receiver;
  }

  /** Packets that the sender reported for a group, up to half a second ago; exact after `stop`. */
  sent(group: string): number {
    return lastReport<{ sent: number }>(this.#sender, group)?.sent ?? 0;
  }

  /** What the receiver reported for a group, up to half a second ago; exact after `stop`. */
  received(group: string): Received {
    return lastReport<Received>(this.#receiver, group) ?? { received: 0, lost: 0, late: 0 };
  }

  /** Ends the sender, then the receivers, which leave their groups. */
  async stop(): Promise<void> {
    await this.#sender.stop();
    await delay(DRAIN_MS);
    await this.#receiver.stop();
  }
}

function lastReport<T>(process: LabProcess, group: string): T | undefined {
  const line = process.stdout
    .split('\n')
    .slice(0, -1)
    .findLast((text) => text.includes(`"${group}"`));
  return line === undefined ? undefined : (JSON.parse(line) as T);
}

/**
 * Joins all groups on rcv, sends to them on src, and resolves once the trees are settled: r4 forwards every stream,
 * 239.1.1.1 on the source tree (with its (*,G) beside it), and r1 registers no more. Rejects when that takes too long.
 * One run at a time. After an earlier one it takes some 3 s more.
 */
export async function startStreams(lab: Lab): Promise<Streams> {
  const { asm4, ssm4, asm6, ssm6 } = STREAMS;
  const joins = [asm4.group, `${ssm4.group},${ssm4.source}`, asm6.group, `${ssm6.group},${ssm6.source}`];
  const groups = [asm4.group, ssm4.group, asm6.group, ssm6.group];

  // A join that crosses the end of an earlier membership loses packets later on, or (pimd 8.4.4) stays without effect.
  await until('r4 to have let go of earlier streams', () => isReleased(lab));
  const receiver = lab.spawn('rcv', [lab.script('multicast.py'), 'receive', ...joins]);
  await receiver.printed(new RegExp(`"${ssm6.group}"`));
  // Nothing may be lost in a tree that is not there yet, and in IPv4 only the routers can tell when it is.
  await until('the joins to reach r1 and the RP', async () => areJoined(await routeTables(lab)));

  const before = await routeTables(lab);
  const sender = lab.spawn('src', [lab.script('multicast.py'), 'send', ...groups]);
  await until('r4 to forward all streams, and r1 to end its registering', async () =>
    areSettled(before, await routeTables(lab)),
  );
  return new Streams(before, sender, receiver);
}

async function isReleased(lab: Lab): Promise<boolean> {
  const groups = [STREAMS.asm4.group, STREAMS.ssm4.group];
  const members = await lab.vtysh('r4', 'show ip igmp groups');
  const routes = await lab.kernelMroute('r4', 4);
  return groups.every((group) => !members.includes(group) && routes.every((route) => route.group !== group));
}

function areJoined({ r1, r2, r4 }: RouteTables): boolean {
  const { asm4, ssm4 } = STREAMS;
  const sends = (routes: readonly KernelRoute[], source: string | null, group: string, interfaceName: string) =>
    find(routes, source, group)?.outgoing.includes(interfaceName) ?? false;
  return (
    sends(r4, ssm4.source, ssm4.group, 'rcv0') &&
    sends(r1, ssm4.source, ssm4.group, 'to-r2') &&
    sends(r4, null, asm4.group, 'rcv0') &&
    sends(r2, null, asm4.group, 'to-r3')
  );
}

function areSettled(before: RouteTables, { r1, r4 }: RouteTables): boolean {
  const { asm4, ssm4, asm6, ssm6 } = STREAMS;
  const forwards = (source: string | null, group: string) => {
    const packets = (routes: readonly KernelRoute[]) => find(routes, source, group)?.packets ?? 0;
    return packets(r4) - packets(before.r4) >= SETTLED_PACKETS;
  };
  return (
    forwards(asm4.source, asm4.group) &&
    forwards(ssm4.source, ssm4.group) &&
    forwards(null, asm6.group) &&
    forwards(ssm6.source, ssm6.group) &&
    find(r4, null, asm4.group) !== undefined &&
    find(r1, asm4.source, asm4.group)?.outgoing.includes('pimreg') === false
  );
}

/** The entry for (source,group), or with `null` the (*,G). */
export function find(routes: readonly KernelRoute[], source: string | null, group: string): KernelRoute | undefined {
  return routes.find((route) => route.source === source && route.group === group);
}

export async function routeTables(lab: Lab): Promise<RouteTables> {
  const tables = ROUTERS.map(async (router) => {
    const routes = await Promise.all([lab.kernelMroute(router, 4), lab.kernelMroute(router, 6)]);
    return [router, routes.flat()] as const;
  });
  return Object.fromEntries(await Promise.all(tables)) as Record<Router, KernelRoute[]>;
}
