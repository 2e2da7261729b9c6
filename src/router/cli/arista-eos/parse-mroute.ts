/**
 * Reads the multicast routing table as JSON. Pure. Its text is read by parse-mroute-text.ts; parse-routes.ts joins the two.
 */
import type { MulticastRoutingProtocol } from '../../../../proto/registry.ts';
import { entriesOf, itemsOf, memberOf, misunderstood, textOf } from '../tools/json.ts';
import { addressIn, isNobody } from '../tools/text.ts';
import { ofVrf, parseDocument } from './document.ts';
import { interfaceName, isLink } from './names.ts';

/** One (S,G) or (*,G) as one of the two forms tells it. */
export interface Entry {
  readonly group: string;
  readonly source: string | null;
  readonly multicastRoutingProtocol: MulticastRoutingProtocol;
  readonly rp: string | undefined;
  /** `null`: nothing, or in Registers of PIM. */
  readonly incoming: string | null;
  /** As in `RoutePart`. */
  readonly upstream: string | null | undefined;
  readonly forwarding: readonly string[];
  /** Joined or downstream, and yet not forwarded to, with the reason. */
  readonly excluded: readonly { readonly interface: string; readonly reason: string }[];
  /** Whether a Join is sent upstream. `undefined` = not told. */
  readonly isJoined: boolean | undefined;
  /** Whether a Prune(S,G,rpt) is sent towards the RP. */
  readonly isRptPruned: boolean;
  readonly uptimeSeconds: number | null;
}

/**
 * By the name of the table. There is no number for Bidirectional PIM: its routers speak PIM for sparse mode on their links.
 */
export function protocolOfTable(name: string): MulticastRoutingProtocol {
  if (/dense/i.test(name)) return 'pimDenseMode';
  return /static/i.test(name) ? 'netmgmt' : 'pimSparseMode';
}

/** `null` = any: (*,G). `undefined`: no address. */
export function sourceIn(text: string): string | null | undefined {
  const address = text === '*' ? null : addressIn(text.replace(/\/\d{1,3}$/, ''));
  return typeof address === 'string' && isNobody(address) ? null : address;
}

/** Releases have the groups on top, then by mode, then by VRF and mode. */
export function parseMroute(output: string, command: string, vrf: string | undefined): Entry[] {
  const document = parseDocument(output, command);
  const own = ofVrf(document, vrf, output, command);
  const tables = [['sparse', own] as [string, unknown], ...entriesOf(own)].filter(
    ([, table]) => memberOf(table, 'groups') !== undefined,
  );
  if (tables.length === 0 && memberOf(document, 'vrfs') === undefined) throw misunderstood(output, command);
  return tables.flatMap(([name, table]) =>
    entriesOf(memberOf(table, 'groups')).flatMap(([groupText, group]) =>
      entriesOf(memberOf(group, 'groupSources')).flatMap(([sourceText, row]) =>
        entryOf(name, groupText, textOf(row, 'sourceAddress') ?? sourceText, row),
      ),
    ),
  );
}

function entryOf(table: string, groupText: string, sourceText: string, row: unknown): Entry[] {
  const group = addressIn(groupText.replace(/\/(?:32|128)$/, ''));
  const source = sourceIn(sourceText);
  if (group === undefined || source === undefined) return [];
  const names = itemsOf(memberOf(row, 'oifList')).filter((name) => typeof name === 'string');
  return [
    {
      group,
      source,
      multicastRoutingProtocol: protocolOfTable(table),
      rp: rpIn(textOf(row, 'rp')),
      incoming: linkIn(textOf(row, 'rpfInterface')),
      upstream: upstreamOf(memberOf(row, 'rpf') ?? row),
      forwarding: names.map(interfaceName).filter(isLink),
      excluded: [],
      isJoined: undefined,
      isRptPruned: false,
      uptimeSeconds: null, // It tells when the entry was made, by a clock that is not ours.
    },
  ];
}

export function rpIn(text: string | undefined): string | undefined {
  const address = addressIn(text);
  return address === undefined || isNobody(address) ? undefined : address;
}

/** The interface, unless it is none that packets come in by. */
export function linkIn(text: string | undefined): string | null {
  const name = interfaceName(text ?? '');
  return isLink(name) ? name : null;
}

/** A source behind EVPN or MVPN is attached to another switch, and not to a neighbour of PIM. */
function upstreamOf(rpf: unknown): string | null | undefined {
  if (memberOf(rpf, 'rpfEvpnTenantDomain') === true || memberOf(rpf, 'rpfMvpn') === true) return undefined;
  if (memberOf(rpf, 'rpfAttached') === true) return null;
  const neighbor = addressIn(textOf(rpf, 'rpfNeighbor'));
  return neighbor === undefined || isNobody(neighbor) ? undefined : neighbor;
}
