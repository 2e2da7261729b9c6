/**
 * The tables that the reader reads, written from the RFCs that src/router/snmp/README.md names: below which name each stands,
 * what its index is made of, and what its columns hold. An input names a table by its place here.
 */

/**
 * Parts of an index: ifIndex; InetVersion; InetAddressType with InetAddress (of a group, a source, or anybody), whose type
 * stands in front of all of them or of each; the same of IPv4 alone, as an IpAddress; a mask; an InetAddressPrefixLength; the
 * route policy `0.0`; a language; what has one value mostly.
 */
export type IndexPart =
  | 'ifIndex'
  | 'version'
  | 'group'
  | 'source'
  | 'address'
  | 'counted'
  | 'group4'
  | 'source4'
  | 'address4'
  | 'group6'
  | 'mask'
  | 'prefixLength'
  | 'policy'
  | 'language'
  | 'zero'
  | 'one'
  | 'small';

export type ValueKind =
  | 'ifIndex'
  | 'integer'
  | 'gauge'
  | 'ticks'
  | 'count'
  | 'longCount'
  | 'ipAddress'
  | 'mask'
  | 'octets'
  | 'text'
  | 'prefixRow'
  | 'objectId';

export interface TableShape {
  readonly name: string;
  /** Of the columns' common name. */
  readonly entry: string;
  readonly index: readonly IndexPart[];
  readonly columns: readonly (readonly [number, ValueKind])[];
}

const ROUTE_INDEX = ['group4', 'source4', 'mask'] as const;
const INET_ROUTE_INDEX = ['group', 'prefixLength', 'source', 'prefixLength'] as const;

export const TABLES: readonly TableShape[] = [
  table('system', '1.3.6.1.2.1.1', ['zero'], { 2: 'objectId', 3: 'ticks' }),
  table('ifTable', '1.3.6.1.2.1.2.2.1', ['ifIndex'], { 2: 'text', 4: 'integer' }),
  table('ifXTable', '1.3.6.1.2.1.31.1.1.1', ['ifIndex'], {
    1: 'text',
    2: 'count',
    4: 'count',
    8: 'longCount',
    12: 'longCount',
    19: 'ticks',
  }),
  table('ipAddrTable', '1.3.6.1.2.1.4.20.1', ['address4'], { 2: 'ifIndex', 3: 'mask' }),
  table('ipAddressTable', '1.3.6.1.2.1.4.34.1', ['address'], { 3: 'ifIndex', 4: 'integer', 5: 'prefixRow' }),
  table('ipRouteTable', '1.3.6.1.2.1.4.21.1', ['address4'], {
    2: 'ifIndex',
    7: 'ipAddress',
    8: 'integer',
    9: 'integer',
    11: 'mask',
  }),
  table('ipCidrRouteTable', '1.3.6.1.2.1.4.24.4.1', ['address4', 'mask', 'zero', 'address4'], {
    5: 'ifIndex',
    6: 'integer',
    7: 'integer',
    16: 'integer',
  }),
  table('inetCidrRouteTable', '1.3.6.1.2.1.4.24.7.1', ['address', 'prefixLength', 'policy', 'address'], {
    7: 'ifIndex',
    8: 'integer',
    9: 'integer',
    17: 'integer',
  }),
  table('ipMcast', '1.3.6.1.2.1.168.1', ['zero'], { 1: 'integer' }),
  table('ipMcastInterfaceTable', '1.3.6.1.2.1.168.1.3.1', ['version', 'ifIndex'], { 3: 'gauge' }),
  table('ipMcastRouteTable', '1.3.6.1.2.1.168.1.5.1', INET_ROUTE_INDEX, {
    8: 'octets',
    9: 'ifIndex',
    10: 'ticks',
    12: 'integer',
    13: 'integer',
    15: 'octets',
    16: 'gauge',
    19: 'longCount',
  }),
  table('ipMcastRouteNextHopTable', '1.3.6.1.2.1.168.1.6.1', [...INET_ROUTE_INDEX, 'ifIndex', 'address'], {
    10: 'integer',
  }),
  table('ipMcastBoundaryTable', '1.3.6.1.2.1.168.1.7.1', ['ifIndex', 'group', 'prefixLength'], { 8: 'integer' }),
  table('ipMcastScopeNameTable', '1.3.6.1.2.1.168.1.8.1', ['group', 'prefixLength', 'language'], {
    5: 'text',
    6: 'integer',
    7: 'integer',
  }),
  ...ipMRoute('ipMRoute', '1.3.6.1.2.1.83.1.1'),
  ...ipMRoute('experimental ipMRoute', '1.3.6.1.3.60.1.1'),
  table('ciscoIpMRoute', '1.3.6.1.4.1.9.10.2.1.1', ['zero'], { 1: 'integer' }),
  table('ciscoIpMRouteTable', '1.3.6.1.4.1.9.10.2.1.1.2.1', ROUTE_INDEX, { 12: 'integer', 28: 'longCount' }),
  table('pimInterfaceTable', '1.3.6.1.2.1.157.1.1.1', ['ifIndex', 'version'], { 6: 'octets' }),
  table('pimNeighborTable', '1.3.6.1.2.1.157.1.2.1', ['ifIndex', 'address'], { 6: 'ticks' }),
  table('pimSGTable', '1.3.6.1.2.1.157.1.6.1', ['group', 'counted'], { 6: 'integer', 23: 'integer' }),
  table('pimSGRptTable', '1.3.6.1.2.1.157.1.8.1', ['group', 'counted'], { 3: 'integer' }),
  table('pimStaticRPTable', '1.3.6.1.2.1.157.1.12.1', ['group', 'prefixLength'], { 6: 'integer' }),
  table('pimGroupMappingTable', '1.3.6.1.2.1.157.1.13.1', ['small', 'group', 'prefixLength', 'address'], {
    7: 'integer',
    8: 'gauge',
  }),
  table('pimBsrElectedBSRRPSetTable', '1.3.6.1.2.1.172.1.2.1', ['group', 'prefixLength', 'counted'], { 6: 'gauge' }),
  table('pimBsrElectedBSRTable', '1.3.6.1.2.1.172.1.4.1', ['one', 'zero'], { 3: 'octets', 5: 'gauge' }),
  table('experimental pimInterfaceTable', '1.3.6.1.3.61.1.1.2.1', ['ifIndex'], { 4: 'integer', 5: 'ipAddress' }),
  table('experimental pimNeighborTable', '1.3.6.1.3.61.1.1.3.1', ['address4'], { 2: 'ifIndex' }),
  table('pimRPTable', '1.3.6.1.3.61.1.1.5.1', ['group4', 'address4'], { 3: 'integer' }),
  table('pimRPSetTable', '1.3.6.1.3.61.1.1.6.1', ['one', 'group4', 'mask', 'address4'], { 4: 'gauge' }),
  table('mgmdRouterInterfaceTable', '1.3.6.1.2.1.185.1.2.1', ['ifIndex', 'version'], { 5: 'integer' }),
  table('mgmdRouterCacheTable', '1.3.6.1.2.1.185.1.4.1', ['group', 'ifIndex'], { 5: 'ticks', 10: 'integer' }),
  table('mgmdRouterSrcListTable', '1.3.6.1.2.1.185.1.8.1', ['group', 'ifIndex', 'counted'], { 5: 'ticks' }),
  ...cache('igmp', '1.3.6.1.2.1.85.1', 'group4'),
  ...cache('experimental igmp', '1.3.6.1.3.59.1.1', 'group4'),
  ...cache('mld', '1.3.6.1.2.1.91.1', 'group6'),
];

