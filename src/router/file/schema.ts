/**
 * The `file` reader's format: a snapshot (../snapshot.ts) as JSON, checked so that what a file says can be used like
 * what a router says: every address parses, every ifIndex exists, one family per row. Unknown keys are errors. Pure.
 */
import { z } from 'zod';
import { MulticastRoutingProtocol, RoutingProtocol } from '../../../proto/registry.ts';
import type { Path } from '../../document/problem.ts';
import { textual, wholeNumber } from '../../document/scalar.ts';
import {
  OUTGOING_FORWARDING,
  SCOPE_DIRECTIONS,
  type Snapshot,
  type SnapshotRoute,
  type SnapshotRpf,
} from '../snapshot.ts';
import {
  counter,
  groupAddress,
  groupPrefix,
  ifIndex,
  interfaceAddress,
  interfaceName,
  prefix,
  registryName,
  time,
  uint32,
  unicastAddress,
} from './scalar.ts';

/** The schema of a snapshot of the router `name`. Addresses and prefixes come out in canonical text. */
export function snapshotSchema(name: string): z.ZodType<Snapshot> {
  return z
    .strictObject({
      name: textual(`the name of this router (${name})`, (text) => (text === name ? text : undefined)),
      takenAt: time.optional(),
      interfaces: z.array(interfaceRow),
      routes: z.array(routeRow).optional(),
      rpf: z.array(rpfRow).optional(),
      rps: z.array(z.strictObject({ groups: groupPrefix, address: unicastAddress })).optional(),
      scopes: z
        .array(
          z.strictObject({
            groups: groupPrefix,
            interface: ifIndex,
            direction: z.enum(SCOPE_DIRECTIONS).optional(),
            name: z.string().optional(),
          }),
        )
        .optional(),
      neighbors: z.array(z.strictObject({ address: unicastAddress, interface: ifIndex })).optional(),
    })
    .superRefine(checkInterfaces);
}

const routingProtocol = registryName('a routing protocol of IANA-RTPROTO-MIB (ospf, bgp, local, ...)', RoutingProtocol);
const multicastRoutingProtocol = registryName(
  'a multicast routing protocol of IANA-RTPROTO-MIB (pimSparseMode, dvmrp, ...)',
  MulticastRoutingProtocol,
);

const interfaceRow = z.strictObject({
  index: ifIndex,
  name: interfaceName,
  addresses: z.array(interfaceAddress),
  multicast: z.boolean().optional(),
  ttlThreshold: wholeNumber('a TTL', 0, 255).optional(),
  mtu: uint32.optional(),
  multicastRoutingProtocol: multicastRoutingProtocol.nullable().optional(),
  designatedRouters: z.array(unicastAddress).optional(),
  inMulticastPackets: counter.nullable().optional(),
  outMulticastPackets: counter.nullable().optional(),
});

const prefixLength = wholeNumber('a prefix length', 0, 128);

const routeRow = z
  .strictObject({
    group: groupAddress,
    groupPrefixLength: prefixLength.optional(),
    source: unicastAddress.nullable(),
    sourcePrefixLength: prefixLength.optional(),
    incoming: ifIndex.nullable(),
    upstream: unicastAddress.nullable(),
    outgoing: z.array(z.strictObject({ index: ifIndex, state: z.enum(OUTGOING_FORWARDING) })),
    packets: counter.nullable().optional(),
    multicastRoutingProtocol: multicastRoutingProtocol.nullable().optional(),
    routingProtocol: routingProtocol.nullable().optional(),
    pruneSent: z.boolean().optional(),
    uptimeSeconds: uint32.nullable().optional(),
  })
  .superRefine(checkFamily);

const rpfRow = z
  .strictObject({
    prefix,
    interface: ifIndex.nullable(),
    neighbor: unicastAddress.nullable().optional(),
    routingProtocol: routingProtocol.nullable().optional(),
  })
  .superRefine(checkUnreachable);

/** One Standard Response Block carries all of a row, so all of it is of one family. RFC 8487 §3 */
function checkFamily(route: SnapshotRoute, context: z.RefinementCtx): void {
  const family = familyIn(route.group);
  const bits = family === 4 ? 32 : 128;
  for (const key of ['source', 'upstream'] as const) {
    const address = route[key];
    if (address === null || familyIn(address) === family) continue;
    context.addIssue({ code: 'custom', path: [key], message: `${address} is not IPv${family}, but the group is` });
  }
  for (const key of ['groupPrefixLength', 'sourcePrefixLength'] as const) {
    const length = route[key];
    if (length === undefined || length <= bits) continue;
    context.addIssue({
      code: 'custom',
      path: [key],
      message: `${length} is not a prefix length of IPv${family} (0 to ${bits})`,
    });
  }
}

/** Who takes `null` for "not known" would have said NO_ROUTE. */
function checkUnreachable({ prefix, interface: index, neighbor }: SnapshotRpf, context: z.RefinementCtx): void {
  if (index !== null || typeof neighbor !== 'string') return;
  const message = `${neighbor} is behind no interface: null says that ${prefix} is unreachable`;
  context.addIssue({ code: 'custom', path: ['neighbor'], message });
}

/** Of canonical text. */
function familyIn(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

/** Each interface stands once, and whatever names an ifIndex names one that is there. */
function checkInterfaces(snapshot: Snapshot, context: z.RefinementCtx): void {
  const refuse = (path: Path, message: string) => context.addIssue({ code: 'custom', path: [...path], message });
  const known = new Set<number>();
  for (const [i, { index }] of snapshot.interfaces.entries()) {
    if (known.has(index)) refuse(['interfaces', i, 'index'], `${index} is already the ifIndex of another interface`);
    known.add(index);
  }
  for (const [path, index] of references(snapshot)) {
    if (!known.has(index)) refuse(path, `${index} is not the ifIndex of any interface of this file`);
  }
}

function* references(snapshot: Snapshot): Generator<[Path, number]> {
  for (const [i, { incoming, outgoing }] of (snapshot.routes ?? []).entries()) {
    if (incoming !== null) yield [['routes', i, 'incoming'], incoming];
    for (const [j, { index }] of outgoing.entries()) yield [['routes', i, 'outgoing', j, 'index'], index];
  }
  for (const rows of ['rpf', 'scopes', 'neighbors'] as const) {
    for (const [i, { interface: index }] of (snapshot[rows] ?? []).entries()) {
      if (index !== null) yield [[rows, i, 'interface'], index];
    }
  }
}
