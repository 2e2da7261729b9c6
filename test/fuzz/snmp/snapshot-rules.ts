/**
 * What every reader owes (src/router/snapshot.ts): a snapshot that the schema of files takes as it stands, that the engine can
 * use, and that is about what was asked.
 */
import { isDeepStrictEqual } from 'node:util';
import { snapshotSchema } from '../../../src/router/file/schema.ts';
import type { ForwardingQuery } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { stateOf } from '../../../src/router/state.ts';
import { inPrefix, parseAddress, parsePrefix } from '../../../src/wire/address.ts';
import { check } from '../engine/invariants.ts';

export const NAME = 'fuzzed';
const schema = snapshotSchema(NAME);

/** @returns the outcome */
export function checkSnapshot(snapshot: Snapshot, query: ForwardingQuery | undefined): string {
  stateOf(snapshot);
  const asFile = JSON.parse(JSON.stringify(snapshot));
  const read = schema.safeParse(asFile);
  check(read.success, `is no snapshot: ${read.success ? '' : JSON.stringify(read.error.issues)}`);
  check(isDeepStrictEqual(asFile, read.data), 'holds text that is not canonical');
  const { interfaces, routes = [], rpf = [], rps = [] } = snapshot;
  for (const { designatedRouters = [] } of interfaces) {
    const families = designatedRouters.map((text) => familyOf(text));
    check(new Set(families).size === families.length, 'names two Designated Routers of a link');
  }
  for (const route of routes) {
    const { group, source, incoming, upstream, outgoing } = route;
    const indexes = outgoing.map(({ index }) => index);
    check(new Set(indexes).size === indexes.length, 'names an outgoing interface twice');
    check(incoming === null || !indexes.includes(incoming), 'forwards to where it comes from');
    check(upstream === null || incoming !== null, 'has somebody upstream behind no interface');
    if (query === undefined) continue;
    const isOfGroup = covers(group, route.groupPrefixLength, query.group);
    const isOfSource = source === null || covers(source, route.sourcePrefixLength, query.source);
    check(isOfGroup && isOfSource, 'has a route that nobody asked for');
  }
  if (query !== undefined) {
    const shared = routes.filter(({ source }) => source === null).length;
    check(routes.length - shared <= 1, 'has two routes of one source');
    check(shared <= 1, 'has two shared trees of one group');
    check(
      rpf.every(({ prefix }) => familyOf(prefix) === query.family),
      'has a path of the other family',
    );
    check(rps.length <= 1, 'has two RPs of one group');
  }
  check(
    rps.every(({ groups, address }) => familyOf(groups) === familyOf(address)),
    'has an RP of the other family',
  );
  const [path] = rpf;
  const way = path === undefined ? 'none' : path.interface === null ? 'unreachable' : typeof path.neighbor;
  return `${Math.min(2, routes.length)} routes, path ${way}, ${rps.length > 0 ? 'an' : 'no'} RP`;
}

/** But for the times, which pass. */
export function checkSame(one: Snapshot, other: Snapshot | undefined): void {
  const timeless = (key: string, value: unknown) => (key === 'takenAt' || key === 'uptimeSeconds' ? undefined : value);
  const [first, second] = [one, other].map((snapshot) => JSON.stringify(snapshot ?? null, timeless));
  check(first === second, `tells otherwise the second time:\n${first}\n${second}`);
}

/** Whether an address, or the range that it is the first of, has what was asked for. */
function covers(text: string, length: number | undefined, asked: string | null): boolean {
  const address = parseAddress(text);
  const wanted = asked === null ? undefined : parseAddress(asked);
  if (address === undefined || wanted === undefined || wanted.length !== address.length) return false;
  return inPrefix(wanted, { address, length: length ?? address.length * 8 });
}

function familyOf(text: string): 4 | 6 | undefined {
  const address = parseAddress(text) ?? parsePrefix(text)?.address;
  return address && (address.length === 4 ? 4 : 6);
}
