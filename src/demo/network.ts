/**
 * A simulated network of four routers, as snapshots. All addresses are in 127.0.0.0/8, so that nothing that is sent to
 * them can ever leave this host:
 *
 *     source 127.1.0.2 -- r1 -- r2 -- r3 -- r4 -- receiver 127.4.0.2
 *
 * r2 is the RP of 239.0.0.0/8. Two streams flow: (source, 232.1.1.1) with 100 packets a second and (source, 239.1.1.1)
 * with 25.
 */
import type { Snapshot, SnapshotRoute } from '../router/snapshot.ts';

export const SOURCE = '127.1.0.2';
export const RECEIVER = '127.4.0.2';
export const SSM_GROUP = '232.1.1.1';
export const ASM_GROUP = '239.1.1.1';

const RP = 2;
const STREAMS = [
  { group: SSM_GROUP, perSecond: 100 },
  { group: ASM_GROUP, perSecond: 25 },
] as const;

/** Second octet of the link towards the source and of the one towards the receiver. */
const LINKS = [
  [1, 12],
  [12, 23],
  [23, 34],
  [34, 4],
] as const;
/** Interface indexes: loopback, towards the source, towards the receiver. */
const [LO, UP, DOWN] = [1, 2, 3];

export function routerName(n: number): string {
  return `r${n}`;
}

/** The address by which r(n) is known on its link towards the receiver. */
export function downstreamAddress(n: number): string {
  return `127.${LINKS[n - 1]![1]}.0.${n}`;
}

/**
 * @param n 1 (first hop) to 4 (last hop)
 * @param seconds since the streams began
 */
export function simulatedSnapshot(n: number, seconds: number, takenAt: Date): Snapshot {
  const [up] = LINKS[n - 1]!;
  const upstream = n === 1 ? null : `127.${up}.0.${n - 1}`;
  const routingProtocol = n === 1 ? 'local' : 'ospf';
  const all = String(STREAMS.reduce((sum, stream) => sum + Math.floor(stream.perSecond * seconds), 0));
  const link = { multicast: true, ttlThreshold: 1, mtu: 1500, multicastRoutingProtocol: 'pimSparseMode' } as const;
  const state = {
    outgoing: [{ index: DOWN, state: 'forwarding' }],
    multicastRoutingProtocol: 'pimSparseMode',
    uptimeSeconds: Math.floor(seconds),
  } as const;
  const sources = STREAMS.map(
    ({ group, perSecond }): SnapshotRoute => ({
      ...state,
      group,
      source: SOURCE,
      incoming: UP,
      upstream,
      packets: String(Math.floor(perSecond * seconds)),
      routingProtocol,
    }),
  );
  const shared: SnapshotRoute = {
    ...state,
    group: ASM_GROUP,
    source: null,
    incoming: n === RP ? LO : UP,
    upstream: n === RP ? null : upstream,
    packets: '1',
    routingProtocol: n === RP ? 'local' : routingProtocol,
  };
  return {
    name: routerName(n),
    takenAt: takenAt.toISOString(),
    interfaces: [
      { index: LO, name: 'lo', addresses: [`127.0.1.${n}/32`], multicast: true },
      {
        ...link,
        index: UP,
        name: 'up0',
        addresses: [`127.${up}.0.${n}/24`],
        inMulticastPackets: all,
        outMulticastPackets: '0',
      },
      {
        ...link,
        index: DOWN,
        name: 'down0',
        addresses: [`${downstreamAddress(n)}/24`],
        inMulticastPackets: '0',
        outMulticastPackets: all,
      },
    ],
    routes: n >= RP ? [...sources, shared] : sources,
    rpf: [
      { prefix: '127.1.0.0/24', interface: UP, neighbor: upstream, routingProtocol },
      ...(n > RP ? [{ prefix: `127.0.1.${RP}/32`, interface: UP, neighbor: upstream, routingProtocol } as const] : []),
    ],
    rps: [{ groups: '239.0.0.0/8', address: `127.0.1.${RP}` }],
  };
}
