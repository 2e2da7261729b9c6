/**
 * The four routers of the lab as snapshots: src - r1 (FHR) - r2 (RP) - r3 - r4 (LHR) - rcv, IPv4 and IPv6. Interface
 * indexes: 1 lo, 2 towards the source, 3 towards the receiver. IPv6 upstream neighbours are link-local, as in the field.
 */
import type { Snapshot } from '../../src/router/snapshot.ts';

export const SOURCE = { 4: '10.1.0.2', 6: 'fd00:1::2' } as const;
export const RECEIVER = { 4: '10.4.0.2', 6: 'fd00:4::2' } as const;
export const SSM_GROUP = { 4: '232.1.1.1', 6: 'ff3e::1:1' } as const;
export const ASM_GROUP = { 4: '239.1.1.1', 6: 'ff15::1:1' } as const;
const RP = { 4: '10.0.0.2', 6: 'fd00::2' } as const;

/** [subnet towards the source, subnet towards the receiver] of r1..r4, as the label in 10.LABEL.0.0/24 and fd00:LABEL:: */
const LINKS = [
  ['1', '12'],
  ['12', '23'],
  ['23', '34'],
  ['34', '4'],
] as const;

export function labSnapshot(n: 1 | 2 | 3 | 4): Snapshot {
  const [up, down] = LINKS[n - 1]!;
  const isFirstHop = n === 1;
  const upstream = (family: 4 | 6) => (isFirstHop ? null : family === 4 ? `10.${up}.0.${n - 1}` : `fe80::${n - 1}:3`);
  const sourceRoute = (family: 4 | 6, group: string) => ({
    group,
    source: SOURCE[family],
    incoming: 2,
    upstream: upstream(family),
    outgoing: [{ index: 3, state: 'forwarding' as const }],
    packets: String(1000 * n + family),
    multicastRoutingProtocol: 'pimSparseMode' as const,
    routingProtocol: isFirstHop ? ('local' as const) : ('ospf' as const),
  });
  const sharedRoute = (family: 4 | 6, group: string) => ({
    group,
    source: null,
    incoming: n === 2 ? 1 : 2,
    upstream: n === 2 ? null : upstream(family),
    outgoing: [{ index: 3, state: 'forwarding' as const }],
    packets: '7',
    multicastRoutingProtocol: 'pimSparseMode' as const,
    routingProtocol: n === 2 ? ('local' as const) : ('ospf' as const),
  });
  const families = [4, 6] as const;
  return {
    name: `r${n}`,
    takenAt: '2026-11-22T10:00:00.000Z',
    interfaces: [
      { index: 1, name: 'lo', addresses: [`10.0.0.${n}/32`, `fd00::${n}/128`], multicast: true },
      {
        index: 2,
        name: 'up0',
        addresses: [`10.${up}.0.${isFirstHop ? 1 : n}/24`, `fd00:${up}::${n}/64`, `fe80::${n}:2/64`],
        multicast: true,
        ttlThreshold: 1,
        mtu: 1500,
        multicastRoutingProtocol: 'pimSparseMode',
        inMulticastPackets: String(10_000 * n),
        outMulticastPackets: '1',
      },
      {
        index: 3,
        name: 'down0',
        addresses: [`10.${down}.0.${n}/24`, `fd00:${down}::${n}/64`, `fe80::${n}:3/64`],
        multicast: true,
        ttlThreshold: 1,
        mtu: 1500,
        multicastRoutingProtocol: 'pimSparseMode',
        inMulticastPackets: '2',
        outMulticastPackets: String(20_000 * n),
      },
    ],
    routes: [
      ...families.map((family) => sourceRoute(family, SSM_GROUP[family])),
      ...families.map((family) => sourceRoute(family, ASM_GROUP[family])),
      ...(n > 1 ? families.map((family) => sharedRoute(family, ASM_GROUP[family])) : []),
    ],
    rpf: families.flatMap((family) => [
      {
        prefix: family === 4 ? '10.1.0.0/24' : 'fd00:1::/64',
        interface: 2,
        neighbor: upstream(family),
        routingProtocol: isFirstHop ? ('local' as const) : ('ospf' as const),
      },
      ...(n > 2
        ? [
            {
              prefix: `${RP[family]}/${family === 4 ? 32 : 128}`,
              interface: 2,
              neighbor: upstream(family),
              routingProtocol: 'ospf' as const,
            },
          ]
        : []),
    ]),
    rps: [
      { groups: '239.0.0.0/8', address: RP[4] },
      { groups: 'ff15::/16', address: RP[6] },
    ],
  };
}

export const LAB_ROUTERS = [4, 3, 2, 1] as const;
