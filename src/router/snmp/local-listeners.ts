/**
 * Where a router should forward a route's packets for listeners on its own links, and its row does not. RFC 7761 §4.1.6
 * (local_receiver_include, pim_include): the Designated Router of a link does, unless it has lost an Assert there: olist.ts.
 * Pure.
 */
import { type Address, type Family, isSourceSpecific, parseAddress } from '../../wire/address.ts';
import { mappingOf } from './group-mapping.ts';
import type { Device } from './mib/device.ts';
import type { Listener } from './mib/listener-table.ts';
import type { OutgoingRow, RouteRow } from './mib/route-table.ts';

export interface RouteOfGroup {
  readonly group: string;
  /** null: (*,G) */
  readonly source: string | null;
  readonly row: RouteRow;
}

/**
 * What the row lacks, each with the state notForwarding.
 * @param listeners on links whose Designated Router this is (`designatedLinks`), and that are not left to another one
 */
export function notForwarded(
  { group, source, row }: RouteOfGroup,
  listeners: readonly Listener[],
  device: Device,
): OutgoingRow[] {
  const address = parseAddress(group);
  if (address === undefined) return [];
  const mode = modeOf(group, address, device);
  if (mode === 'other' || row.multicastRoutingProtocol === 'pimDenseMode') return [];
  const isKnown = (index: number) => index === row.incoming || row.outgoing.some((one) => one.index === index);
  return listeners
    .filter((listener) => !isKnown(listener.interface) && wants(listener, source, mode))
    .map((listener) => ({ index: listener.interface, state: 'notForwarding' }));
}

/** `other`: who forwards to listeners is not the Designated Router's to say. */
function modeOf(group: string, address: Address, device: Device): 'ssm' | 'asm' | 'other' {
  const mapped = mappingOf(group, device.mappings, device.bsr)?.mode;
  if (mapped !== undefined) return mapped === 'ssm' || mapped === 'asm' ? mapped : 'other';
  return isSourceSpecific(address) ? 'ssm' : 'asm';
}

function wants({ mode, wantsSource, isOfSources }: Listener, source: string | null, groupMode: 'ssm' | 'asm'): boolean {
  if (groupMode === 'ssm' && !(isOfSources && mode === 'include')) return false;
  if (mode === 'include') return source !== null && wantsSource === true;
  return source === null || wantsSource !== false;
}

/** The links whose Designated Router this is. */
export function designatedLinks(family: Family, { pim, addresses }: Pick<Device, 'pim' | 'addresses'>): number[] {
  const elected = pim.filter((one) => one.family === family && one.designatedRouter !== null);
  const own = elected.filter(({ index, designatedRouter }) =>
    addresses.some((one) => one.index === index && one.address.startsWith(`${designatedRouter}/`)),
  );
  return own.map(({ index }) => index);
}
