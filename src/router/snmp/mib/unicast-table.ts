/**
 * Unicast routes: inetCidrRouteTable and ipCidrRouteTable of IP-FORWARD-MIB (RFC 4292), and ipRouteTable of MIB-II. Tables
 * may have a million rows, so none is walked: the longest prefix that covers an address has one of the few destinations
 * that the address becomes when its last bits are cleared. It is first seen where there is one.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { type Address, compareAddress, type Family, inPrefix, type Prefix } from '../../../wire/address.ts';
import { isHost } from './address-kind.ts';
import { INET_ADDRESS_TYPE, IndexReader, inetAddressIndex, maskLength, octetsIndex } from './index-reader.ts';
import { compareOids, type Oid, suffixOf } from './oid.ts';
import { routingProtocolOf } from './protocols.ts';
import { type Found, given, type Question, type Row, type Rows, together } from './question.ts';
import { addressOf, addressTextOf, ifIndexOf, type SnmpValue } from './varbind.ts';

export interface UnicastTable {
  /** `inetCidrRouteTable` */
  readonly name: string;
  readonly families: readonly Family[];
  /** The family's rows have instances below each: interfaces, and types and protocols, which some agents leave out. */
  readonly rows: (family: Family) => readonly Oid[];
  /**
   * The routes of the longest prefix that covers the target.
   * @param before where they were last time
   */
  lookUp(target: Address, before: RoutePlace | undefined): Question<LookUp>;
}

export interface LookUp {
  /** In the agent's order; none: nothing covers the target. */
  readonly routes: readonly UnicastRoute[];
  readonly place: RoutePlace | undefined;
  /** There may be a longer prefix than these routes have: to be asked, and its answer counts. */
  readonly more: Question<LookUp> | undefined;
}

export interface RoutePlace {
  readonly destination: Address;
  /** Something is in the range of the prefixes with more than 64 bits. */
  readonly hasLong: boolean;
}

export interface UnicastRoute {
  readonly prefix: Prefix;
  /** null: not told. */
  readonly interface: number | null;
  /** As text; null: none, the target is on the link. */
  readonly nextHop: string | null;
  readonly isUnreachable: boolean;
  /** By its type: some agents say so of routes to other routers, too. */
  readonly isLocal: boolean;
  readonly routingProtocol: RoutingProtocol | null;
}

/** inetCidrRouteType and ipCidrRouteType agree on reject(2), local(3), remote(4); blackhole(5) is only the former's. */
const UNREACHABLE: readonly (SnmpValue | undefined)[] = [2, 5];
const LOCAL = 3;
const REMOTE = 4;
/** ipRouteType: invalid(2), and direct(3) as well */
const INVALID = 2;

/** RowStatus (RFC 2579) notInService(2), notReady(3): known, and not used. */
const OUT_OF_USE: readonly (SnmpValue | undefined)[] = [2, 3];

const IP: Oid = '1.3.6.1.2.1.4';
const INET_CIDR_ROUTE: Oid = `${IP}.24.7.1`;
const IP_CIDR_ROUTE: Oid = `${IP}.24.4.1`;
const IP_ROUTE: Oid = `${IP}.21.1`;

export const inetCidrRoute = prefixTable({
  name: 'inetCidrRouteTable',
  families: [4, 6],
  columns: [7, 8, 9, 17].map((column) => `${INET_CIDR_ROUTE}.${column}`),
  rows: (family) => [7, 8, 9].map((column) => `${INET_CIDR_ROUTE}.${column}.${INET_ADDRESS_TYPE[family]}`),
  /** InetAddressType and InetAddress; behind it prefix length, policy and next hop. */
  indexOf: inetAddressIndex,
  restOf: (rest) => {
    const length = rest.number();
    rest.skipCounted();
    return { length, nextHop: rest.inetAddress() };
  },
});

export const ipCidrRoute = prefixTable({
  name: 'ipCidrRouteTable',
  families: [4],
  columns: [5, 6, 7, 16].map((column) => `${IP_CIDR_ROUTE}.${column}`),
  rows: () => [5, 6, 7].map((column) => `${IP_CIDR_ROUTE}.${column}`),
  /** The address; behind it mask, TOS and next hop. */
  indexOf: octetsIndex,
  restOf: (rest) => {
    const length = rest.maskLength();
    rest.number();
    return { length, nextHop: rest.ipv4() };
  },
});

