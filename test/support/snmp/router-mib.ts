/**
 * The MIBs of a router whose state is a snapshot, written from RFC 2863, 2932, 2934, 4292, 4293, 5060 and 5132: what an agent
 * would show of it. Which of them it has is the test's to say.
 */
import { MulticastRoutingProtocol, RoutingProtocol } from '../../../proto/registry.ts';
import type { Snapshot, SnapshotRoute } from '../../../src/router/snapshot.ts';
import { parseAddress, parsePrefix } from '../../../src/wire/address.ts';
import * as mib from './mib.ts';

export interface RouterMibs {
  readonly routes: 'IPMCAST' | 'IPMROUTE' | 'experimental' | 'none';
  readonly pim: 'standard' | 'experimental' | 'none';
  readonly addresses: 'current' | 'old';
  readonly unicast: 'inetCidr' | 'ipCidr' | 'ipRoute' | 'none';
  readonly counters: 32 | 64;
  /** Of (*,G) in IPMROUTE-STD-MIB. */
  readonly sharedMask?: '0.0.0.0' | '255.255.255.255';
}

const UP_TIME = 1_000_000;

type Values = Record<string, mib.Value>;

export function mibOf(snapshot: Snapshot, mibs: RouterMibs): mib.Mib {
  return new mib.Mib({
    '1.3.6.1.2.1.1.3.0': mib.timeTicks(UP_TIME),
    ...interfaces(snapshot, mibs),
    ...addresses(snapshot, mibs),
    ...routes(snapshot, mibs),
    ...pim(snapshot, mibs),
    ...unicast(snapshot, mibs),
  });
}

function interfaces(snapshot: Snapshot, { counters }: RouterMibs): Values {
  const values: Values = {};
  for (const { index, name, mtu, inMulticastPackets, outMulticastPackets } of snapshot.interfaces) {
    values[`1.3.6.1.2.1.2.2.1.2.${index}`] = mib.text(`Interface ${name}`);
    values[`1.3.6.1.2.1.31.1.1.1.1.${index}`] = mib.text(name);
    if (mtu !== undefined) values[`1.3.6.1.2.1.2.2.1.4.${index}`] = mib.integer(mtu);
    const count = (text: string | null | undefined, column32: number, column64: number) => {
      if (text === null || text === undefined) return;
      const column = '1.3.6.1.2.1.31.1.1.1';
      values[`${column}.${column32}.${index}`] = mib.counter32(Number(BigInt(text) & 0xffffffffn));
      if (counters === 64) values[`${column}.${column64}.${index}`] = mib.counter64(BigInt(text));
    };
    count(inMulticastPackets, 2, 8);
    count(outMulticastPackets, 4, 12);
  }
  return values;
}

function addresses(snapshot: Snapshot, mibs: RouterMibs): Values {
  const values: Values = {};
  for (const { index, addresses: own } of snapshot.interfaces) {
    for (const text of own) {
      const { address, length } = parsePrefix(text)!;
      if (mibs.addresses === 'old') {
        if (address.length !== 4) continue;
        values[`1.3.6.1.2.1.4.20.1.2.${address.join('.')}`] = mib.integer(index);
        values[`1.3.6.1.2.1.4.20.1.3.${address.join('.')}`] = mib.ipAddress(mask(length));
        continue;
      }
      const row = inetAddress(address);
      values[`1.3.6.1.2.1.4.34.1.3.${row}`] = mib.integer(index);
      values[`1.3.6.1.2.1.4.34.1.4.${row}`] = mib.integer(1);
      values[`1.3.6.1.2.1.4.34.1.5.${row}`] = mib.pointer(`1.3.6.1.2.1.4.32.1.5.${index}.${row}.${length}`);
    }
  }
  return values;
}