/** Every column that there is, as a fault may name one. */
export const COLUMNS: readonly string[] = TABLES.flatMap(({ entry, columns }) =>
  columns.map(([number]) => `${entry}.${number}`),
);

function table(
  name: string,
  entry: string,
  index: readonly IndexPart[],
  columns: Readonly<Record<number, ValueKind>>,
): TableShape {
  return { name, entry, index, columns: Object.entries(columns).map(([number, kind]) => [Number(number), kind]) };
}

/** RFC 2932, and its predecessor. */
function ipMRoute(name: string, root: string): TableShape[] {
  return [
    table(name, root, ['zero'], { 1: 'integer' }),
    table(`${name}Table`, `${root}.2.1`, ROUTE_INDEX, {
      4: 'ipAddress',
      5: 'ifIndex',
      6: 'ticks',
      8: 'count',
      11: 'integer',
      12: 'integer',
      13: 'ipAddress',
      14: 'mask',
    }),
    table(`${name}NextHopTable`, `${root}.3.1`, [...ROUTE_INDEX, 'ifIndex', 'address4'], { 6: 'integer' }),
    table(`${name}InterfaceTable`, `${root}.4.1`, ['ifIndex'], { 2: 'integer', 3: 'integer' }),
    table(`${name}BoundaryTable`, `${root}.5.1`, ['ifIndex', 'group4', 'mask'], { 4: 'integer' }),
    table(`${name}ScopeNameTable`, `${root}.6.1`, ['group4', 'mask', 'language'], {
      4: 'text',
      5: 'integer',
      6: 'integer',
    }),
  ];
}

/** RFC 2933, its predecessor, and RFC 3019. */
function cache(name: string, root: string, group: IndexPart): TableShape[] {
  return [
    table(`${name}InterfaceTable`, `${root}.1.1`, ['ifIndex'], { 3: 'integer' }),
    table(`${name}CacheTable`, `${root}.2.1`, [group, 'ifIndex'], { 3: 'integer', 5: 'ticks' }),
  ];
}
