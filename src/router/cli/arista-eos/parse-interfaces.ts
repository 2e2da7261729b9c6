/**
 * Reads JSON of interfaces: `show interfaces`, `show ip interface`, `show ipv6 interface`, `show interfaces counters`. Pure.
 * Text of the same is read by parse-interfaces-text.ts.
 */

import type { CounterPart } from '../platform.ts';
import {
  canonicalAddress,
  canonicalPrefix,
  counterOf,
  entriesOf,
  itemsOf,
  memberOf,
  misunderstood,
  numberOf,
  textOf,
} from '../tools/json.ts';
import { isNobody } from '../tools/text.ts';
import { parseDocument, rowsOf } from './document.ts';
import { interfaceName } from './names.ts';

/** What one output says of one interface. */
export interface ReadInterface {
  readonly name: string;
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  readonly mtu: number | undefined;
  /** By its administrator, and not for want of carrier. */
  readonly isDown: boolean;
}

/** One of them is in every row; none is in other tables by interface, as of counters. */
const OF_INTERFACES = ['interfaceStatus', 'interfaceAddress', 'interfaceAddressIp6', 'mtu'];

/** `show interfaces`, `show ip interface` and `show ipv6 interface`, which call things differently. */
export function parseInterfaces(output: string, command: string): ReadInterface[] {
  if (/^% No IPv6 configured interfaces\b/m.test(output)) return [];
  const rows = rowsOf(parseDocument(output, command), 'interfaces', output, command);
  const isOther = ([, row]: [string, unknown]) => OF_INTERFACES.every((name) => memberOf(row, name) === undefined);
  if (rows.length > 0 && rows.every(isOther)) throw misunderstood(output, command);
  return rows.map(([name, row]) => ({
    name: interfaceName(name),
    ipv4: ipv4Of(memberOf(row, 'interfaceAddress')),
    ipv6: [...ipv6Of(memberOf(row, 'interfaceAddressIp6')), ...ipv6Of(row)],
    mtu: numberOf(row, 'mtu'),
    isDown: textOf(row, 'interfaceStatus') === 'disabled',
  }));
}

/** A list in `show interfaces`, one in `show ip interface`. An address that several switches share counts where there is no other. */
function ipv4Of(interfaceAddress: unknown): string[] {
  const blocks = Array.isArray(interfaceAddress) ? interfaceAddress : [interfaceAddress];
  return blocks.flatMap((block) => {
    const own = [memberOf(block, 'primaryIp'), ...secondariesOf(block, 'secondaryIps')].flatMap(ipv4Prefix);
    if (own.length > 0) return own;
    return [memberOf(block, 'virtualIp'), ...secondariesOf(block, 'virtualSecondaryIps')].flatMap(ipv4Prefix);
  });
}

function secondariesOf(block: unknown, name: string): readonly unknown[] {
  const ordered = itemsOf(memberOf(block, `${name}OrderedList`));
  return ordered.length > 0 ? ordered : entriesOf(memberOf(block, name)).map(([, one]) => one);
}

/** Where there is none, it says 0.0.0.0/0. */
function ipv4Prefix(one: unknown): string[] {
  const address = textOf(one, 'address') ?? textOf(one, 'adddress') ?? ''; // sic, in some releases
  const prefix = canonicalPrefix(`${address}/${memberOf(one, 'maskLen')}`);
  return prefix === undefined || isNobody(address) ? [] : [prefix];
}

function ipv6Of(row: unknown): string[] {
  const linkLocal = memberOf(row, 'linkLocalIp6') ?? memberOf(row, 'linkLocal');
  const others = ['globalUnicastIp6s', 'addresses'].flatMap((name) => itemsOf(memberOf(row, name)));
  return [linkLocal, ...others].flatMap((one) => {
    const address = canonicalAddress(textOf(one, 'address'));
    const length = textOf(one, 'subnet')?.split('/')[1];
    const prefix = address?.includes(':') ? canonicalPrefix(`${address}/${length}`) : undefined;
    return prefix === undefined || isNobody(address ?? '') ? [] : [prefix];
  });
}

/** Of ports. Those of VLANs and subinterfaces are counted by few models, and not told here. */
export function parseCounters(output: string, command: string): CounterPart[] {
  return rowsOf(parseDocument(output, command), 'interfaces', output, command).flatMap(([name, row]) => {
    const inPackets = counterOf(row, 'inMulticastPkts');
    const outPackets = counterOf(row, 'outMulticastPkts');
    return inPackets === null && outPackets === null ? [] : [{ interface: interfaceName(name), inPackets, outPackets }];
  });
}
