/**
 * A real SNMP agent (net-snmp's) for a simulated router, with the MIBs that the reader asks for: IF-MIB, ipAddrTable,
 * ipCidrRouteTable, IPMROUTE-STD-MIB and PIM-STD-MIB. Its tables follow the simulated streams.
 */
import snmp from 'net-snmp';
import { MulticastRoutingProtocol, RoutingProtocol } from '../../proto/registry.ts';
import type { Snapshot, SnapshotRoute, SnapshotRpf } from '../router/snapshot.ts';

export const COMMUNITY = 'demo';

type Cell = string | number | Buffer;
type Type = snmp.ObjectType;
interface Table {
  readonly name: string;
  /** Of the conceptual row. */
  readonly oid: string;
  /** Number and type of each column, those of the index first. */
  readonly columns: readonly (readonly [number, Type])[];
  readonly indexColumns: number;
  /** Cells in the order of the columns. */
  rowsOf(snapshot: Snapshot): readonly (readonly Cell[])[];
}

const { Integer, IpAddress, OctetString, Counter32, Counter64, TimeTicks, Gauge32 } = snmp.ObjectType;
const SYS_UP_TIME = '1.3.6.1.2.1.1.3';
const IF_TABLE = '1.3.6.1.2.1.2.2.1';
const IF_X_TABLE = '1.3.6.1.2.1.31.1.1.1';
const IP = '1.3.6.1.2.1.4';
const IPMROUTE = '1.3.6.1.2.1.83.1.1';
const PIM = '1.3.6.1.2.1.157.1';
const MAX_INT32 = 2 ** 32;

const TABLES: readonly Table[] = [
  {
    name: 'ifEntry',
    oid: IF_TABLE,
    columns: [
      [1, Integer],
      [2, OctetString],
      [4, Integer],
    ],
    indexColumns: 1,
    rowsOf: ({ interfaces }) => interfaces.map(({ index, name, mtu = 1500 }) => [index, name, mtu]),
  },
  {
    name: 'ifXEntry',
    oid: IF_X_TABLE,
    // The index is ifEntry's; no column of this number is asked for.
    columns: [
      [19, Integer],
      [1, OctetString],
      [8, Counter64],
      [12, Counter64],
    ],
    indexColumns: 1,
    rowsOf: ({ interfaces }) =>
      interfaces.map((row) => [
        row.index,
        row.name,
        octets64(row.inMulticastPackets),
        octets64(row.outMulticastPackets),
      ]),
  },
  {
    name: 'ipAddrEntry',
    oid: `${IP}.20.1`,
    columns: [
      [1, IpAddress],
      [2, Integer],
      [3, IpAddress],
    ],
    indexColumns: 1,
    rowsOf: ({ interfaces }) =>
      interfaces.flatMap(({ index, addresses }) =>
        addresses.map((prefix) => [addressIn(prefix), index, maskOf(prefix)]),
      ),
  },
  {
    name: 'ipCidrRouteEntry',
    oid: `${IP}.24.4.1`,
    columns: [
      [1, IpAddress],
      [2, IpAddress],
      [3, Integer],
      [4, IpAddress],
      [5, Integer],
      [6, Integer],
      [7, Integer],
    ],
    indexColumns: 4,
    rowsOf: ({ rpf = [] }) =>
      rpf.map(({ prefix, interface: index, neighbor, routingProtocol }) => [
        addressIn(prefix),
        maskOf(prefix),
        0,
        neighbor ?? '0.0.0.0',
        index ?? 0,
        neighbor === null ? 3 : 4,
        RoutingProtocol[routingProtocol ?? 'other'],
      ]),
  },
  {
    name: 'ipMRouteEntry',
    oid: `${IPMROUTE}.2.1`,
    columns: [
      [1, IpAddress],
      [2, IpAddress],
      [3, IpAddress],
      [4, IpAddress],
      [5, Integer],
      [6, TimeTicks],
      [8, Counter32],
      [11, Integer],
      [12, Integer],
      [13, IpAddress],
      [14, IpAddress],
    ],
    indexColumns: 3,
    rowsOf: ({ routes = [], rpf = [] }) =>
      routes.map((route) => {
        const path = pathOf(route, rpf);
        return [
          ...indexOf(route),
          route.upstream ?? '0.0.0.0',
          route.incoming ?? 0,
          (route.uptimeSeconds ?? 0) * 100,
          Number(route.packets ?? 0) % MAX_INT32,
          MulticastRoutingProtocol[route.multicastRoutingProtocol ?? 'other'],
          RoutingProtocol[route.routingProtocol ?? 'other'],
          addressIn(path),
          maskOf(path),
        ];
      }),
  },
  {
    name: 'ipMRouteNextHopEntry',
    oid: `${IPMROUTE}.3.1`,
    columns: [
      [1, IpAddress],
      [2, IpAddress],
      [3, IpAddress],
      [4, Integer],
      [5, IpAddress],
      [6, Integer],
    ],
    indexColumns: 5,
    rowsOf: ({ routes = [] }) =>
      routes.flatMap((route) =>
        route.outgoing.map(({ index, state }) => [...indexOf(route), index, route.group, state === 'pruned' ? 1 : 2]),
      ),
  },
  {
    name: 'ipMRouteInterfaceEntry',
    oid: `${IPMROUTE}.4.1`,
    columns: [
      [1, Integer],
      [2, Integer],
      [3, Integer],
    ],
    indexColumns: 1,
    rowsOf: ({ interfaces }) =>
      interfaces.flatMap(({ index, multicast, ttlThreshold = 1, multicastRoutingProtocol }) =>
        multicast === true
          ? [[index, ttlThreshold, MulticastRoutingProtocol[multicastRoutingProtocol ?? 'other']]]
          : [],
      ),
  },
  {
    name: 'pimGroupMappingEntry',
    oid: `${PIM}.13.1`,
    columns: [
      [1, Integer],
      [2, Integer],
      [3, OctetString],
      [4, Gauge32],
      [5, Integer],
      [6, OctetString],
      [7, Integer],
      [8, Gauge32],
    ],
    indexColumns: 6,
    // configRp(2), ipv4(1), asm(3)
    rowsOf: ({ rps = [] }) =>
      rps.map(({ groups, address }) => [
        2,
        1,
        octetsOf(addressIn(groups)),
        lengthIn(groups),
        1,
        octetsOf(address),
        3,
        0,
      ]),
  },
];

