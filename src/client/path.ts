/**
 * The path as text, in the manner of mtrace(8)'s first section: the receiver on top, one line a router on the way to the
 * source, then what the trace came to. Pure; 80 columns where names allow.
 */
import { showCodePoint } from '../../proto/field.ts';
import { STANDARD_RESPONSE_BLOCK, standardResponseBlockV4 } from '../../proto/mtrace2.ts';
import { ForwardingCode, MulticastRoutingProtocol } from '../../proto/registry.ts';
import { type Address, formatAddress, isAllOnes, isMulticast } from '../wire/address.ts';
import { ntp32ToUnixMs } from '../wire/ntp.ts';
import { hopsOf } from './collate.ts';
import { type Ending, endingOf, hopsAsked, isAtHopLimit, repeatedRouter } from './ending.ts';
import { codeOf, type HopBlock, ownAddresses, type Reply, upstreamOf } from './hop-block.ts';

/** How operators say it; a protocol that is not here goes by its IANA name. */
const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  0: '',
  [MulticastRoutingProtocol.dvmrp]: 'DVMRP',
  [MulticastRoutingProtocol.mospf]: 'MOSPF',
  [MulticastRoutingProtocol.pimSparseDense]: 'PIM',
  [MulticastRoutingProtocol.cbt]: 'CBT',
  [MulticastRoutingProtocol.pimSparseMode]: 'PIM-SM',
  [MulticastRoutingProtocol.pimDenseMode]: 'PIM-DM',
  [MulticastRoutingProtocol.igmpOnly]: 'IGMP',
  [MulticastRoutingProtocol.other]: 'other',
};

/** What a code means to who reads the path. RFC 8487 §3.2.4, §7.1 */
const CODE_MEANINGS: Readonly<Record<number, string>> = {
  [ForwardingCode.WRONG_IF]: 'does not forward the group downstream',
  [ForwardingCode.PRUNE_SENT]: 'prune sent upstream',
  [ForwardingCode.PRUNE_RCVD]: 'pruned by the downstream router',
  [ForwardingCode.SCOPED]: 'hit an administrative scope boundary',
  [ForwardingCode.NO_ROUTE]: 'no route to the source or RP',
  [ForwardingCode.WRONG_LAST_HOP]: 'not the last-hop router of this client',
  [ForwardingCode.NOT_FORWARDING]: 'not forwarding, reason unknown',
  [ForwardingCode.RPF_IF]: 'asked on the side that the stream comes from',
  [ForwardingCode.NO_MULTICAST]: 'multicast is off on the interface',
  [ForwardingCode.INFO_HIDDEN]: 'hops are hidden',
  [ForwardingCode.REACHED_GW]: 'a gateway that hides what is behind it',
  [ForwardingCode.UNKNOWN_QUERY]: 'does not know an extended query',
  [ForwardingCode.FATAL_ERROR]: 'cannot go on from here',
  [ForwardingCode.NO_SPACE]: 'no room for more, and no further Reply came',
  [ForwardingCode.ADMIN_PROHIB]: 'administratively prohibited',
};

export interface PathOptions {
  readonly source: Address | undefined;
  readonly receiver: Address;
  readonly group: Address | undefined;
  readonly sentUnixMs: number;
  readonly roundTripMs: number;
  /** The name of an address, `undefined` for none. */
  readonly nameOf: (address: Address) => string | undefined;
}

export function headline({ source, receiver, group }: Pick<PathOptions, 'source' | 'receiver' | 'group'>): string {
  const via = group === undefined ? 'by RPF' : `via group ${formatAddress(group)}`;
  return `Mtrace2 from ${source === undefined ? 'any' : formatAddress(source)} to ${formatAddress(receiver)} ${via}`;
}

export function printPath(replies: readonly Reply[], options: PathOptions): string {
  const hops = hopsOf(replies);
  const ending = endingOf(replies);
  const rows = [['0', named(options.receiver, options), '', '', '', '']];
  const notes: string[] = [];
  let previous = 0;
  for (const [i, hop] of hops.entries()) {
    const number = -hop.number;
    const missing = hop.number - previous - 1;
    previous = hop.number;
    if (missing > 0)
      rows.push(['', `(${missing} ${missing === 1 ? 'router' : 'routers'}: their Reply did not arrive)`]);
    const code = codeOf(hop);
    rows.push(row(hop, number, code, options));
    // RFC 8487 §5.9: behind a block marked NO_SPACE the path goes on in the next Reply. Its own code is not known.
    const isSeam = code === ForwardingCode.NO_SPACE && i < hops.length - 1;
    const isNoted = code !== ForwardingCode.NO_ERROR && code !== ForwardingCode.REACHED_RP && !isSeam;
    if (isNoted) notes.push(note(hop, number, code));
  }
  if (ending === 'reached-source' && options.source !== undefined) {
    rows.push([String(-(hops.length + 1)), named(options.source, options), '', '', '', '']);
  }
  return [...align(rows), '', ...notes, ...conclusion(hops, ending, options)].join('\n');
}

