/**
 * PIM's own (*,G) and (S,G), with immediate_olist (RFC 7761 §4.1.6): pimStarGTable, pimSGTable and the tables of their
 * interfaces, PIM-STD-MIB (RFC 5060). They tell what is to be forwarded and count nothing: they speak where no table of
 * multicast routes has the row.
 */

import { inetAddressIndex } from './index-reader.ts';
import type { Oid } from './oid.ts';
import { PIM, sgPlace } from './pim-std-table.ts';
import { routingProtocolOf } from './protocols.ts';
import type { Found, Rows } from './question.ts';
import type { OutgoingRow, RouteRow, RowTable } from './route-table.ts';
import { addressTextOf, ifIndexOf, integerOf, prefixTextOf, type SnmpValue } from './varbind.ts';

/** pimStarGEntry */
const StarG = {
  upTime: 3,
  pimMode: 4,
  upstreamNeighbor: 12,
  rpfIfIndex: 13,
  rpfRouteProtocol: 16,
  rpfRouteAddress: 17,
  rpfRoutePrefixLength: 18,
} as const;
/** pimSGEntry */
const SG = {
  upTime: 4,
  pimMode: 5,
  upstreamJoinState: 6,
  upstreamNeighbor: 8,
  rpfIfIndex: 9,
  rpfRouteProtocol: 12,
  rpfRouteAddress: 13,
  rpfRoutePrefixLength: 14,
  sptBit: 17,
} as const;
type Column = keyof typeof SG;
/** By which it is known that there is a row to tell. */
const PRESENCE: readonly Column[] = ['upTime', 'pimMode', 'upstreamJoinState', 'sptBit'];

/** PimMode */
const SSM = 2;
const ASM = 3;
/** pimSGUpstreamJoinState */
const NOT_JOINED = 1;
/** TruthValue */
const TRUE = 1;
/** pimStarGIJoinPruneState, pimSGIJoinPruneState */
const JOIN = 2;
const PRUNE_PENDING = 3;
/** pimStarGIAssertState, pimSGIAssertState */
const ASSERT_WINNER = 2;
const ASSERT_LOSER = 3;

/** Links of a group: one that was never asked for has to be there in two round trips. */
const MOST_USUAL = 6;

interface Tables {
  readonly columns: ReadonlyMap<Column, Oid>;
  /** Of the interfaces: local membership, the state of Joins and Prunes, the state of Asserts. */
  readonly links: readonly Oid[];
}

const STAR_G = tablesAt(4, StarG, 5);
const S_G = tablesAt(6, SG, 7);

function tablesAt(table: number, columns: Partial<Readonly<Record<Column, number>>>, linkTable: number): Tables {
  const entries = Object.entries(columns) as [Column, number][];
  return {
    columns: new Map(entries.map(([name, column]) => [name, `${PIM}.${table}.1.${column}`])),
    links: [3, 4, 7].map((column) => `${PIM}.${linkTable}.1.${column}`),
  };
}

export const pimState: RowTable = {
  name: 'PIM-STD-MIB',
  places: (group, source) => [source === null ? inetAddressIndex(group) : sgPlace(group, source)],
  isThere: (place) => {
    const { columns } = tablesOf(place);
    const oids = PRESENCE.flatMap((name) => columns.get(name) ?? []).map((column) => `${column}.${place}`);
    return {
      wants: oids.map((oid) => ({ kind: 'instance', oid })),
      parse: (found) => oids.some((oid) => found.value(oid) !== undefined) && isForwarded(valuesAt(place, found)),
    };
  },
  row: (place) => {
    const { columns, links } = tablesOf(place);
    const oids = [...columns.values()].map((column) => `${column}.${place}`);
    const linkRows: Rows = { kind: 'rows', columns: links, prefix: place, guess: MOST_USUAL };
    return {
      wants: [...oids.map((oid) => ({ kind: 'instance', oid }) as const), linkRows],
      parse: (found) => {
        const value = valuesAt(place, found);
        if (oids.every((oid) => found.value(oid) === undefined) || !isForwarded(value)) return undefined;
        return rowOf(value, linksIn(found, linkRows));
      },
    };
  },
};

/** The index of (*,G) ends with the group: a type, a length, as many octets. */
function tablesOf(place: string): Tables {
  const parts = place.split('.');
  return parts.length === 2 + Number(parts[1]) ? STAR_G : S_G;
}

type Values = (column: Column) => SnmpValue | undefined;

function valuesAt(place: string, found: Found): Values {
  const { columns } = tablesOf(place);
  return (name) => (columns.has(name) ? found.value(`${columns.get(name)}.${place}`) : undefined);
}

/**
 * Whether packets are forwarded as the row says. In BIDIR-PIM that is the Designated Forwarder's to say, in PIM-DM it is all
 * but what was pruned; and what has neither joined the source's tree nor has its SPTbit set goes as (*,G) says (RFC 7761
 * §4.2).
 */
function isForwarded(value: Values): boolean {
  const mode = value('pimMode');
  if (mode !== undefined && mode !== SSM && mode !== ASM) return false;
  return value('upstreamJoinState') !== NOT_JOINED || value('sptBit') === TRUE;
}

interface Links {
  readonly outgoing: readonly OutgoingRow[];
  readonly members: readonly number[];
}

function rowOf(value: Values, { outgoing, members }: Links): RouteRow {
  const upTime = integerOf(value('upTime'), 0, 0xffffffff);
  return {
    incoming: ifIndexOf(value('rpfIfIndex')) ?? null,
    upstream: addressTextOf(value('upstreamNeighbor')) ?? null,
    outgoing,
    members,
    packets: null,
    isPruned: null,
    multicastRoutingProtocol: 'pimSparseMode',
    routingProtocol: routingProtocolOf(value('rpfRouteProtocol')),
    rpfPrefix: prefixTextOf(value('rpfRouteAddress'), value('rpfRoutePrefixLength')),
    age: upTime === undefined ? null : { since: upTime },
  };
}

/** immediate_olist: joins and pim_include, without lost_assert. Who has won an Assert forwards to members in any case. */
function linksIn(found: Found, rows: Rows): Links {
  const outgoing: OutgoingRow[] = [];
  const members: number[] = [];
  for (const { index: text, values } of found.rows(rows)) {
    const index = ifIndexOf(Number(text.slice(rows.prefix.length + 1)));
    const [membership, joinPrune, assert] = values;
    if (index === undefined || assert === ASSERT_LOSER) continue;
    const isMember = membership === TRUE;
    const isJoined = joinPrune === JOIN || joinPrune === PRUNE_PENDING;
    if (isJoined || (isMember && assert === ASSERT_WINNER)) outgoing.push({ index, state: 'forwarding' });
    else if (isMember) members.push(index);
  }
  return { outgoing, members };
}
