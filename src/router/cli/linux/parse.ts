/**
 * Reads what a kernel forwards, and between which interfaces: iproute2's rows, as its JSON has them, and the VIF tables of /proc.
 * Pure: parts come out, or a ReaderError.
 */
import { type Family, formatPrefix, inPrefix, parseAddress, parsePrefix } from '../../../wire/address.ts';
import type { CounterPart, InterfacePart, RoutePart } from '../platform.ts';
import {
  canonicalAddress,
  counterOf,
  indexOf,
  itemsOf,
  memberOf,
  misunderstood,
  numberOf,
  textOf,
} from '../tools/json.ts';
import { jsonRows } from './json-rows.ts';

/** VIFF_REGISTER of linux/mroute.h and MIFF_REGISTER of linux/mroute6.h: PIM's register interface, which is no link. */
const REGISTER_FLAG = { 4: 0x4, 6: 0x1 } as const;

/** The interfaces that multicast of one family is forwarded between. */
export interface Links {
  readonly names: readonly string[];
  /** Of as many as the kernel tells. */
  readonly counters: readonly CounterPart[];
  /** Names of PIM's register interfaces, which are among none of the others. */
  readonly registers: ReadonlySet<string>;
  /** By the number that a daemon gave them (VIF, MIF); empty where it is not told. */
  readonly byNumber: ReadonlyMap<number, string>;
}

/** A VRF's device. */
export interface Vrf {
  /** The number of its tables, unicast and multicast of both families. */
  readonly table: number;
  readonly device: InterfacePart;
}

/**
 * Addresses in VRFs, which may be the same as ours, are none here.
 * @param vrfs rows of their devices
 */
export function defaultInterfacesOf(rows: readonly unknown[], vrfs: readonly unknown[]): InterfacePart[] {
  const names = new Set(vrfs.map((row) => textOf(row, 'ifname')).filter((name) => name !== undefined));
  const isElsewhere = (row: unknown) => ['ifname', 'master'].some((member) => names.has(textOf(row, member) ?? ''));
  return rows.flatMap((row) => {
    const interfaces = interfaceOf(row);
    return isElsewhere(row) ? interfaces.map((own) => ({ ...own, addresses: [] })) : interfaces;
  });
}

export function interfacesOf(rows: readonly unknown[]): InterfacePart[] {
  return rows.flatMap(interfaceOf);
}

/** None, when it is not one: iproute2 prints an empty row for what it has been told to leave out. */
function interfaceOf(row: unknown): InterfacePart[] {
  const index = indexOf(row, 'ifindex');
  const name = textOf(row, 'ifname');
  if (index === undefined || name === undefined) return [];
  const addresses = isDown(row) ? [] : itemsOf(memberOf(row, 'addr_info')).flatMap(addressOf);
  return [{ index, name, addresses, mtu: numberOf(row, 'mtu') }];
}

/** By its administrator. What has no carrier keeps its addresses. */
function isDown(row: unknown): boolean {
  const flags = memberOf(row, 'flags');
  return Array.isArray(flags) && !flags.includes('UP');
}

/** Where there is a peer, the length is that of its subnet, in which the address of the host need not be. */
function addressOf(item: unknown): string[] {
  if (memberOf(item, 'dadfailed') === true) return []; // another host has it
  const own = parsePrefix(`${textOf(item, 'local')}/${numberOf(item, 'prefixlen')}`);
  if (own === undefined) return [];
  const peer = parseAddress(textOf(item, 'address') ?? '');
  const length = peer === undefined || inPrefix(peer, own) ? own.length : own.address.length * 8;
  return [formatPrefix({ ...own, length })];
}

/** @throws ReaderError also when there is no such device, or it is no VRF's */
export function parseVrf(output: string, command: string): Vrf {
  for (const row of jsonRows(output, command)) {
    const link = memberOf(row, 'linkinfo');
    const table = numberOf(memberOf(link, 'info_data'), 'table');
    const [device] = interfaceOf(row);
    if (textOf(link, 'info_kind') === 'vrf' && table !== undefined && device !== undefined) return { table, device };
  }
  throw misunderstood(output, command);
}

/** Number, name, octets and packets in, octets and packets out, flags; IPv4 has two columns more. */
const VIF_ROW = /^ *(\d{1,9}) (\S+) +-?\d+ +(-?\d{1,20}) +-?\d+ +(-?\d{1,20}) +([0-9A-F]{1,8})\b/;

