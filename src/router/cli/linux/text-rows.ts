/**
 * What iproute2 prints for people, as the rows that its JSON has: for hosts whose `ip` has no JSON, or not of everything (before
 * 5.0, busybox, OpenWrt's). Pure: all that is known of the rows is in the parsers of JSON. A line that is none of a row's is
 * passed over.
 */
import { inPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import { misunderstood } from '../tools/json.ts';
import { linesOf, passOver, readLines } from '../tools/text.ts';

interface LinkRow {
  readonly ifindex: number;
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly master?: string;
  readonly addr_info: AddressRow[];
}
interface AddressRow {
  readonly local: string;
  /** Of the peer. */
  readonly address?: string;
  readonly prefixlen: number;
  readonly dadfailed: boolean;
}

/** `2: eth0@if5: <BROADCAST,UP> mtu 1500 qdisc ...`; behind the @ stands another link. */
const LINK = /^(\d{1,10}): ([^\s:@]+(?::\d+)?)(?:@\S*)?: <([^>]*)> mtu (\d{1,10})\b(?:.* master (\S+))?/;
/** `inet 192.0.2.6/30 brd ... scope global eth0`, `inet 192.0.2.6 peer 192.0.2.5/32 ...`. */
const ADDRESS = /^ +inet6? ([\da-fA-F.:]+)(?: peer ([\da-fA-F.:]+))?(?:\/(\d{1,3}))?(?: |$)/;

/** Of `ip addr`. @throws ReaderError when it is none of its outputs */
export function linkRows(output: string, command: string): readonly LinkRow[] {
  const rows: LinkRow[] = [];
  readLines(output, [
    [
      LINK,
      ([, ifindex, ifname, flags, mtu, master]) =>
        rows.push({
          ifindex: Number(ifindex),
          ifname: ifname!,
          flags: flags!.split(','),
          mtu: Number(mtu),
          ...(master === undefined ? {} : { master }),
          addr_info: [],
        }),
    ],
    [
      ADDRESS,
      ({ input, 1: local, 2: peer, 3: length }) => {
        rows.at(-1)?.addr_info.push({
          local: local!,
          ...(peer === undefined ? {} : { address: peer }),
          prefixlen: Number(length ?? (local!.includes(':') ? 128 : 32)),
          dadfailed: / dadfailed\b/.test(input),
        });
      },
    ],
    [/^/, passOver],
  ]);
  if (rows.length === 0) throw misunderstood(output, command);
  return rows;
}

interface NexthopRow {
  readonly gateway?: string;
  readonly dev?: string;
}
interface RouteRow extends NexthopRow {
  readonly type?: string;
  readonly dst: string;
  readonly table?: string;
  readonly protocol?: string;
  readonly nexthops?: NexthopRow[];
}

const TYPES = new Set('unicast local broadcast anycast multicast throw unreachable prohibit blackhole nat'.split(' '));
/** What is followed by a value; all else is a word of its own. */
const KEYS = new Set(
  'from tos nhid via dev table proto scope src metric preference uid mark weight realm pref'.split(' '),
);

/** Of `ip route get` and `ip route show`. */
export function routeRows(output: string): readonly RouteRow[] {
  const rows: RouteRow[] = [];
  for (const line of linesOf(output)) {
    const [first, ...words] = line.trim().split(/ +/);
    if (first === 'nexthop') rows.at(-1)?.nexthops?.push(nexthopOf(valuesIn(words)));
    else if (/^\S/.test(line)) rows.push(...rowOf([first!, ...words]));
  }
  return rows;
}

function rowOf([first, ...words]: readonly string[]): RouteRow[] {
  const type = TYPES.has(first!) ? first : undefined;
  const dst = type === undefined ? first : words.shift();
  // Errors are prose: `RTNETLINK answers: Network is unreachable`.
  if (dst === undefined || !/^(?:default|[\da-fA-F.:]+(?:\/\d{1,3})?)$/.test(dst)) return [];
  const values = valuesIn(words);
  const table = values.get('table');
  const protocol = values.get('proto') ?? (isOwnSubnet(dst, values) ? 'kernel' : undefined);
  return [
    {
      ...(type === undefined ? {} : { type }),
      dst,
      ...nexthopOf(values),
      ...(table === undefined ? {} : { table }),
      ...(protocol === undefined ? {} : { protocol }),
      nexthops: [],
    },
  ];
}

/** busybox names no protocol. To a link of the host, the kernel's own route is that from an address of the subnet itself. */
function isOwnSubnet(dst: string, values: ReadonlyMap<string, string>): boolean {
  const subnet = parsePrefix(dst);
  const source = parseAddress(values.get('src') ?? '');
  if (subnet === undefined || source === undefined || values.has('via')) return false;
  return values.get('scope') === 'link' && inPrefix(source, subnet);
}

function nexthopOf(values: ReadonlyMap<string, string>): NexthopRow {
  const [gateway, dev] = [values.get('via'), values.get('dev')];
  return { ...(gateway === undefined ? {} : { gateway }), ...(dev === undefined ? {} : { dev }) };
}

/** `via inet6 fe80::1` names the family before the address. */
function valuesIn(words: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const key = words[at]!;
    if (!KEYS.has(key)) continue;
    if (key === 'via' && /^inet6?$/.test(words[at + 1] ?? '')) at++;
    const value = words[++at];
    if (value !== undefined) values.set(key, value);
  }
  return values;
}