function routes(snapshot: Snapshot, mibs: RouterMibs): Values {
  if (mibs.routes === 'none') return {};
  const values: Values = {};
  const isInet = mibs.routes === 'IPMCAST';
  const root = isInet ? '1.3.6.1.2.1.168.1' : mibs.routes === 'IPMROUTE' ? '1.3.6.1.2.1.83.1.1' : '1.3.6.1.3.60.1.1';
  values[`${root}.1.0`] = mib.integer(1);
  for (const { index, multicast, ttlThreshold = 1, multicastRoutingProtocol } of snapshot.interfaces) {
    if (multicast !== true) continue;
    if (isInet) for (const version of [1, 2]) values[`${root}.3.1.3.${version}.${index}`] = mib.gauge32(ttlThreshold);
    else {
      values[`${root}.4.1.2.${index}`] = mib.integer(ttlThreshold);
      values[`${root}.4.1.3.${index}`] = mib.integer(MulticastRoutingProtocol[multicastRoutingProtocol ?? 'other']);
    }
  }
  for (const { groups, interface: index } of snapshot.scopes ?? []) {
    const { address, length } = parsePrefix(groups)!;
    if (isInet) values[`${root}.7.1.8.${index}.${inetAddress(address)}.${length}`] = mib.integer(1);
    else if (address.length === 4)
      values[`${root}.5.1.4.${index}.${address.join('.')}.${mask(length)}`] = mib.integer(1);
  }
  for (const route of snapshot.routes ?? []) {
    if (isInet) Object.assign(values, ipMcastRoute(root, route, snapshot));
    else if (!route.group.includes(':'))
      Object.assign(values, ipMRoute(root, route, snapshot, mibs.sharedMask ?? '0.0.0.0'));
  }
  return values;
}

function ipMRoute(root: string, route: SnapshotRoute, snapshot: Snapshot, sharedMask: string): Values {
  const place = `${route.group}.${route.source ?? '0.0.0.0'}.${route.source === null ? sharedMask : '255.255.255.255'}`;
  const rpf = rpfOf(route, snapshot);
  const column = (number: number) => `${root}.2.1.${number}.${place}`;
  const values: Values = {
    [column(4)]: mib.ipAddress(route.upstream ?? '0.0.0.0'),
    [column(5)]: mib.integer(route.incoming ?? 0),
    [column(6)]: mib.timeTicks((route.uptimeSeconds ?? 0) * 100),
    [column(8)]: mib.counter32(Number(BigInt(route.packets ?? 0) & 0xffffffffn)),
    [column(11)]: mib.integer(MulticastRoutingProtocol[route.multicastRoutingProtocol ?? 'other']),
    [column(12)]: mib.integer(RoutingProtocol[route.routingProtocol ?? 'other']),
    [column(13)]: mib.ipAddress(rpf.address),
    [column(14)]: mib.ipAddress(mask(rpf.length)),
  };
  for (const { index, state } of route.outgoing) {
    values[`${root}.3.1.6.${place}.${index}.${route.group}`] = mib.integer(state === 'pruned' ? 1 : 2);
  }
  return values;
}

function ipMcastRoute(root: string, route: SnapshotRoute, snapshot: Snapshot): Values {
  const full = (text: string) => `${inetAddress(parseAddress(text)!)}.${parseAddress(text)!.length * 8}`;
  const place = `${full(route.group)}.${route.source === null ? '0.0.0' : full(route.source)}`;
  const rpf = rpfOf(route, snapshot);
  const upstream = route.upstream === null ? [] : [...parseAddress(route.upstream)!];
  const column = (number: number) => `${root}.5.1.${number}.${place}`;
  const values: Values = {
    [column(7)]: mib.integer(upstream.length === 0 ? 0 : upstream.length === 4 ? 1 : 2),
    [column(8)]: mib.octets(...upstream),
    [column(9)]: mib.integer(route.incoming ?? 0),
    [column(10)]: mib.timeTicks(UP_TIME - (route.uptimeSeconds ?? 0) * 100),
    [column(12)]: mib.integer(MulticastRoutingProtocol[route.multicastRoutingProtocol ?? 'other']),
    [column(13)]: mib.integer(RoutingProtocol[route.routingProtocol ?? 'other']),
    [column(15)]: mib.octets(...parseAddress(rpf.address)!),
    [column(16)]: mib.gauge32(rpf.length),
    [column(19)]: mib.counter64(BigInt(route.packets ?? 0)),
  };
  for (const { index, state } of route.outgoing) {
    values[`${root}.6.1.10.${place}.${index}.${inetAddress(parseAddress(route.group)!)}`] = mib.integer(
      state === 'pruned' ? 1 : 2,
    );
  }
  return values;
}