/** That of a kernel without multicast routing for the family, which forwards nothing. */
export function hasNoTable(vifs: string): boolean {
  return vifs.includes('No such file');
}

/** Of the default table. */
export function parseVifs(output: string, family: Family, command: string): Links {
  const counters: CounterPart[] = [];
  const registers = new Set<string>();
  const byNumber = new Map<number, string>();
  if (hasNoTable(output)) return { names: [], counters, registers, byNumber };
  const lines = output.split('\n');
  if (!lines[0]?.startsWith('Interface ')) throw misunderstood(output, command);
  for (const line of lines) {
    const [, number, name, inPackets, outPackets, flags] = VIF_ROW.exec(line) ?? [];
    if (name === undefined || inPackets === undefined || outPackets === undefined || flags === undefined) continue;
    byNumber.set(Number(number), name);
    if (Number.parseInt(flags, 16) & REGISTER_FLAG[family]) registers.add(name);
    else counters.push({ interface: name, inPackets: unsigned(inPackets), outPackets: unsigned(outPackets) });
  }
  return { names: counters.map((vif) => vif.interface), counters, registers, byNumber };
}

/** The kernel writes its counters as if they had a sign. Only those of 32 bits grow so far as to get one. */
function unsigned(count: string): string {
  return count.startsWith('-') ? BigInt.asUintN(32, BigInt(count)).toString() : count;
}

/**
 * Of all tables, without counters, which nobody tells but of the default one. Only the members of a VRF count in it.
 * @param table whose register interface it is, by the name that the kernel gives it
 */
export function parseForwarding(output: string, family: Family, table: number, command: string): Links {
  const register = `${family === 4 ? 'pimreg' : 'pim6reg'}${table}`;
  const rows = jsonRows(output, command);
  const all = rows
    .filter((row) => memberOf(row, 'mc_forwarding') === true)
    .map((row) => textOf(row, 'interface'))
    .filter((name) => name !== undefined);
  const registers = new Set(rows.some((row) => textOf(row, 'interface') === register) ? [register] : []);
  return { names: all.filter((name) => !registers.has(name)), counters: [], registers, byNumber: new Map() };
}

/**
 * The resolved entries of the kernel's forwarding cache; while one is unresolved the kernel only waits for its daemon.
 * Which daemon that is the kernel does not tell, but only PIM sparse mode has a register interface; without one the
 * protocol is not known. `expires`, in spite of its name, is the time since the last packet, so the age is not known.
 * @param table absent: the default one, whose rows do not name it; but of IPv6 iproute2 shows all tables then
 */
export function routesOf(rows: readonly unknown[], registers: ReadonlySet<string>, table?: number): RoutePart[] {
  const routes: RoutePart[] = [];
  for (const row of rows) {
    if (textOf(row, 'table') !== table?.toString()) continue;
    const group = canonicalAddress(textOf(row, 'dst'));
    const source = canonicalAddress(textOf(row, 'src'));
    if (group === undefined || source === undefined || textOf(row, 'state') !== 'resolved') continue;
    const incoming = incomingOf(row);
    routes.push({
      group,
      source: source === '0.0.0.0' || source === '::' ? null : source,
      incoming,
      hasNoIncoming: incoming === null,
      upstream: undefined,
      outgoing: itemsOf(memberOf(row, 'multipath')).flatMap((hop) => outgoingOf(hop, registers)),
      packets: counterOf(row, 'packets'),
      multicastRoutingProtocol: registers.size > 0 ? 'pimSparseMode' : null,
      pruneSent: undefined,
      uptimeSeconds: null,
    });
  }
  return routes;
}

/** `null`: its VIF is gone, and the entry, which its daemon has left, forwards nothing; iproute2 calls that `unresolved`, too. */
function incomingOf(row: unknown): string | null {
  const name = textOf(row, 'iif');
  return name === undefined || name === 'unresolved' ? null : name;
}

/** A threshold of 1 is left out by iproute2. */
function outgoingOf(hop: unknown, registers: ReadonlySet<string>): RoutePart['outgoing'] {
  const name = textOf(hop, 'oif');
  if (name === undefined || registers.has(name)) return [];
  return [{ interface: name, state: 'forwarding', ttlThreshold: Math.min(255, numberOf(hop, 'ttl') ?? 1) }];
}
