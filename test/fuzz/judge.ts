/**
 * A second opinion on every datagram, from RFC 8487 and the README alone: what it says, and whether policy lets the daemon
 * say anything to anybody because of it. Shares no code with src/, so that a slip there is not repeated here.
 */

/** What arrived, as the kernel tells. */
export interface Arrived {
  readonly octets: Uint8Array;
  readonly sender: Uint8Array;
  readonly senderPort: number;
  readonly destination: Uint8Array;
  readonly hopLimit: number;
}

/** The rules of one life; prefixes as text. */
export interface Policy {
  /** `undefined`: the networks of the host and of the routers. */
  readonly queryNetworks: readonly string[] | undefined;
  readonly requestNetworks: readonly string[] | undefined;
  readonly prohibit: readonly string[];
  readonly hostNetworks: readonly string[];
  /** Every network that a router of ours may say it is connected to. */
  readonly routerNetworks: readonly string[];
  readonly peers: readonly { readonly addresses: readonly Uint8Array[]; readonly port: number }[];
  /** Addresses on which the daemon answers as one router. */
  readonly standIns: readonly Uint8Array[];
  /** Whether there are gateways, to which Replies come. */
  readonly hasGateways: boolean;
}

export interface Tlv {
  readonly type: number;
  readonly octets: Uint8Array;
}

export interface Parsed {
  readonly family: 4 | 6;
  readonly type: number;
  readonly hops: number;
  readonly group: Uint8Array;
  readonly source: Uint8Array;
  readonly client: Uint8Array;
  readonly queryId: number;
  readonly clientPort: number;
  readonly header: Uint8Array;
  readonly extended: readonly Tlv[];
  /** Standard and Augmented Response Blocks. */
  readonly blocks: readonly Tlv[];
  /** Blocks of the path before those that are in the message. */
  readonly returned: number;
  /** Octets that were understood; the rest was cut off by a TLV that is longer than what is left. */
  readonly length: number;
}

const QUERY = 1;
const REPLY = 3;
const LOOPBACK = ['127.0.0.0/8', '::1/128'];
const STANDARD = 4;
const AUGMENTED = 5;
const EXTENDED = 6;
export const HEADER_OCTETS = { 4: 20, 6: 56 } as const;
export const BLOCK_OCTETS = { 4: 52, 6: 80 } as const;
/** What leaves on an Ethernet, RFC 8487 §3: 1500 and 1280 without IP and UDP. */
export const MOST_OCTETS = { 4: 1472, 6: 1232 } as const;

/** RFC 8487 §3, §3.1, §3.2. `undefined`: not an Mtrace2 message. */
export function parse(octets: Uint8Array): Parsed | undefined {
  const u16 = (at: number) => octets[at]! * 256 + octets[at + 1]!;
  const [type = 0] = octets;
  if (octets.length < 4 || type < 1 || type > 3) return undefined;
  const family = u16(1) === 20 ? 4 : u16(1) === 56 ? 6 : undefined;
  if (family === undefined || octets.length < HEADER_OCTETS[family]) return undefined;
  const size = family === 4 ? 4 : 16;
  const field = (n: number) => octets.slice(4 + n * size, 4 + (n + 1) * size);
  const extended: Tlv[] = [];
  const blocks: Tlv[] = [];
  let returned = 0;
  let at: number = HEADER_OCTETS[family];
  while (octets.length - at >= 4) {
    const kind = octets[at]!;
    const length = u16(at + 1);
    if (length < 4 || length % 4 !== 0 || kind < 1 || kind > 6) return undefined;
    if (length > octets.length - at) break;
    if (kind === STANDARD ? type === QUERY || length !== BLOCK_OCTETS[family] : length < 8) return undefined;
    if (kind < STANDARD || (kind === AUGMENTED && blocks.length === 0)) return undefined;
    if (kind === EXTENDED && blocks.length > 0) return undefined;
    const tlv = { type: kind, octets: octets.slice(at, at + length) };
    (kind === EXTENDED ? extended : blocks).push(tlv);
    if (kind === AUGMENTED && u16(at + 4) === 1) {
      returned += length === 12 ? u16(at + 6) * 65536 + u16(at + 8) : u16(at + 6);
    }
    at += length;
  }
  return {
    family,
    type,
    hops: octets[3]!,
    group: field(0),
    source: field(1),
    client: field(2),
    queryId: u16(4 + 3 * size),
    clientPort: u16(6 + 3 * size),
    header: octets.slice(0, HEADER_OCTETS[family]),
    extended,
    blocks,
    returned,
    length: at,
  };
}

export function standardOf({ blocks }: Parsed): Tlv[] {
  return blocks.filter(({ type }) => type === STANDARD);
}

export function codeOf({ octets }: Tlv): number {
  return octets.at(-1)!;
}

/** Upstream Router Address (IPv4) or Remote Address (IPv6). */
export function upstreamOf(family: 4 | 6, { octets }: Tlv): Uint8Array {
  return family === 4 ? octets.slice(16, 20) : octets.slice(32, 48);
}

