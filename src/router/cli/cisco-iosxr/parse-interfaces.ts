/**
 * Reads the interfaces of IOS XR: `show ipv4 interface` and `show ipv6 interface` (addresses, MTU), `show interfaces` (names
 * and counters of multicast packets), `show snmp interface` (ifIndexes). Pure: text in, parts out, or a ReaderError.
 */
import type { Family } from '../../../wire/address.ts';
import type { CounterPart } from '../platform.ts';
import { canonicalPrefix, misunderstood } from '../tools/json.ts';
import { addressIn, countIn, type NotUnderstood, passOver, type Rule, readLines } from '../tools/text.ts';
import { AROUND, checkAnswered } from './answer.ts';
import { DEFAULT_VRF, linkIn } from './names.ts';

/** An interface as one family sees it. */
export interface AddressedInterface {
  readonly name: string;
  /** By configuration: what it has is not in use, and may be another router's. */
  readonly isShut: boolean;
  readonly addresses: readonly string[];
  /** Of packets of the family. */
  readonly mtu: number | undefined;
}

interface Found {
  readonly name: string;
  readonly isShut: boolean;
  vrf: string | undefined;
  readonly addresses: Set<string>;
  mtu: number | undefined;
}

/** Of the interfaces of `vrf` only, where the output has those of others, too. */
export function parseAddresses(
  output: string,
  family: Family,
  vrf: string | undefined,
  command: string,
  notUnderstood?: NotUnderstood,
): AddressedInterface[] {
  checkAnswered(output, command);
  const found: Found[] = [];
  readLines(output, addressRules(family, found), notUnderstood);
  if (found.length === 0) throw misunderstood(output, command);
  return found
    .filter((one) => (one.vrf ?? vrf ?? DEFAULT_VRF) === (vrf ?? DEFAULT_VRF))
    .flatMap(({ name, isShut, addresses, mtu }) => {
      const link = linkIn(name);
      return link === undefined ? [] : [{ name: link, isShut, addresses: [...addresses], mtu }];
    });
}

function addressRules(family: Family, found: Found[]): readonly Rule[] {
  const add = (text: string | undefined) => {
    const prefix = text === undefined ? undefined : canonicalPrefix(text);
    if (prefix !== undefined) found.at(-1)?.addresses.add(prefix);
  };
  const setVrf = (vrf: string | undefined) => {
    const last = found.at(-1);
    if (last !== undefined) last.vrf = vrf;
  };
  return [
    [
      // Releases before tell the line protocol instead.
      /^ *(\S+) is ([^,]{1,100}), (?:ipv[46]|line) protocol is [^,]{1,100}(?:, *Vrfid is (\S+))?/i,
      ([, name = '', state = '', vrf]) => {
        const isShut = /^(?:shutdown|administratively down)$/i.test(state);
        found.push({ name, isShut, vrf, addresses: new Set(), mtu: undefined });
      },
    ],
    [/^ *Vrf is (\S+)/, ([, vrf]) => setVrf(vrf)],
    [/^ *Internet address is (\S+\/\d+)/, ([, prefix]) => add(prefix)],
    [/^ *Secondary address (?:is )?(\S+\/\d+)/, ([, prefix]) => add(prefix)],
    // The address is another one's. An unnumbered interface has none of its own (RFC 8487 §3.2.4).
    [/^ *Interface is unnumbered/i, passOver],
    // Another host has it.
    [/\[DUPLICATE\]/i, passOver],
    [/ link-local address is (\S+)/, ([, text]) => add(`${addressIn(text)}/64`)],
    [
      /^ *([^\s,]+)(?: \[[^\]]*\])?, subnet is [^\s/]+\/(\d+)/,
      ([, address, length]) => add(`${addressIn(address)}/${length}`),
    ],
    [
      /^ *MTU is \d+ \((\d+) is available to IP(?:v6)?\)/,
      ([, mtu]) => {
        const last = found.at(-1);
        if (last !== undefined) last.mtu = Number(mtu);
      },
    ],
    ...AROUND,
    ...(family === 4 ? ABOUT_IPV4 : ABOUT_IPV6),
  ];
}

