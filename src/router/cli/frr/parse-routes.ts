/**
 * Joins FRR's five views of a group into rows: the forwarding entries, and by source what the kernel has counted,
 * which neighbour PIM takes for upstream, whether it has pruned itself there, and what is asked of it downstream.
 * Only the first view is needed; what the others do not tell is not known. It lists what is in the kernel: what pimd wants and has
 * no way for, or nobody to forward to, stands in the others alone. Pure.
 */
import type { MulticastRoutingProtocol } from '../../../../proto/registry.ts';
import type { OutgoingForwarding } from '../../snapshot.ts';
import type { RoutePart } from '../platform.ts';
import {
  canonicalAddress,
  counterOf,
  entriesOf,
  memberOf,
  numberOf,
  parseJson,
  textOf,
  unlessUnreadable,
} from '../tools/json.ts';
import { secondsIn } from '../tools/text.ts';
import { isRegister } from './parse.ts';
import { type Downstream, parseJoins } from './parse-joins.ts';

export interface RouteOutputs {
  /** `show ip mroute G json` */
  readonly routes: string;
  /** `show ip mroute count json` */
  readonly counts: string;
  /** `show ip pim rpf json` */
  readonly rpf: string;
  /** `show ip pim upstream G json` */
  readonly upstream: string;
  /** `show ip pim join G json` */
  readonly joins: string;
}

interface Views extends Readonly<Record<'routes' | 'upstream' | 'rpf', View>> {
  readonly joins: ReadonlyMap<string, readonly Downstream[]>;
}

/** Rows of a view by `SOURCE GROUP`, as FRR writes the two. */
type View = ReadonlyMap<string, unknown>;

/** @param command the one that yielded `outputs.routes`, for the error */
export function parseRoutes(outputs: RouteOutputs, command: string): RoutePart[] {
  const routes = viewOf(parseJson(outputs.routes, command));
  const counts = optionalView(outputs.counts);
  const rpf = optionalView(outputs.rpf);
  const upstream = optionalView(outputs.upstream);
  const joins = parseJoins(outputs.joins);

  const parts: RoutePart[] = [];
  for (const [key, row] of new Map([...notInstalled({ routes, upstream, rpf, joins }), ...routes])) {
    // A static row does not repeat its own addresses: the keys have them.
    const [sourceText = '', groupText] = key.split(' ');
    const group = canonicalAddress(groupText);
    const source = sourceText === '*' ? null : canonicalAddress(sourceText);
    if (group === undefined || source === undefined) continue;
    const incoming = incomingOf(row);
    const downstream = joins.get(key) ?? [];
    const hasNoIncoming = incoming === null && isWithoutRpf(rpf.get(key));
    parts.push({
      group,
      source,
      incoming,
      ...(hasNoIncoming ? { hasNoIncoming } : {}),
      upstream: hasNoIncoming ? null : upstreamOf(incoming, rpf.get(key), rpf.get(`* ${groupText}`)),
      outgoing: outgoingOf(row, downstream),
      packets: counterOf(counts.get(key), 'packets'),
      multicastRoutingProtocol: protocolOf(row),
      // What is not in the kernel may never have been joined.
      pruneSent: routes.has(key) ? pruneSentOf(upstream.get(key), row, downstream) : undefined,
      uptimeSeconds: secondsIn(textOf(row, 'upTime')),
    });
  }
  return parts;
}

/** Group, then source: `{ "239.1.1.1": { "*": ROW, "10.1.0.2": ROW } }`. Scalars among the groups are passed over. */
function viewOf(document: unknown): View {
  const view = new Map<string, unknown>();
  for (const [group, rows] of entriesOf(document)) {
    for (const [source, row] of entriesOf(rows)) view.set(`${source} ${group}`, row);
  }
  return view;
}

function optionalView(output: string): View {
  return unlessUnreadable(() => viewOf(parseJson(output, 'view')), new Map());
}

/**
 * Entries of pimd that are not in the kernel, as rows of the first view: those that somebody downstream wants, and those that have
 * no way upstream. Beside an installed (*,G), what an (S,G) alone does not forward may go by that.
 */