/** The RPF row that covers the source, or the RP: what the route was found by. */
function rpfOf(route: SnapshotRoute, { rpf = [] }: Snapshot): { address: string; length: number } {
  const row = rpf.find(
    (one) =>
      one.prefix.includes(':') === route.group.includes(':') &&
      one.interface !== null &&
      one.interface === route.incoming &&
      (one.neighbor ?? null) === route.upstream,
  );
  const [address = '0.0.0.0', length = '0'] = row?.prefix.split('/') ?? [route.group.includes(':') ? '::' : '0.0.0.0'];
  return { address, length: Number(length) };
}

function pim(snapshot: Snapshot, mibs: RouterMibs): Values {
  if (mibs.pim === 'none') return {};
  const values: Values = {};
  const isStandard = mibs.pim === 'standard';
  const root = isStandard ? '1.3.6.1.2.1.157.1' : '1.3.6.1.3.61.1.1';
  for (const { index, multicast, designatedRouters = [] } of snapshot.interfaces) {
    if (multicast !== true) continue;
    for (const text of designatedRouters) {
      const address = parseAddress(text)!;
      if (isStandard) values[`${root}.1.1.6.${index}.${address.length === 4 ? 1 : 2}`] = mib.octets(...address);
      else if (address.length === 4) values[`${root}.2.1.5.${index}`] = mib.ipAddress(text);
    }
    if (!isStandard) values[`${root}.2.1.4.${index}`] = mib.integer(2);
  }
  for (const { address: text, interface: index } of snapshot.neighbors ?? []) {
    const address = parseAddress(text)!;
    if (isStandard) values[`${root}.2.1.6.${index}.${inetAddress(address)}`] = mib.timeTicks(1);
    else if (address.length === 4) values[`${root}.3.1.2.${text}`] = mib.integer(index);
  }
  for (const { groups, address: rp } of snapshot.rps ?? []) {
    const { address, length } = parsePrefix(groups)!;
    if (isStandard) {
      const row = `2.${inetAddress(address)}.${length}.${inetAddress(parseAddress(rp)!)}`;
      values[`${root}.13.1.7.${row}`] = mib.integer(3);
      values[`${root}.13.1.8.${row}`] = mib.gauge32(0);
    } else if (address.length === 4)
      values[`${root}.6.1.4.1.${address.join('.')}.${mask(length)}.${rp}`] = mib.integer(150);
  }
  return values;
}

function unicast(snapshot: Snapshot, mibs: RouterMibs): Values {
  const values: Values = {};
  for (const { prefix, interface: index, neighbor = null, routingProtocol } of snapshot.rpf ?? []) {
    if (index === null) continue;
    const { address, length } = parsePrefix(prefix)!;
    const isIpv4 = address.length === 4;
    const protocol = mib.integer(RoutingProtocol[routingProtocol ?? 'other']);
    const type = mib.integer(neighbor === null ? 3 : 4);
    if (mibs.unicast === 'inetCidr') {
      const row = `${inetAddress(address)}.${length}.2.0.0.${inetAddress(parseAddress(neighbor ?? (isIpv4 ? '0.0.0.0' : '::'))!)}`;
      Object.assign(values, row3('1.3.6.1.2.1.4.24.7.1', [7, 8, 9], row, [mib.integer(index), type, protocol]));
    } else if (mibs.unicast === 'ipCidr' && isIpv4) {
      const row = `${address.join('.')}.${mask(length)}.0.${neighbor ?? '0.0.0.0'}`;
      Object.assign(values, row3('1.3.6.1.2.1.4.24.4.1', [5, 6, 7], row, [mib.integer(index), type, protocol]));
    } else if (mibs.unicast === 'ipRoute' && isIpv4) {
      const row = address.join('.');
      Object.assign(values, row3('1.3.6.1.2.1.4.21.1', [2, 8, 9], row, [mib.integer(index), type, protocol]));
      values[`1.3.6.1.2.1.4.21.1.7.${row}`] = mib.ipAddress(neighbor ?? '0.0.0.0');
      values[`1.3.6.1.2.1.4.21.1.11.${row}`] = mib.ipAddress(mask(length));
    }
  }
  return values;
}

function row3(root: string, columns: readonly number[], row: string, values: readonly mib.Value[]): Values {
  return Object.fromEntries(columns.map((column, at) => [`${root}.${column}.${row}`, values[at]!]));
}

function inetAddress(address: Uint8Array): string {
  return `${address.length === 4 ? 1 : 2}.${address.length}.${address.join('.')}`;
}

function mask(length: number): string {
  const bits = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}