const ABOUT_IPV4: readonly Rule[] = [
  [/^ *(?:internet address is|internet protocol|helper|helper-address)/i, passOver],
  [/^ *(?:multicast reserved groups|directed broadcast|outgoing |inbound |proxy arp|icmp |table id)/i, passOver],
  [/^ +(?:\d+\.\d+\.\d+\.\d+ ?)+$/, passOver],
  [/^ *(?:mtu is|arp |ip |tcp |flow |ipv4 |unicast rpf|bgp |local proxy)/i, passOver],
];

const ABOUT_IPV6: readonly Rule[] = [
  [/^ *(?:ipv6 |global unicast|no global|joined group|icmp|nd |hosts use|outgoing |inbound |table id)/i, passOver],
  [/^ *(?:complete|incomplete|dropped) \S+ \S+: \d+/i, passOver],
  [/^ *(?:mtu is|stateless|flow |ra |dhcp|unicast rpf|bgp |internet protocol)/i, passOver],
  [/^ +ff[0-9a-f:]+(?: +ff[0-9a-f:]+)*$/i, passOver],
];

/** Those that are told; an interface that counts nothing, like a loopback, is left out. */
export function parseCounters(output: string, command: string, notUnderstood?: NotUnderstood): CounterPart[] {
  checkAnswered(output, command);
  const counts = new Map<string, { inPackets: string | null; outPackets: string | null }>();
  let current = { inPackets: null as string | null, outPackets: null as string | null };
  let name: string | undefined;
  const tell = () => name !== undefined && counts.set(name, current);
  readLines(
    output,
    [
      [
        HEADING,
        ([, text = '']) => {
          name = linkIn(text);
          current = { inPackets: null, outPackets: null };
        },
      ],
      [
        /^ *Received \S+ broadcast packets, (\d+) multicast packets/,
        ([, count]) => {
          current.inPackets = countIn(count);
          tell();
        },
      ],
      [
        /^ *Output \S+ broadcast packets, (\d+) multicast packets/,
        ([, count]) => {
          current.outPackets = countIn(count);
          tell();
        },
      ],
      ...AROUND,
      ...ABOUT_INTERFACES,
    ],
    notUnderstood,
  );
  return [...counts].map(([link, both]) => ({ interface: link, ...both }));
}

/** Of all interfaces, in whatever VRF they are, or in none. */
export function parseNames(output: string, command: string): string[] {
  checkAnswered(output, command);
  const names = new Set<string>();
  readLines(output, [
    [
      HEADING,
      ([, text = '']) => {
        const name = linkIn(text);
        if (name !== undefined) names.add(name);
      },
    ],
  ]);
  if (names.size === 0) throw misunderstood(output, command);
  return [...names];
}

const HEADING = /^ *(\S+) is [^,]{1,100}, line protocol is /;

const ABOUT_INTERFACES: readonly Rule[] = [
  [
    /^ *(?:interface state|dampening|half-life|suppress|restart-penalty|hardware|layer |description|internet )/i,
    passOver,
  ],
  [/^ *(?:mtu |reliability|encapsulation|(?:full|half|auto)-duplex|duplex|output flow|carrier delay)/i, passOver],
  [/^ *(?:loopback not set|loopback |last |arp |no\. of members|input\/output|received |output |link )/i, passOver],
  [/^ *\d+ (?:minute|second|packets|drops|runts|input errors|output errors|output buffer|carrier)/, passOver],
  [/^ *\S+ +(?:full|half)-duplex +\S+ +\S+/i, passOver],
  [/^ *(?:source |tunnel|key |checksum|outer|inner|vlan|tos|ttl|mac |bundle|lacp|optics|non-|member)/i, passOver],
];

/** By name; empty when no SNMP agent tells. */
export function parseIndexes(output: string, command: string): ReadonlyMap<string, number> {
  checkAnswered(output, command);
  const indexes = new Map<string, number>();
  readLines(output, [
    [
      /^\s*ifName\s*:\s*(\S+)\s+ifIndex\s*:\s*(\d{1,10})$/,
      ([, text = '', digits]) => {
        const name = linkIn(text);
        const index = Number(digits);
        if (name !== undefined && index >= 1 && index < 2 ** 31) indexes.set(name, index);
      },
    ],
  ]);
  return indexes;
}
