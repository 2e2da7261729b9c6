/**
 * Which sockets the daemon has: one for each `listen`, one for each stand-in address that those do not hear, and one for
 * each all-routers group where no wildcard socket could join it. DESIGN §3
 */
import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { type Address, familyOf, formatAddress, isAllZeros, isLoopback, sameAddress } from '../wire/address.ts';

/** RFC 8487 §5.1.1: where clients that do not know their last-hop router send Queries to. */
const ALL_ROUTERS = {
  4: Uint8Array.of(224, 0, 0, 2),
  6: Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2),
} as const;

export interface PortPlan {
  /** What tells sockets apart, for keeping them over a reload. */
  readonly key: string;
  readonly address: Address;
  readonly port: number;
  /** The address is not this host's. */
  readonly transparent: boolean;
  /** Groups to join, on each of these interfaces. */
  readonly join: readonly { readonly group: Address; readonly interfaceIndex: number }[];
  /** `key` of the socket whose address the answers to what comes in here are sent from. */
  readonly answerFrom: string;
}

/**
 * @param hostAddresses what this host has
 * @throws Error with what to change, when an interface does not exist
 */
export function planPorts(config: Config, hostAddresses: readonly Address[]): PortPlan[] {
  const listens = config.listen.map(({ address, port }) => ({ address, port, key: keyOf(address, port) }));
  const interfaceIndexes = config.multicast.interfaces.map(interfaceIndex);
  const plans: PortPlan[] = listens.map(({ address, port, key }) => {
    const group = ALL_ROUTERS[familyOf(address)];
    const joined = isAllZeros(address) ? interfaceIndexes : [];
    const join = joined.map((index) => ({ group, interfaceIndex: index }));
    return { key, address, port, transparent: false, join, answerFrom: key };
  });

  const add = (plan: PortPlan) => {
    if (!plans.some((other) => other.key === plan.key)) plans.push(plan);
  };
  for (const { address, port, key } of listens) {
    const group = ALL_ROUTERS[familyOf(address)];
    // A socket bound to a unicast address hears no group: the group gets one of its own.
    if (isAllZeros(address) || interfaceIndexes.length === 0) continue;
    const join = interfaceIndexes.map((index) => ({ group, interfaceIndex: index }));
    add({ key: keyOf(group, port), address: group, port, transparent: false, join, answerFrom: key });
  }
  const isLocal = (address: Address) =>
    isLoopback(address) || hostAddresses.some((candidate) => sameAddress(candidate, address));
  for (const address of config.routers.flatMap((router) => router.standIn)) {
    for (const port of new Set(listens.map((listen) => listen.port))) {
      const isHeard = listens.some((listen) => listen.port === port && isWildcardFor(listen.address, address));
      if (isLocal(address) && isHeard) continue;
      const key = keyOf(address, port);
      add({ key, address, port, transparent: !isLocal(address), join: [], answerFrom: key });
    }
  }
  return plans;
}

function keyOf(address: Address, port: number): string {
  return `${formatAddress(address)} ${port}`;
}

function isWildcardFor(listen: Address, address: Address): boolean {
  return listen.length === address.length && isAllZeros(listen);
}

function interfaceIndex(name: string): number {
  try {
    return Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8'));
  } catch {
    throw new Error(`multicast.interfaces: this host has no interface ${name}`);
  }
}
