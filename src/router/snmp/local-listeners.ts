/**
 * Where a router should forward a route's packets for listeners on its own links, and its row does not. RFC 7761 §4.1.6
 * (local_receiver_include, pim_include): the Designated Router of a link does, unless it has lost an Assert there, which no
 * MIB tells. Pure.
 */
import { type Address, familyOf, parseAddress } from '../../wire/address.ts';
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

/** What the row lacks, each with the state notForwarding. */
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
    .filter((listener) => isDesignatedRouter(listener.interface, address, device))
    .map((listener) => ({ index: listener.interface, state: 'notForwarding' }));
}

/** `other`: who forwards to listeners is not the Designated Router's to say. */
function modeOf(group: string, address: Address, device: Device): 'ssm' | 'asm' | 'other' {
  const mapped = mappingOf(group, device.mappings, device.bsr)?.mode;
  if (mapped !== undefined) return mapped === 'ssm' || mapped === 'asm' ? mapped : 'other';
  return isSourceSpecific(address) ? 'ssm' : 'asm';
}

/** 232.0.0.0/8, FF3x::/32. RFC 4607 §1 */
function isSourceSpecific(group: Address): boolean {
  if (group.length === 4) return group[0] === 232;
  return group[1]! >> 4 === 3 && group[2] === 0 && group[3] === 0;
}

function wants({ mode, sources, isOfSources }: Listener, source: string | null, groupMode: 'ssm' | 'asm'): boolean {
  if (groupMode === 'ssm' && !(isOfSources && mode === 'include')) return false;
  if (mode === 'include') return source !== null && sources.includes(source);
  return source === null || !sources.includes(source);
}

function isDesignatedRouter(index: number, group: Address, { pim, addresses }: Device): boolean {
  const elected = pim.find((one) => one.index === index && one.family === familyOf(group))?.designatedRouter;
  return elected != null && addresses.some((own) => own.index === index && own.address.startsWith(`${elected}/`));
}
