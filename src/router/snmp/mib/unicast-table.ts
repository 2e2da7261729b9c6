/**
 * Unicast routes: inetCidrRouteTable and ipCidrRouteTable of IP-FORWARD-MIB (RFC 4292), and ipRouteTable of MIB-II. Tables
 * may have a million rows, so none is walked: the longest prefix that covers an address has one of the few destinations
 * that the address becomes when its last bits are cleared, and their rows are asked for in one round trip.
 */
import type { RoutingProtocol } from '../../../../proto/registry.ts';
import { type Address, type Family, inPrefix, type Prefix } from '../../../wire/address.ts';
import { INET_ADDRESS_TYPE, IndexReader, inetAddressIndex, maskLength, octetsIndex } from './index-reader.ts';
import type { Oid } from './oid.ts';
import { routingProtocolOf } from './protocols.ts';
import type { Question, Row, Rows } from './question.ts';
import { addressOf, addressTextOf, ifIndexOf, type SnmpValue } from './varbind.ts';

export interface UnicastTable {
  /** `inetCidrRouteTable` */
  readonly name: string;
  readonly families: readonly Family[];
  /** Every row of the family has an instance below it. */
  readonly rows: (family: Family) => Oid;
  /** The routes of the longest prefix that covers the target, in the agent's order; none: nothing covers it. */
  lookUp(target: Address): Question<readonly UnicastRoute[]>;
}

export interface UnicastRoute {
  readonly prefix: Prefix;
  /** null: not told. */
  readonly interface: number | null;
  /** As text; null: none, the target is on the link. */
  readonly nextHop: string | null;
  readonly isUnreachable: boolean;
  readonly isConnected: boolean;
  readonly routingProtocol: RoutingProtocol | null;
}

/** inetCidrRouteType and ipCidrRouteType agree on reject(2), local(3), remote(4); blackhole(5) is only the former's. */
const UNREACHABLE: readonly (SnmpValue | undefined)[] = [2, 5];
const LOCAL = 3;
const REMOTE = 4;
/** ipRouteType: invalid(2), and direct(3) as well */
const INVALID = 2;

const UNSPECIFIED: readonly string[] = ['0.0.0.0', '::'];

const IP: Oid = '1.3.6.1.2.1.4';
const INET_CIDR_ROUTE: Oid = `${IP}.24.7.1`;
const IP_CIDR_ROUTE: Oid = `${IP}.24.4.1`;
const IP_ROUTE: Oid = `${IP}.21.1`;

export const inetCidrRoute = prefixTable({
  name: 'inetCidrRouteTable',
  families: [4, 6],
  columns: [7, 8, 9].map((column) => `${INET_CIDR_ROUTE}.${column}`),
  rows: (family) => `${INET_CIDR_ROUTE}.7.${INET_ADDRESS_TYPE[family]}`,
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
  columns: [5, 6, 7].map((column) => `${IP_CIDR_ROUTE}.${column}`),
  rows: () => `${IP_CIDR_ROUTE}.5`,
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
  /** Interface, type, protocol. */
  readonly columns: readonly Oid[];
  readonly rows: UnicastTable['rows'];
  indexOf(destination: Address): string;
  restOf(rest: IndexReader): { readonly length: number; readonly nextHop: string | null };
}

/** A table whose index has destination, prefix length and next hop in it. */
function prefixTable({ name, families, columns, rows, indexOf, restOf }: PrefixTableOptions): UnicastTable {
  const routeOf = (address: Address, rest: IndexReader, [ifIndex, type, protocol]: Row['values']): UnicastRoute[] => {
    const { length, nextHop } = restOf(rest);
    if (!rest.isWhole || length > address.length * 8) return [];
    return [
      {
        prefix: { address, length },
        interface: ifIndexOf(ifIndex) ?? null,
        nextHop: nextHop === null || UNSPECIFIED.includes(nextHop) ? null : nextHop,
        isUnreachable: UNREACHABLE.includes(type),
        isConnected: type === LOCAL,
        routingProtocol: protocolOf(protocol, type),
      },
    ];
  };
  return {
    name,
    families,
    rows,
    lookUp: (target) => {
      const wanted = destinationsOf(target).map((address) => {
        const below: Rows = { kind: 'rows', columns, prefix: indexOf(address), guess: 1 };
        return { address, below };
      });
      return {
        wants: wanted.map(({ below }) => below),
        parse: (found) =>
          longest(
            target,
            wanted.flatMap(({ address, below }) =>
              found.rows(below).flatMap(({ index, values }) => {
                return routeOf(address, new IndexReader(index.slice(below.prefix.length + 1)), values);
              }),
            ),
          ),
      };
    },
  };
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
  rows: () => IP_ROUTE_COLUMNS.ifIndex,
  lookUp: (target) => {
    const destinations = destinationsOf(target);
    const at = (column: keyof typeof IP_ROUTE_COLUMNS, address: Address): Oid =>
      `${IP_ROUTE_COLUMNS[column]}.${octetsIndex(address)}`;
    const columns = Object.keys(IP_ROUTE_COLUMNS) as (keyof typeof IP_ROUTE_COLUMNS)[];
    return {
      wants: destinations.flatMap((address) =>
        columns.map((column) => ({ kind: 'instance', oid: at(column, address) }) as const),
      ),
      parse: (found) =>
        longest(
          target,
          destinations.flatMap((address): UnicastRoute[] => {
            const value = (column: keyof typeof IP_ROUTE_COLUMNS) => found.value(at(column, address));
            const mask = addressOf(value('mask'));
            const length = mask?.length === 4 ? maskLength(mask) : undefined;
            if (length === undefined) return [];
            return [
              {
                prefix: { address, length },
                interface: ifIndexOf(value('ifIndex')) ?? null,
                nextHop: addressTextOf(value('nextHop')) ?? null,
                isUnreachable: value('type') === INVALID,
                isConnected: value('type') === LOCAL,
                routingProtocol: protocolOf(value('proto'), value('type')),
              },
            ];
          }),
        ),
    };
  },
};

/** Nobody is behind a route of local(2): agents that say so of a remote one (snmpd, of all IPv6) do not know its protocol. */
function protocolOf(protocol: SnmpValue | undefined, type: SnmpValue | undefined): RoutingProtocol | null {
  const name = routingProtocolOf(protocol);
  return name === 'local' && type === REMOTE ? null : name;
}

function longest(target: Address, routes: readonly UnicastRoute[]): UnicastRoute[] {
  const covering = routes.filter(({ prefix }) => inPrefix(target, prefix));
  const length = Math.max(...covering.map(({ prefix }) => prefix.length));
  return covering.filter(({ prefix }) => prefix.length === length);
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