/** @returns why nothing may leave because of this datagram; `undefined`: something may */
export function reasonForSilence(arrived: Arrived, policy: Policy): string | undefined {
  const { sender, destination } = arrived;
  const message = parse(arrived.octets);
  if (message === undefined) return 'it is no message';
  const { client, group, source } = message;
  if (message.type === REPLY && !policy.hasGateways) return 'it is a Reply';
  if (isBroadcast(destination, policy)) return 'it was sent to everybody';
  if (client.length !== sender.length) return 'families are mixed';
  if (!isUnicast(client) || isIn(client, '169.254.0.0/16', 'fe80::/10')) return 'the client is no unicast address';
  if (message.type !== REPLY && isIn(client, ...LOOPBACK) && !isIn(sender, ...LOOPBACK)) {
    return 'the client is of another host, and here somebody else';
  }
  if (message.clientPort === 0) return 'the client has no port';
  if (isNone(group) && isNone(source)) return 'it asks for nothing';
  if (!isNone(group) && !isMulticast(group)) return 'the group is no group';
  if (!isNone(source) && !isUnicast(source)) return 'the source is no unicast address';
  if (isBroadcast(client, policy)) return 'the client is everybody on a link of this host';
  if (message.type === QUERY) return reasonAgainstQuery(arrived, message, policy);
  // A Reply comes from wherever its trace has ended: which Query it answers is looked at with what leaves.
  if (message.type === REPLY) {
    return standardOf(message).length + message.returned > 510 ? 'no path has so many routers' : undefined;
  }
  if (!mayBeRouter(arrived, policy)) return 'the sender is no router that we know of';
  return reasonAgainstRequest(arrived, message, policy);
}

function isPeer({ sender, senderPort }: Arrived, { peers }: Policy): boolean {
  return peers.some(({ addresses, port }) => port === senderPort && addresses.some((own) => isSame(own, sender)));
}

/** By configuration, or because it is on a link of a router of ours, where a link-local address may be anybody's. */
function mayBeRouter(arrived: Arrived, policy: Policy): boolean {
  const { sender } = arrived;
  if (isPeer(arrived, policy)) return true;
  return isIn(sender, ...(policy.requestNetworks ?? [...policy.routerNetworks, 'fe80::/10', '169.254.0.0/16']));
}

function reasonAgainstQuery({ sender }: Arrived, { client }: Parsed, policy: Policy): string | undefined {
  const networks = policy.queryNetworks ?? [...policy.hostNetworks, ...policy.routerNetworks];
  if (!isIn(sender, ...networks) || isBroadcast(sender, policy)) return 'the sender may not ask';
  return isIn(client, ...networks) ? undefined : 'the client may not ask';
}

function reasonAgainstRequest(arrived: Arrived, message: Parsed, policy: Policy): string | undefined {
  const { destination, hopLimit } = arrived;
  if (!isPeer(arrived, policy) && hopLimit !== 255) return 'the sender is neither peer nor neighbour';
  if (isMulticast(destination) && !isIn(destination, '224.0.0.0/24', 'ff02::/16')) return 'it crossed the link';
  const standard = standardOf(message);
  const last = standard.at(-1);
  if (last === undefined) return 'it has no block';
  if (standard.length + message.returned >= message.hops) return 'it has no hops left';
  if (message.length > MOST_OCTETS[message.family]) return 'it is too long';
  const upstream = upstreamOf(message.family, last);
  if (!isZero(upstream) && !isMulticast(upstream)) return undefined;
  // Then only whom it was sent to can say whom it is for; a peer's may say the link.
  if (isPeer(arrived, policy)) return undefined;
  const isForOne = isMulticast(destination) || policy.standIns.some((own) => isSame(own, destination));
  return isForOne ? undefined : 'it names no upstream router';
}

/** Whether the only answer is ADMIN_PROHIB. */
export function isProhibited({ group, client }: Parsed, { prohibit }: Policy): boolean {
  return isIn(client, ...prohibit) || (!isNone(group) && isIn(group, ...prohibit));
}

export function isMulticast(address: Uint8Array): boolean {
  return isIn(address, '224.0.0.0/4', 'ff00::/8');
}

export function isZero(address: Uint8Array): boolean {
  return address.every((octet) => octet === 0);
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Whether everybody on a link of this host hears what is sent there. */
export function isBroadcast(address: Uint8Array, { hostNetworks }: Pick<Policy, 'hostNetworks'>): boolean {
  if (address.length !== 4) return false;
  if (address.every((octet) => octet === 255)) return true;
  return hostNetworks.some((network) => {
    const { octets, bits } = networkOf(network);
    if (octets.length !== 4 || bits >= 31) return false;
    return Array.from({ length: 32 }, (_, i) => bitOf(address, i) === (i < bits ? bitOf(octets, i) : 1)).every(Boolean);
  });
}

/** Whether the address is in one of these networks of its family. */
export function isIn(address: Uint8Array, ...networks: readonly string[]): boolean {
  return networks.some((network) => {
    const { octets, bits } = networkOf(network);
    if (octets.length !== address.length) return false;
    for (let i = 0; i < bits; i++) if (bitOf(address, i) !== bitOf(octets, i)) return false;
    return true;
  });
}

function isNone(address: Uint8Array): boolean {
  return isZero(address) || address.every((octet) => octet === 255);
}

function isUnicast(address: Uint8Array): boolean {
  return !isZero(address) && !isMulticast(address) && !isIn(address, '0.0.0.0/8', '240.0.0.0/4');
}

function bitOf(octets: Uint8Array, bit: number): number {
  return (octets[bit >> 3]! >> (7 - (bit & 7))) & 1;
}

interface Network {
  readonly octets: Uint8Array;
  readonly bits: number;
}

const known = new Map<string, Network>();

/** `ADDRESS/LENGTH` */
function networkOf(text: string): Network {
  const before = known.get(text);
  if (before !== undefined) return before;
  const [address = '', bits = ''] = text.split('/');
  const octets = address.includes(':') ? octetsOfV6(address) : address.split('.').map(Number);
  const network = { octets: Uint8Array.from(octets), bits: Number(bits) };
  known.set(text, network);
  return network;
}

function octetsOfV6(text: string): number[] {
  const [head = [], tail = []] = text.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 0xff]);
}
