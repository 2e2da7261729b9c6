/**
 * The four streams of the lab, from src to rcv, and how one tells that all routers forward them.
 * IPv4 is FRR's: 239.1.1.1 goes by the RP and then switches to the source tree, 232.1.1.1 is source-specific.
 * IPv6 routes are static in the kernel: ff3e::1:1 is an (S,G), ff15::1:1 a (*,G).
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { KernelRoute, Lab } from './lab.ts';
import { type LabProcess, until } from './process.ts';

export const STREAMS = {
  asm4: { family: 4, source: '10.1.0.2', group: '239.1.1.1' },
  ssm4: { family: 4, source: '10.1.0.2', group: '232.1.1.1' },
  asm6: { family: 6, source: 'fd00:1::2', group: 'ff15::1:1' },
  ssm6: { family: 6, source: 'fd00:1::2', group: 'ff3e::1:1' },
} as const;

/** What the receiver counted of one group. */
export interface Received {
  readonly received: number;
  /** Sequence numbers missing since the first packet that came. */
  readonly lost: number;
  /** Packets that came twice or were overtaken. */
  readonly late: number;
}

/** Packets that r4 has to forward of each stream before `startStreams` is content. */
const SETTLED_PACKETS = 20;
/** Time for packets under way, between the end of the sender and that of the receiver. */
const DRAIN_MS = 200;

export class Streams {
  readonly #sender: LabProcess;
  readonly #receiver: LabProcess;

  constructor(sender: LabProcess, receiver: LabProcess) {
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
 */
export async function startStreams(lab: Lab): Promise<Streams> {
  const { asm4, ssm4, asm6, ssm6 } = STREAMS;
  const joins = [asm4.group, `${ssm4.group},${ssm4.source}`, asm6.group, `${ssm6.group},${ssm6.source}`];
  const receiver = lab.spawn('rcv', [lab.script('multicast.py'), 'receive', ...joins]);
  // From the first packet on nothing may be lost in a tree that is not there yet.
  await until('the joins to reach r1 and the RP', async () => {
    const sourceTree = find(await lab.kernelMroute('r1', 4), ssm4.source, ssm4.group);
    const sharedTree = find(await lab.kernelMroute('r2', 4), null, asm4.group);
    return (sourceTree?.outgoing.includes('to-r2') && sharedTree?.outgoing.includes('to-r3')) || undefined;
  });
  const before = await lastHopRoutes(lab);
  const groups = Object.values(STREAMS).map((stream) => stream.group);
  const sender = lab.spawn('src', [lab.script('multicast.py'), 'send', ...groups]);
  await until('r4 to forward all streams, and r1 to end its registering', async () => {
    const after = await lastHopRoutes(lab);
    const forwarded = (source: string | null, group: string) => {
      const packets = (routes: readonly KernelRoute[]) => find(routes, source, group)?.packets ?? 0;
      return packets(after) - packets(before) >= SETTLED_PACKETS;
    };
    const registering = find(await lab.kernelMroute('r1', 4), asm4.source, asm4.group)?.outgoing.includes('pimreg');
    const settled =
      forwarded(asm4.source, asm4.group) &&
      forwarded(ssm4.source, ssm4.group) &&
      forwarded(null, asm6.group) &&
      forwarded(ssm6.source, ssm6.group) &&
      find(after, null, asm4.group) !== undefined &&
      registering === false;
    return settled || undefined;
  });
  return new Streams(sender, receiver);
}

/** The entry for (source,group), or with `null` the (*,G). */
export function find(routes: readonly KernelRoute[], source: string | null, group: string): KernelRoute | undefined {
  return routes.find((route) => route.source === source && route.group === group);
}

async function lastHopRoutes(lab: Lab): Promise<KernelRoute[]> {
  return [...(await lab.kernelMroute('r4', 4)), ...(await lab.kernelMroute('r4', 6))];
}