/** The addresses that a path shows, for looking up their names. */
export function addressesShown(replies: readonly Reply[]): Address[] {
  return hopsOf(replies).flatMap((hop) => routerAddress(hop) ?? []);
}

function row(hop: HopBlock, number: number, code: number, options: PathOptions): string[] {
  const { reply, base } = hop;
  const { view } = reply.memory;
  const { f } = STANDARD_RESPONSE_BLOCK[reply.message.family];
  const address = routerAddress(hop);
  const protocol = f.multicastRoutingProtocol.get(view, base);
  const threshold = reply.message.family === 4 ? standardResponseBlockV4.f.forwardingTtl.get(view, base) : 0;
  const arrival = f.queryArrivalTime.get(view, base);
  const tookMs = Math.round(ntp32ToUnixMs(arrival, options.sentUnixMs) - options.sentUnixMs);
  return [
    String(number),
    address === undefined ? '?' : named(address, options),
    PROTOCOL_NAMES[protocol] ?? showCodePoint(MulticastRoutingProtocol, protocol),
    threshold > 0 ? `thresh^ ${threshold}` : '',
    arrival === 0 ? '?' : `${tookMs} ms`,
    code === ForwardingCode.NO_ERROR ? '' : showCodePoint(ForwardingCode, code),
  ];
}

/** By what the router is known to its receivers: the Outgoing Interface (IPv4), its Local Address (IPv6). */
function routerAddress(hop: HopBlock): Address | undefined {
  return ownAddresses(hop)[0];
}

function named(address: Address, { nameOf }: PathOptions): string {
  const name = nameOf(address);
  return name === undefined ? formatAddress(address) : `${name} (${formatAddress(address)})`;
}

function note(hop: HopBlock, number: number, code: number): string {
  const address = routerAddress(hop);
  const meaning = CODE_MEANINGS[code];
  const who = address === undefined ? `hop ${number}` : `router ${formatAddress(address)}`;
  const said = `${who}: ${showCodePoint(ForwardingCode, code)}`;
  return meaning === undefined ? said : `${said} (${meaning})`;
}

function align(rows: readonly (readonly string[])[]): string[] {
  const full = rows.filter(([number]) => number !== '');
  const widths = rows[0]!.map((_, column) => Math.max(...full.map((cells) => cells[column]!.length)));
  return rows.map(([number, who, ...rest]) => {
    if (number === '') return `      ${who}`;
    const cells = rest.map((cell, i) => (i === 2 ? cell.padStart(widths[i + 2]!) : cell.padEnd(widths[i + 2]!)));
    return `${number!.padStart(3)}  ${[who!.padEnd(widths[1]!), ...cells].join('  ')}`.trimEnd();
  });
}

function conclusion(hops: readonly HopBlock[], ending: Ending, options: PathOptions): string[] {
  const time = `Round trip time ${Math.round(options.roundTripMs)} ms`;
  switch (ending) {
    case 'reached-source':
      return [`${time}; ${totalTtl(hops)}reached the source's router.`];
    case 'reached-rp':
      return [`${time}; reached the RP.`];
    case 'no-reply':
      return ['No reply.'];
    case 'incomplete':
      return [`${time}; the trace is not complete.`];
    case 'ended-before':
      return endedBefore(hops, options).map((line, i) => (i === 0 ? `${time}; ${line}` : line));
  }
}

/** Why, as far as the blocks tell; a Forwarding Code has its own line above. Then where to go on. */
function endedBefore(hops: readonly HopBlock[], { source }: PathOptions): string[] {
  const repetition = repeatedRouter(hops);
  if (repetition !== undefined) {
    const { earlier, again, address } = repetition;
    return [`the path loops: hop -${again.number} is hop -${earlier.number} again (${formatAddress(address)}).`];
  }
  const upstream = upstreamOf(hops.at(-1)!);
  const end = isAtHopLimit(hops)
    ? `stopped after ${hops.length} ${hops.length === 1 ? 'router' : 'routers'} as asked (-m ${hopsAsked(hops.at(-1)!)}).`
    : `the trace ended before the ${source === undefined ? 'RP' : 'source'}.`;
  if (upstream === undefined || isAllOnes(upstream)) return [end];
  const next = isMulticast(upstream) ? 'not known' : formatAddress(upstream);
  return [end, `The next router upstream is ${next}.`];
}

/** RFC 8487 §7.2: the TTL that a packet needs to pass every threshold, each router having taken one. IPv4 only. */
function totalTtl(hops: readonly HopBlock[]): string {
  if (hops[0]?.reply.message.family !== 4) return '';
  const ttls = hops.map(({ reply, base }, i) => {
    const threshold = standardResponseBlockV4.f.forwardingTtl.get(reply.memory.view, base);
    return threshold + hops.length - i;
  });
  return `total ttl of ${Math.max(...ttls)} required; `;
}