export interface SimulatedAgent {
  /** What it tells from now on. */
  show(snapshot: Snapshot): void;
  close(): void;
}

/** Listens on an address of this host, which is in 127.0.0.0/8. */
export function startAgent(address: string, port: number, snapshot: Snapshot): SimulatedAgent {
  const agent = snmp.createAgent({ port, address, disableAuthorization: false }, (error: Error | null) => {
    if (error) console.error(`agent on ${address}:${port}: ${error.message}`);
  });
  agent.getAuthorizer().addCommunity(COMMUNITY);
  const mib = agent.getMib();
  const access = snmp.MaxAccess['read-only'];
  mib.registerProvider({
    name: 'sysUpTime',
    type: snmp.MibProviderType.Scalar,
    oid: SYS_UP_TIME,
    scalarType: TimeTicks,
    maxAccess: access,
    handler: (request: { done(): void }) => {
      mib.setScalarValue('sysUpTime', Math.floor(process.uptime() * 100));
      request.done();
    },
  });
  mib.setScalarValue('sysUpTime', 0);
  for (const { name, oid, columns, indexColumns } of TABLES) {
    const named = columns.map(([number, type]) => ({ number, name: `${name}${number}`, type, maxAccess: access }));
    mib.registerProvider({
      name,
      type: snmp.MibProviderType.Table,
      oid,
      maxAccess: snmp.MaxAccess['not-accessible'],
      tableColumns: named,
      tableIndex: named.slice(0, indexColumns).map((column) => ({ columnName: column.name })),
    });
    for (const { rowsOf } of TABLES.filter((table) => table.name === name)) {
      for (const row of rowsOf(snapshot)) mib.addTableRow(name, [...row]);
    }
  }
  return {
    show: (now) => {
      for (const { name, columns, indexColumns, rowsOf } of TABLES) {
        for (const row of rowsOf(now)) {
          const index = row.slice(0, indexColumns);
          for (const [at, [number]] of columns.entries()) {
            if (at >= indexColumns) mib.setTableSingleCell(name, number, index, row[at]);
          }
        }
      }
    },
    close: () => agent.close(),
  };
}

function indexOf({ group, source }: SnapshotRoute): Cell[] {
  return [group, source ?? '0.0.0.0', source === null ? '0.0.0.0' : '255.255.255.255'];
}

/** The route by which the upstream was found. */
function pathOf({ incoming, upstream }: SnapshotRoute, rpf: readonly SnapshotRpf[]): string {
  const row = rpf.find((one) => one.interface === incoming && (one.neighbor ?? null) === upstream);
  return row?.prefix ?? '0.0.0.0/0';
}

function addressIn(prefix: string): string {
  return prefix.slice(0, prefix.indexOf('/'));
}

function lengthIn(prefix: string): number {
  return Number(prefix.slice(prefix.indexOf('/') + 1));
}

function maskOf(prefix: string): string {
  const bits = lengthIn(prefix) === 0 ? 0 : (0xffffffff << (32 - lengthIn(prefix))) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}

function octetsOf(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function octets64(count: string | null | undefined): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64BE(BigInt(count ?? 0));
  return octets;
}