function notInstalled({ routes, upstream, rpf, joins }: Views): View {
  const rows = new Map<string, unknown>();
  for (const [key, row] of upstream) {
    const [source, group] = key.split(' ');
    if (routes.has(key) || (source !== '*' && routes.has(`* ${group}`))) continue;
    if (!joins.has(key) && !isWithoutRpf(rpf.get(key))) continue;
    rows.set(key, { installed: 0, iif: inboundOf(row), upTime: textOf(row, 'upTime') });
  }
  return rows;
}

function inboundOf(upstream: unknown): string | undefined {
  const name = textOf(upstream, 'inboundInterface');
  return name === 'Unknown' ? undefined : name;
}

/** FRR writes `<ifname?>` where no next hop has a neighbour that speaks PIM. */
function isWithoutRpf(rpf: unknown): boolean {
  return textOf(rpf, 'rpfInterface')?.startsWith('<') === true;
}

/**
 * Whether pimd has pruned itself upstream. It says only that it has not joined the source's tree. What it forwards then
 * comes by the shared tree. Where nobody downstream has ever spoken of the entry (an RP that hears Registers and has no
 * receivers), it never joined, and has sent nothing. A Prune(S,G,rpt) that merely turns from the shared tree to the source's
 * goes to another router than the one upstream, and does not count. `sendSGRptPrune` is of no use: pimd sets it while it
 * builds a message, and at no other time.
 */
function pruneSentOf(upstream: unknown, row: unknown, downstream: readonly Downstream[]): boolean | undefined {
  const state = textOf(upstream, 'joinState');
  if (state === 'Joined') return false;
  if (state !== 'NotJoined') return undefined;
  if (forwardingTo(row).length > 0) return false;
  return downstream.length > 0 ? true : undefined;
}

/** FRR writes `<iif?>` for an interface that it has lost. */
function incomingOf(row: unknown): string | null {
  const name = textOf(row, 'iif');
  return name === undefined || name === '' || name.startsWith('<') ? null : name;
}

type Outgoing = RoutePart['outgoing'];

/** What is listed is forwarded to, prune or no prune; what is asked for and not listed, is not. */
function outgoingOf(row: unknown, downstream: readonly Downstream[]): Outgoing {
  const listed = forwardingTo(row);
  const others = downstream.flatMap(({ interface: name, unlessForwarding: state }) =>
    state === undefined || listed.some((own) => own.interface === name) ? [] : [{ interface: name, state }],
  );
  return [...listed, ...others];
}

/** Only an entry that is in the kernel forwards. TTL 0 is a place in the list that is not in use. */
function forwardingTo(row: unknown): Outgoing {
  const state: OutgoingForwarding = numberOf(row, 'installed') === 0 ? 'notForwarding' : 'forwarding';
  return entriesOf(memberOf(row, 'oil'))
    .filter(([name, oif]) => !isRegister(name) && !name.startsWith('<') && numberOf(oif, 'ttl') !== 0)
    .map(([name]) => ({ interface: name, state }));
}

/**
 * `ip mroute` in the configuration, or PIM. Since 10.4 an entry is dense whose flags have a `D`, whatever is left there of the
 * entry before, or have no `S`. One without outgoing interfaces has no flags.
 */
function protocolOf(row: unknown): MulticastRoutingProtocol {
  const outgoing = entriesOf(memberOf(row, 'oil'));
  const isStatic = outgoing.length > 0 && outgoing.every(([, oif]) => memberOf(oif, 'protocolStatic') === true);
  if (isStatic) return 'netmgmt';
  const flags = textOf(row, 'flags') ?? 'S';
  return flags.includes('D') || !flags.includes('S') ? 'pimDenseMode' : 'pimSparseMode';
}

/**
 * The RPF neighbour on the row's own incoming interface. That of an (S,G) which only keeps its source off the shared tree
 * is the shared tree's, though pimd tells the way to the source.
 */
function upstreamOf(incoming: string | null, own: unknown, shared: unknown): string | null | undefined {
  const isHere = (rpf: unknown) => (textOf(rpf, 'rpfInterface') ?? incoming) === incoming;
  if (own === undefined || isHere(own)) return neighborOf(own);
  return shared !== undefined && isHere(shared) ? neighborOf(shared) : undefined;
}

/** PIM's RPF'(S,G) or RPF'(*,G): `0.0.0.0` = the source is on the link, or this is the RP. */
function neighborOf(rpf: unknown): string | null | undefined {
  const address = canonicalAddress(textOf(rpf, 'rpfAddress'));
  return address === '0.0.0.0' || address === '::' ? null : address;
}
