/**
 * Reads the multicast RIB, `show ip mroute G` and its twin of IPv6: incoming interface, RPF neighbour, outgoing list, who
 * wants the route. What is pruned is not listed, and packets are counted elsewhere. As JSON or as text, `detail` or not,
 * indented by whatever. Pure.
 */
import { type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { type Entry, type Route, routeOf } from './route.ts';
import { type Asked, checkPrinted, DEFAULT_VRF, readSections } from './sections.ts';
import { documentIn, type Row, rowsOf } from './structure.ts';

/** `(10.1.0.2/32, 232.1.1.1/32), bidir, uptime: 1d02h, igmp pim(0) ip`: source, group, its length, the rest. */
const ADDRESSES = /^\s*\(([*0-9a-fA-F.:]+)(?:\/\d+)?, ?([0-9a-fA-F.:]+)(?:\/(\d+))?\)(.*)$/;

/** Lines of `detail` and of platforms, which are about how the hardware forwards, or about other routes. */
const DETAIL =
  /^\s*(?:Data |Stats: |RPF-Source|VXLAN |VPC |Fabric |LISP |Bidir|MoFRR|Received |Sent |Translat|SR |NBM |NAT |MVPN |MDT |Pending|Stale)/;

/** @throws ReaderError when the output is neither; ERR_READER_COMMAND when it is empty, as some JSON is */
export function parseMroutes(output: string, asked: Asked, notUnderstood?: NotUnderstood): Route[] {
  checkPrinted(output, asked);
  const document = documentIn(output, asked.command);
  const entries = document === undefined ? inText(output, asked, notUnderstood) : inJson(document, asked);
  return entries.flatMap(routeOf);
}

function inJson(document: unknown, { vrf = DEFAULT_VRF }: Asked): Entry[] {
  return rowsOf(document, 'one_route').flatMap((row): Entry[] => {
    // Some releases write the two apart, all of them together.
    const pair = row.text('mcast-addrs') ?? `(${row.text('source_addrs')}, ${row.text('group_addrs')})`;
    const [, source, group, groupLength] = ADDRESSES.exec(pair) ?? [];
    if ((row.text('vrf-name') ?? vrf) !== vrf) return [];
    return [
      {
        source,
        group,
        groupLength,
        incoming: row.text('route-iif'),
        neighbor: row.text('rpf-nbr'),
        owners: row.rows('mpib').map((owner) => owner.text('mpib-name') ?? ''),
        uptime: row.text('uptime'),
        outgoing: ownOutgoing(row).map((oif) => oif.text('oif-name') ?? ''),
        packets: row.text('stats-pkts'),
      },
    ];
  });
}

/** Without those of receivers in other VRFs, which stand in a table of their own. */
function ownOutgoing(row: Row): Row[] {
  const vrfOf = (one: Row) => one.text('extranet_vrf_name');
  return row.rows('oif').filter((oif) => vrfOf(oif) === vrfOf(row));
}

function inText(output: string, asked: Asked, notUnderstood?: NotUnderstood): Entry[] {
  const entries: Entry[] = [];
  /** Whether names that follow are those of outgoing interfaces. */
  let isList = false;
  const startList = (starts: boolean) => () => {
    isList = starts;
  };
  const learn = (what: Partial<Entry>) => Object.assign(entries.at(-1) ?? {}, what);

  readSections(
    output,
    asked,
    [
      [
        /^\s*\([*0-9a-fA-F.:/]+, ?[0-9a-fA-F.:/]+\).*uptime:/,
        ({ input }) => {
          isList = false;
          const [, source, group, groupLength, rest = ''] = ADDRESSES.exec(input) ?? [];
          const [, uptime, owners = ''] = /uptime: ?([^,\s]+)(.*)$/.exec(rest) ?? [];
          entries.push({ source, group, groupLength, uptime, owners: wordsOf(owners), outgoing: [] });
        },
      ],
      [
        /^\s*Incoming interface: ?([^,\s]+)(?:, ?RPF nbr: ?([0-9a-fA-F.:]+))?/,
        ([, incoming, neighbor]) => learn({ incoming, neighbor }),
      ],
      [/^\s*RPF nbr: ?([0-9a-fA-F.:]+)/, ([, neighbor]) => learn({ neighbor })],
      // `detail` may have it behind something else: `LISP dest context id: 0  Outgoing interface list: (count: 1)`.
      [/\bOutgoing interface list:/, startList(true)],
      // Interfaces of another VRF follow.
      [/^\s*Extranet /, startList(false)],
      [
        /^\s*([A-Za-z][\w./-]*)(?: \([^)]*\))?, uptime:/,
        ([, name]) => {
          if (isList) entries.at(-1)?.outgoing.push(name!);
        },
      ],
      [/^\s*Stats: (\d+)\/\d+ \[Packets\/Bytes\]/, ([, packets]) => learn({ packets })],
      [DETAIL, passOver],
      [/ OIF count: \d/, passOver],
      [/^\s*(?:Total number of |Group not found|Route not found|No routes)/i, passOver],
    ] satisfies Rule[],
    notUnderstood,
  );
  return entries;
}

/** `, igmp pim(0) ip` and `, mrib, pim.` */
function wordsOf(owners: string): string[] {
  return owners.split(/[^A-Za-z0-9_]+/).filter((word) => word !== '');
}
