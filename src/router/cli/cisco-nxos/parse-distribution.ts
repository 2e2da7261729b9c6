/**
 * Reads what has been handed to the forwarding engines, `show forwarding distribution multicast route`: packets of each
 * route, and the route itself, though neither its age nor who wants it. As text, in which many releases write `Uestream
 * Nbr`, some no neighbour at all, and which `show forwarding multicast route` has as well; or as JSON. Pure.
 */
import { type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { type Entry, type Route, routeOf } from './route.ts';
import { type Asked, DEFAULT_VRF, readSections } from './sections.ts';
import { documentIn, rowsOf } from './structure.ts';

/** @throws ReaderError when the output is neither, or is empty */
export function parseDistribution(output: string, asked: Asked, notUnderstood?: NotUnderstood): Route[] {
  const document = documentIn(output, asked.command);
  const entries = document === undefined ? inText(output, asked, notUnderstood) : inJson(document, asked);
  return entries.flatMap(routeOf);
}

function inJson(document: unknown, { vrf = DEFAULT_VRF }: Asked): Entry[] {
  const rows = rowsOf(document, 'one_route').filter((row) => (row.text('vrf-name') ?? vrf) === vrf);
  return rows.map((row) => ({
    source: withoutLength(row.text('source-addrs')),
    group: withoutLength(row.text('group-addrs')),
    groupLength: row.text('group-len') ?? /\/(\d+)/.exec(row.text('group-addrs') ?? '')?.[1],
    incoming: linkIn(row.text('rpf-intf')),
    neighbor: row.text('rpf-nbr'),
    packets: row.text('stats-pkts'),
    outgoing: row.rows('oif').map((oif) => oif.text('oif-name') ?? ''),
  }));
}

function withoutLength(addresses: string | undefined): string | undefined {
  return addresses?.replace(/^\(/, '').replace(/\/.*$/, '');
}

/** `NULL` of what has no need of an RPF check, too: here it tells nothing. */
function linkIn(name: string | undefined): string | undefined {
  return name === 'NULL' ? undefined : name;
}

/** `( Mem L2 Ports: port-channel40 Ethernet1/8 )`, behind an outgoing VLAN, of which they are ports; on one line or on several. */
const PORTS = /\( ?Mem L2 Ports[^()]*\)?/gi;

function inText(output: string, asked: Asked, notUnderstood?: NotUnderstood): Entry[] {
  const entries: Entry[] = [];
  let isList = false;
  const learn = (what: Partial<Entry>) => Object.assign(entries.at(-1) ?? {}, what);

  readSections(
    output.replaceAll(PORTS, ''),
    asked,
    [
      [
        /^\s*\(([*0-9a-fA-F.:]+)(?:\/\d+)?, ?([0-9a-fA-F.:]+)(?:\/(\d+))?\), RPF Interface: ?([^,\s]*)/,
        ([, source, group, groupLength, incoming]) => {
          isList = false;
          entries.push({ source, group, groupLength, incoming: linkIn(incoming), outgoing: [] });
        },
      ],
      [/^\s*U[a-z]+stream Nbr: ?([0-9a-fA-F.:]+)/, ([, neighbor]) => learn({ neighbor })],
      [/^\s*Received Packets: ?(\S+)/, ([, packets]) => learn({ packets })],
      [
        /^\s*Outgoing Interface List/,
        () => {
          isList = true;
        },
      ],
      [/^\s*(?:Number of Outgoing Interfaces:|Null Outgoing Interface List)/, passOver],
      [/^\s*(?:IPv[46] Multicast Routing Table for table-id|Total number of |Legend:)/, passOver],
      [/^ {1,8}[A-Za-z]{1,6} *= /, passOver],
      [/^\s*(?:l2_oiflist_index|slot |=====|(?:Route|Group) not found)/i, passOver],
      // The names stand alone, or before `(VPC)` and counts of a line card.
      [
        /^\s*([A-Za-z][\w./-]*\d)(?=[\s,]|$)/,
        ([, name]) => {
          if (isList) entries.at(-1)?.outgoing.push(name!);
        },
      ],
    ] satisfies Rule[],
    notUnderstood,
  );
  return entries;
}
