/**
 * Reads interfaces: ifIndexes of all of them (`show interface snmp-ifindex`), and of those of a VRF addresses, IP MTU and
 * whether multicast is on (`show ip interface`, `show ipv6 interface`). Joins them: one name, one interface. Text. Pure.
 */
import { formatPrefix, isAllZeros, parsePrefix } from '../../../wire/address.ts';
import type { InterfacePart } from '../platform.ts';
import { type NotUnderstood, passOver, type Rule } from '../tools/text.ts';
import { interfaceName, linkName } from './names.ts';
import { type Asked, readSections } from './sections.ts';

/** What one family says of an interface. */
export interface IpInterface {
  readonly name: string;
  /** By configuration: what it has is not in use, and may be another router's. */
  readonly isShut: boolean;
  readonly addresses: Set<string>;
  mtu?: number;
  isMulticast: boolean;
}

const INTERFACE = /^\s*([A-Za-z][\w./-]*), Interface status: ([^\s,]*)/;

/** By full name. A port is listed as `Eth1/1`, its index in decimal and in hex, with no blank where there is no room. */
export function parseIfIndexes(
  output: string,
  asked: Asked,
  notUnderstood?: NotUnderstood,
): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  const rules: Rule[] = [
    [
      /^\s*([A-Za-z][\w./-]*)\s+(\d{1,10})(?:\s*\(0x[0-9a-fA-F]+\s*\))?$/,
      ([, text, digits]) => {
        const name = linkName(text);
        const index = Number(digits);
        if (name !== undefined && index >= 1 && index < 2 ** 31) indexes.set(name, index);
      },
    ],
    [/^-+$/, passOver],
    [/^\s*Port +/, passOver],
  ];
  readSections(output, asked, rules, notUnderstood);
  return indexes;
}

export function parseIpInterfaces(output: string, asked: Asked, notUnderstood?: NotUnderstood): IpInterface[] {
  const interfaces: IpInterface[] = [];
  readSections(
    output,
    asked,
    [
      ...commonRules(interfaces),
      // Of secondary addresses there is a line each.
      [
        /^\s*IP address: ?([\d.]+), IP subnet: ?[\d.]+\/(\d+)/,
        ([, address, length]) => addAddress(interfaces.at(-1), `${address}/${length}`),
      ],
      [/^\s*IP multicast groups locally joined:/, passOver],
      [/^\s*(?:\d+\.\d+\.\d+\.\d+(?: +|$))/, passOver],
      // Whose address this one borrows, and who borrows that of this one.
      [/^\s*(?:Unnumbered interfaces of |IP unnumbered interface )/, passOver],
      [/^\S+: .*:$|^\S+:$/, passOver],
      [/^\s*(?:IP [a-z(-]|WCCP |(?:Inbound|Outgoing) +access list|[a-z]+ (?:packets|bytes) *:)/i, passOver],
    ],
    notUnderstood,
  );
  return interfaces;
}

export function parseIpv6Interfaces(output: string, asked: Asked, notUnderstood?: NotUnderstood): IpInterface[] {
  const interfaces: IpInterface[] = [];
  let isAnycast = false;
  /** In releases that write the length with the subnet only. */
  let withoutLength: { readonly address: string; readonly of: IpInterface | undefined } | undefined;
  const listOf = (anycast: boolean) => () => {
    isAnycast = anycast;
  };
  readSections(
    output,
    asked,
    [
      ...commonRules(interfaces),
      [/^\s*IPv6 address: *$/, listOf(false)],
      // Those of the list above, once more.
      [/^\s*Anycast configured addresses:/, listOf(true)],
      [
        /^\s*(?:IPv6 address: ?)?([0-9a-fA-F.:]+\/\d+)(?: +(.*))?$/,
        ([, address, states = '']) => {
          if (!isAnycast && !states.includes('DUPLICATE')) addAddress(interfaces.at(-1), address!);
        },
      ],
      [
        /^\s*IPv6 address: ?([0-9a-fA-F.:]+)$/,
        ([, address]) => {
          withoutLength = { address: address!, of: interfaces.at(-1) };
        },
      ],
      [
        /^\s*IPv6 subnet: *[0-9a-fA-F.:]+\/(\d+)/,
        ([, length]) => {
          const { address, of: one } = withoutLength ?? {};
          if (address !== undefined && one === interfaces.at(-1)) addAddress(one, `${address}/${length}`);
          withoutLength = undefined;
        },
      ],
      [
        /^\s*IPv6 link-local address: ?([0-9a-fA-F.:]+)(?:%\S+)?(.*)$/,
        ([, address, states]) => {
          isAnycast = false;
          if (!states!.includes('DUPLICATE')) addAddress(interfaces.at(-1), `${address}/64`);
        },
      ],
      [/^\s*IPv6 multicast groups locally joined:/, passOver],
      [/^\s*ff[0-9a-fA-F]{2}:/, passOver],
      [/^\s*(?:IPv6 [A-Za-z(-]|[A-Z][a-z]+ (?:packets|bytes) *:)/, passOver],
      [/^[0-9a-fA-F.:\s]+$/, passOver],
    ],
    notUnderstood,
  );
  return interfaces;
}

function commonRules(interfaces: IpInterface[]): Rule[] {
  return [
    [
      INTERFACE,
      ([, name, states]) => {
        const isShut = states!.endsWith('/admin-down');
        interfaces.push({ name: interfaceName(name!), isShut, addresses: new Set(), isMulticast: false });
      },
    ],
    [/^\s*IP(?:v6)? MTU: ?(\d{1,9})/, ([, mtu]) => Object.assign(interfaces.at(-1) ?? {}, { mtu: Number(mtu) })],
    [
      /^\s*IP(?:v6)? multicast routing: ?(\S+)/,
      ([, state]) => Object.assign(interfaces.at(-1) ?? {}, { isMulticast: state === 'enabled' }),
    ],
  ];
}

function addAddress(one: IpInterface | undefined, text: string): void {
  const prefix = parsePrefix(text);
  if (prefix !== undefined && !isAllZeros(prefix.address)) one?.addresses.add(formatPrefix(prefix));
}

/** All that any of them tells of: ports of layer 2 too, whose packets are counted. IPv4's MTU is the interface's. */
export function joinInterfaces(
  indexes: ReadonlyMap<string, number>,
  ipv4: readonly IpInterface[],
  ipv6: readonly IpInterface[],
): InterfacePart[] {
  const joined = new Map<string, { readonly addresses: Set<string>; mtu: number | undefined }>();
  for (const name of indexes.keys()) joined.set(name, { addresses: new Set(), mtu: undefined });
  for (const { name, isShut, addresses, mtu } of [...ipv4, ...ipv6]) {
    const one = joined.get(name) ?? { addresses: new Set(), mtu: undefined };
    if (!isShut) for (const address of addresses) one.addresses.add(address);
    joined.set(name, { ...one, mtu: one.mtu ?? mtu });
  }
  return [...joined].map(([name, { addresses, mtu }]) => {
    return { index: indexes.get(name) ?? null, name, addresses: [...addresses], mtu };
  });
}
