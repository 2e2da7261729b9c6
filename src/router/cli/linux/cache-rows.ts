/**
 * The kernel's forwarding caches in /proc (net/ipv4/ipmr.c, net/ipv6/ip6mr.c) as the rows that the JSON of `ip mroute` has.
 * Interfaces stand there by their number. Of the default multicast routing table only: /proc has no other. Pure.
 */
import { type Family, formatAddress, isMulticast } from '../../../wire/address.ts';
import { canonicalAddress, misunderstood } from '../tools/json.ts';
import { countIn, linesOf } from '../tools/text.ts';

interface CacheRow {
  readonly src: string;
  readonly dst: string;
  readonly state: 'resolved' | 'unresolved';
  readonly iif?: string;
  readonly multipath: readonly { readonly oif: string; readonly ttl: number }[];
  readonly packets: number;
}

/** Group, source, incoming interface, packets, octets, packets on another interface, `NUMBER:TTL` of each outgoing one. */
const ROW =
  /^([\da-fA-F:]{8,39}) +([\da-fA-F:]{8,39}) +(-?\d{1,5}) +(\d{1,20}) +\d{1,20} +\d{1,20}((?: +\d{1,5}:\d{1,5})*)$/;

/** @param names of the interfaces by their number */
export function cacheRows(
  output: string,
  names: ReadonlyMap<number, string>,
  family: Family,
  command: string,
): readonly CacheRow[] {
  const lines = linesOf(output);
  if (!/^Group +Origin +Iif /.test(lines[0] ?? '')) throw misunderstood(output, command);
  const found = lines.map((line) => ROW.exec(line)).filter((row) => row !== null);
  const toText = family === 6 ? canonicalAddress : addressByOrder(found.map(([, group]) => group!));
  return found.flatMap(([, group, source, incoming, packets, outgoing]): CacheRow[] => {
    const [dst, src] = [toText(group!), toText(source!)];
    if (dst === undefined || src === undefined) return [];
    const iif = names.get(Number(incoming));
    const multipath = [...outgoing!.matchAll(/(\d+):(\d+)/g)].flatMap(([, number, ttl]) => {
      const oif = names.get(Number(number));
      return oif === undefined ? [] : [{ oif, ttl: Number(ttl) }];
    });
    return [
      {
        src,
        dst,
        state: incoming === '-1' ? 'unresolved' : 'resolved',
        ...(iif === undefined ? {} : { iif }),
        multipath,
        packets: Number(countIn(packets)),
      },
    ];
  });
}

/**
 * IPv4 addresses stand there as the number that their four octets make on the host. Which octet comes first on it, only the
 * groups tell: nearly everywhere it is the last. An entry of all groups (0.0.0.0) tells nothing.
 */
function addressByOrder(groups: readonly string[]): (hex: string) => string | undefined {
  const octetsOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16));
  const isLastFirst = groups.every((group) => /^0+$/.test(group) || isMulticast(octetsOf(group).reverse()));
  return (hex) => {
    const octets = octetsOf(hex);
    return octets.length === 4 ? formatAddress(isLastFirst ? octets.reverse() : octets) : undefined;
  };
}