interface PrefixTableOptions {
  readonly name: string;
  readonly families: readonly Family[];
  /** Interface, type, protocol, status. */
  readonly columns: readonly Oid[];
  readonly rows: UnicastTable['rows'];
  indexOf(destination: Address): string;
  restOf(rest: IndexReader): { readonly length: number; readonly nextHop: string | null };
}

/** A table whose index has destination, prefix length and next hop in it, in this order. */
function prefixTable(options: PrefixTableOptions): UnicastTable {
  const { name, families, rows } = options;
  return {
    name,
    families,
    rows,
    lookUp: (target, before) => {
      const search = new Search(options, target);
      return before === undefined ? search.anew() : search.again(before);
    },
  };
}

/** Longer prefixes are rare: of all of them it is seen whether there is anything at all. */
const USUAL_BITS = 64;

/** The look-up of one address. */
class Search {
  readonly #options: PrefixTableOptions;
  readonly #target: Address;
  /** The one with the fewest bits first, which has the lowest address. */
  readonly #destinations: readonly Address[];

  constructor(options: PrefixTableOptions, target: Address) {
    this.#options = options;
    this.#target = target;
    this.#destinations = destinationsOf(target).reverse();
  }

  /** First where the longest is, then its rows. */
  anew(): Question<LookUp> {
    const covers = together(...this.#destinations.map((destination) => this.#covers(destination)));
    const isAnyLong = this.#isAnyFrom(this.#destinations.find(isLong));
    return {
      wants: [...covers.wants, ...isAnyLong.wants],
      parse: (found) => {
        const last = covers.parse(found).lastIndexOf(true);
        if (last < 0) return this.#found([], false, undefined);
        const hasLong = isAnyLong.parse(found);
        const rows = this.#routesTo(this.#destinations[last]!);
        const read = { wants: rows.wants, parse: (then: Found) => this.#found(rows.parse(then), hasLong, undefined) };
        return this.#found([], hasLong, read);
      },
    };
  }

  /** Where they were, and one name for each destination that would be longer, to see that nothing is there still. */
  again({ destination, hasLong }: RoutePlace): Question<LookUp> {
    const rows = this.#routesTo(destination);
    const behind = this.#destinations.filter((one) => compareAddress(one, destination) > 0);
    const longer = together(...behind.filter((one) => hasLong || !isLong(one)).map((one) => this.#covers(one)));
    const isAnyLong = hasLong ? given(false) : this.#isAnyFrom(behind.find(isLong));
    return {
      wants: [...rows.wants, ...longer.wants, ...isAnyLong.wants],
      parse: (found) => {
        const routes = rows.parse(found);
        const isMoved = routes.length === 0 || longer.parse(found).includes(true) || isAnyLong.parse(found);
        return this.#found(routes, hasLong, isMoved ? this.anew() : undefined);
      },
    };
  }

  #found(routes: readonly UnicastRoute[], hasLong: boolean, more: LookUp['more']): LookUp {
    const best = longest(routes);
    return { routes: best, place: best[0] && { destination: best[0].prefix.address, hasLong }, more };
  }

  /** Those that cover the target. */
  #routesTo(destination: Address): Question<readonly UnicastRoute[]> {
    const { columns, indexOf } = this.#options;
    const below: Rows = { kind: 'rows', columns, prefix: indexOf(destination), guess: 1 };
    return {
      wants: [below],
      parse: (found) =>
        found.rows(below).flatMap(({ index, values }) => {
          const rest = new IndexReader(index.slice(below.prefix.length + 1));
          const route = this.#routeOf(destination, rest, values);
          return route !== undefined && inPrefix(this.#target, route.prefix) ? [route] : [];
        }),
    };
  }

  /** Whether a route to the destination covers the target: the first has the shortest prefix. */
  #covers(destination: Address): Question<boolean> {
    const { columns, indexOf, restOf } = this.#options;
    const after = `${columns[0]}.${indexOf(destination)}`;
    return {
      wants: [{ kind: 'next', after }],
      parse: (found) => {
        const rest = suffixOf(after, found.next(after)?.oid ?? '');
        if (rest === undefined) return false;
        const reader = new IndexReader(rest);
        const { length } = restOf(reader);
        return reader.isWhole && inPrefix(this.#target, { address: destination, length });
      },
    };
  }

  /** Whether there is a route whose destination is this one, the target, or between them. */
  #isAnyFrom(destination: Address | undefined): Question<boolean> {
    if (destination === undefined) return given(false);
    const [column] = this.#options.columns;
    const indexOf = (address: Address) => `${column}.${this.#options.indexOf(address)}`;
    const after = indexOf(destination);
    return {
      wants: [{ kind: 'next', after }],
      parse: (found) => {
        const oid = found.next(after)?.oid;
        if (oid === undefined) return false;
        const last = indexOf(this.#target);
        return compareOids(oid, last) <= 0 || suffixOf(last, oid) !== undefined;
      },
    };
  }

  #routeOf(address: Address, rest: IndexReader, values: Row['values']): UnicastRoute | undefined {
    const [ifIndex, type, protocol, status] = values;
    const { length, nextHop } = this.#options.restOf(rest);
    if (!rest.isWhole || length > address.length * 8 || OUT_OF_USE.includes(status)) return undefined;
    return {
      prefix: { address, length },
      interface: ifIndexOf(ifIndex) ?? null,
      nextHop: isHost(nextHop) ? nextHop : null,
      isUnreachable: UNREACHABLE.includes(type),
      isLocal: type === LOCAL,
      routingProtocol: protocolOf(protocol, type),
    };
  }
}

/** ipRouteIfIndex, ipRouteNextHop, ipRouteType, ipRouteProto, ipRouteMask; the index is the destination alone. */
const IP_ROUTE_COLUMNS = {
  ifIndex: `${IP_ROUTE}.2`,
  nextHop: `${IP_ROUTE}.7`,
  type: `${IP_ROUTE}.8`,
  proto: `${IP_ROUTE}.9`,
  mask: `${IP_ROUTE}.11`,
} as const;

export const ipRoute: UnicastTable = {
  name: 'ipRouteTable',
  families: [4],
  rows: () => [IP_ROUTE_COLUMNS.ifIndex, IP_ROUTE_COLUMNS.type, IP_ROUTE_COLUMNS.proto],
  lookUp: (target) => {
    const destinations = destinationsOf(target);
    const at = (column: keyof typeof IP_ROUTE_COLUMNS, address: Address): Oid =>
      `${IP_ROUTE_COLUMNS[column]}.${octetsIndex(address)}`;
    const columns = Object.keys(IP_ROUTE_COLUMNS) as (keyof typeof IP_ROUTE_COLUMNS)[];
    return {
      wants: destinations.flatMap((address) =>
        columns.map((column) => ({ kind: 'instance', oid: at(column, address) }) as const),
      ),
      parse: (found) => {
        const routes = destinations.flatMap((address): UnicastRoute[] => {
          const value = (column: keyof typeof IP_ROUTE_COLUMNS) => found.value(at(column, address));
          const mask = addressOf(value('mask'));
          const length = mask?.length === 4 ? maskLength(mask) : undefined;
          if (length === undefined || !inPrefix(target, { address, length })) return [];
          return [
            {
              prefix: { address, length },
              interface: ifIndexOf(value('ifIndex')) ?? null,
              nextHop: addressTextOf(value('nextHop')) ?? null,
              isUnreachable: value('type') === INVALID,
              isLocal: value('type') === LOCAL,
              routingProtocol: protocolOf(value('proto'), value('type')),
            },
          ];
        });
        return { routes: longest(routes), place: undefined, more: undefined };
      },
    };
  },
};

/** More than the usual bits. */
function isLong(destination: Address): boolean {
  return destination.subarray(USUAL_BITS / 8).some((octet) => octet !== 0);
}

/** Nobody is behind a route of local(2): agents that say so of a remote one (snmpd, of all IPv6) do not know its protocol. */
function protocolOf(protocol: SnmpValue | undefined, type: SnmpValue | undefined): RoutingProtocol | null {
  const name = routingProtocolOf(protocol);
  return name === 'local' && type === REMOTE ? null : name;
}

function longest(routes: readonly UnicastRoute[]): UnicastRoute[] {
  const length = Math.max(...routes.map(({ prefix }) => prefix.length));
  return routes.filter(({ prefix }) => prefix.length === length);
}

/** What is left of the address when its last bits are cleared, each once: the address itself first, 0.0.0.0 last. */
function destinationsOf(target: Address): Address[] {
  const destinations = [target];
  for (let bit = target.length * 8 - 1; bit >= 0; bit--) {
    const last = destinations.at(-1)!;
    const at = bit >> 3;
    const cleared = last[at]! & ~(0x80 >> (bit & 7));
    if (cleared === last[at]) continue;
    const next = last.slice();
    next[at] = cleared;
    destinations.push(next);
  }
  return destinations;
}
