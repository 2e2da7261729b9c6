/**
 * Which sockets the daemon has: one for each `listen`, one for each stand-in address that those do not hear, and one for
 * each group of routers where no wildcard socket could join it.
 */
import { readFileSync } from 'node:fs';
import { ALL_PIM_ROUTERS, ALL_ROUTERS } from '../../proto/registry.ts';
import type { Config } from '../config/config.ts';
import { type Address, familyOf, formatAddress, isAllZeros, isLoopback, sameAddress } from '../wire/address.ts';

interface Join {
  readonly group: Address;
  readonly interfaceIndex: number;
}

export interface PortPlan {
  /** What tells sockets apart, for keeping them over a reload. */
  readonly key: string;
  readonly address: Address;
  /** Interface index that a link-scoped IPv6 address is bound on, else 0. */
  readonly scope: number;
  readonly port: number;
  /** Hears, and answers from, addresses that are not this host's. */
  readonly transparent: boolean;
  readonly join: readonly Join[];
  /** `key` of the socket whose address the answers to what comes in here are sent from. */
  readonly answerFrom: string;
}

/**
 * @param hostAddresses what this host has
 * @throws Error with what to change, when an interface does not exist
 */
export function planPorts(config: Config, hostAddresses: readonly Address[]): PortPlan[] {
  const interfaceIndexes = config.multicast.interfaces.map(joinedIndex);
  const joins = (address: Address): Join[] =>
    [ALL_ROUTERS, ALL_PIM_ROUTERS].flatMap((group) =>
      interfaceIndexes.map((index) => ({ group: group[familyOf(address)], interfaceIndex: index })),
    );
  const isLocal = (address: Address) =>
    isLoopback(address) || hostAddresses.some((candidate) => sameAddress(candidate, address));
  const standIns = config.routers.flatMap((router) => router.standIn);
  const plans = config.listen.map(({ address, port }) => {
    if (!isAllZeros(address)) return planOf(address, port, {});
    // Linux refuses a second socket on the port of a wildcard, so the wildcard itself hears what is not this host's.
    const transparent = standIns.some((one) => isWildcardFor(address, one) && !isLocal(one));
    return planOf(address, port, { join: joins(address), transparent });
  });
  const add = (plan: PortPlan) => {
    if (!plans.some((other) => other.key === plan.key)) plans.push(plan);
  };

  for (const { address, port, key } of [...plans]) {
    if (isAllZeros(address)) continue;
    // A socket bound to a unicast address hears no group: the group gets one of its own, in IPv6 one for each link.
    for (const join of joins(address)) {
      const isSame = (other: Join) => sameAddress(other.group, join.group);
      if (address.length === 16) {
        add(planOf(join.group, port, { scope: join.interfaceIndex, join: [join], answerFrom: key }));
      } else add(planOf(join.group, port, { join: joins(address).filter(isSame), answerFrom: key }));
    }
  }

  for (const address of standIns) {
    for (const port of new Set(config.listen.map((listen) => listen.port))) {
      const isHeard = config.listen.some((listen) => listen.port === port && isWildcardFor(listen.address, address));
      if (!isHeard) add(planOf(address, port, { transparent: !isLocal(address) }));
    }
  }
  return plans;
}

export function keyOf(address: Address, port: number, scope = 0): string {
  return `${formatAddress(address)}${scope === 0 ? '' : `%${scope}`} ${port}`;
}

function planOf(address: Address, port: number, more: Partial<PortPlan>): PortPlan {
  const { scope = 0 } = more;
  const key = keyOf(address, port, scope);
  return { key, address, scope, port, transparent: false, join: [], answerFrom: key, ...more };
}

function isWildcardFor(listen: Address, address: Address): boolean {
  return listen.length === address.length && isAllZeros(listen);
}

/** `undefined`: this host has no interface of that name. */
export function interfaceIndexOf(name: string): number | undefined {
  try {
    return Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8'));
  } catch {
    return undefined;
  }
}

function joinedIndex(name: string): number {
  const index = interfaceIndexOf(name);
  if (index === undefined) throw new Error(`multicast.interfaces: this host has no interface ${name}`);
  return index;
}
