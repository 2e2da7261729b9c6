/**
 * Reads the interfaces: `show ip interface`, `show ipv6 interface` and the ifIndexes of `show snmp mib ifmib ifindex`. Each command
 * speaks of the interfaces of all VRFs; those of others stay, as an extranet's entries name them, but without their
 * addresses, which may be anybody's here. Pure: text in, parts out, or a ReaderError.
 */

import type { InterfacePart } from '../platform.ts';
import { shutNames } from '../tools/cisco-names.ts';
import { unlessUnreadable } from '../tools/json.ts';
import { prefixIn } from '../tools/masks.ts';
import { addressIn, type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { interfaceName, isNowhere } from './names.ts';
import { readOutput } from './output.ts';

/** IOS does not tell the length. RFC 4291 §2.5.6 */
const LINK_LOCAL_LENGTH = 64;

/** Lines of an interface that has lost the blanks before them. */
const OTHER_TRAITS =
  /^(?:(?:Internet|Broadcast|Address|Peer|Dialer|Interface|Helper|Directed|Multicast|Outgoing|Inbound|Proxy|Local|Security|Split|ICMP|IPv?[46]?|Associated|Topology|Router|TCP|RTP|Probe|Policy|Network|BGP|Input|Output|Post|WCCP|Downstream|Sampled|No|Virtual|Global|Stateless|Joined|ND|Hosts)\b|[\dA-F.:]+$)/i;

/** What one family tells of an interface. */
export interface FamilyInterface {
  readonly name: string;
  /** By configuration: what it has is not in use, and may be another router's. */
  readonly isShut: boolean;
  vrf: string | undefined;
  mtu: number | undefined;
  readonly addresses: string[];
}

export interface InterfaceOutputs {
  readonly ipv4: string;
  /** Where IPv6 is not configured there is nothing. */
  readonly ipv6: string;
  readonly indexes: string;
}

export interface Interfaces {
  readonly interfaces: readonly InterfacePart[];
  /** Names of those that are shut down: they have no addresses. */
  readonly shut: ReadonlySet<string>;
}

/** @param commands the ones that yielded the outputs, for the error */
export function parseInterfaces(
  outputs: InterfaceOutputs,
  commands: Readonly<Record<keyof InterfaceOutputs, string>>,
  vrf: string | undefined,
): Interfaces {
  const ipv4 = parseFamilyInterfaces(outputs.ipv4, commands.ipv4);
  const ipv6 = unlessUnreadable(() => parseFamilyInterfaces(outputs.ipv6, commands.ipv6), []);
  const indexes = unlessUnreadable(() => parseIndexes(outputs.indexes, commands.indexes), new Map());
  const shut = shutNames([...ipv4, ...ipv6]);
  const byName = new Map<string, FamilyInterface[]>();
  for (const row of [...ipv4, ...ipv6]) {
    const rows = byName.get(row.name);
    if (rows === undefined) byName.set(row.name, [row]);
    else rows.push(row);
  }
  const interfaces = [...byName].map(([name, rows]) => ({
    index: indexes.get(name) ?? null,
    name,
    addresses: rows.flatMap((row) => (row.vrf === vrf && !shut.has(name) ? row.addresses : [])),
    mtu: rows.map(({ mtu }) => mtu).find((mtu) => mtu !== undefined),
  }));
  return { interfaces, shut };
}

/** `show ip interface` and `show ipv6 interface` say the same in other words. */
export function parseFamilyInterfaces(
  output: string,
  command: string,
  notUnderstood?: NotUnderstood,
): FamilyInterface[] {
  const found: FamilyInterface[] = [];
  let current: FamilyInterface | undefined;
  const addAddress = (prefix: string | undefined) => {
    if (prefix !== undefined) current?.addresses.push(prefix);
  };
  const rules: Rule[] = [
    [
      /^(\S+) is (.*)\bline protocol is\b/,
      ([, text, state]) => {
        const name = interfaceName(text!);
        current = undefined;
        if (isNowhere(name) || state!.startsWith('deleted')) return;
        const isShut = state!.startsWith('administratively down');
        current = { name, isShut, vrf: undefined, mtu: undefined, addresses: [] };
        found.push(current);
      },
    ],
    // What is no interface, though it has lines like one: `Control Plane Interface`.
    [/^\S.* line protocol is\b/, () => (current = undefined)],
    [/^ *(?:Internet|Secondary) address (?:is )?(\d\S*\/\S+)/, ([, text]) => addAddress(prefixIn(text!))],
    // Releases of the nineties.
    [
      /^ *(?:Internet|Secondary) address (?:is )?([\d.]+), subnet mask is ([\d.]+)/,
      ([, address, mask]) => addAddress(prefixIn(`${address}/${mask}`)),
    ],
    [
      /^ *IPv6 is \w+, link-local address is ([\dA-F:]+)(.*)$/i,
      ([, text, marks]) => {
        const address = addressIn(text);
        if (address !== undefined && !isDuplicate(marks)) addAddress(`${address}/${LINK_LOCAL_LENGTH}`);
      },
    ],
    [
      /^ *([\dA-F:]+), subnet is \S+\/(\d+)(.*)$/i,
      ([, address, length, marks]) => {
        if (!isDuplicate(marks)) addAddress(prefixIn(`${address}/${length}`));
      },
    ],
    [
      /^ *MTU is (\d{1,6}) bytes/,
      ([, mtu]) => {
        if (current !== undefined) current.mtu = Number(mtu);
      },
    ],
    [
      /^ *VPN Routing\/Forwarding "([^"]*)"/,
      ([, vrf]) => {
        if (current !== undefined) current.vrf = vrf === '' ? undefined : vrf;
      },
    ],
    // What is indented speaks of the interface. An unnumbered one has no address of its own (RFC 8487 §3.2.4).
    [/^ +\S/, passOver],
    [OTHER_TRAITS, passOver],
  ];
  readOutput(output, rules, { command, notUnderstood, mayBeEmpty: command.includes('ipv6') });
  return found;
}

/** Another host has it. */
function isDuplicate(marks: string | undefined): boolean {
  return /\[(?:\w+\/)*DUP\b/.test(marks ?? '');
}

/** `Gi0/1: Ifindex = 2`, `Gi0/1.100-802.1Q vLAN subif: Ifindex = 12`. Layers have indexes, too: `ATM1/0-aal5 layer`. */
export function parseIndexes(
  output: string,
  command: string,
  notUnderstood?: NotUnderstood,
): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  readOutput(
    output,
    [
      [
        /^(?:Interface = )?(\S+?)(?:(?<=\d)-[^:,]{1,20} subif)?[:,] Ifindex = (\d{1,10})$/i,
        ([, name, digits]) => {
          const index = Number(digits);
          if (index >= 1 && index < 2 ** 31) indexes.set(interfaceName(name!), index);
        },
      ],
      [/ Ifindex = \d+$/i, passOver],
    ],
    { command, notUnderstood },
  );
  return indexes;
}
