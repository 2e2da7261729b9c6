/**
 * The wire: datagrams between daemons, native routers and the client on one virtual clock. It knows who has which address
 * and how many routers lie between, loses, doubles and delays with given probabilities, and lets a router without Mtrace2
 * say so by ICMP. It reads no message.
 */
import { isHostOn } from './host.ts';
import { interfaceOn, type Network } from './model.ts';
import { addressOctets, addressText } from './native-octets.ts';
import type { Random } from './random.ts';
import { isRoutersGroup } from './unknown-upstream.ts';

export interface Datagram {
  /** Who sends it: `daemon 0`, `native 7`, `client`. */
  readonly sender: string;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly hopLimit: number;
  readonly octets: Uint8Array;
  /** The link that it leaves on, where the sender is on it. */
  readonly link: number | undefined;
}

export interface Delivery {
  readonly datagram: Datagram;
  /** The receiver's link that it comes in on, where there is one. */
  readonly link: number | undefined;
  /** As it arrives: one less for each router in between. */
  readonly hopLimit: number;
  readonly isMulticast: boolean;
}

export interface Node {
  receive(delivery: Delivery): void;
  /** ICMP port unreachable for a datagram of this node; `quoted`: what it brings back of the message. */
  refused?(datagram: Datagram, quoted: Uint8Array): void;
}

export interface Faults {
  /** Probabilities, 0 to 1, for each datagram. */
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
}

const START_UNIX_MS = Date.UTC(2026, 10, 22, 10);
const MTRACE2_PORT = 33435;

export class Wire {
  readonly nodes = new Map<string, Node>();
  /** Who listens on an address, for unicast. */
  readonly #owners = new Map<string, string>();
  readonly #network: Network;
  readonly #random: Random;
  readonly #faults: Faults;
  /** By time, then by order of entry. */
  readonly #events: { ms: number; order: number; run: () => void }[] = [];
  #order = 0;
  /** By sender and destination. */
  readonly #lastArrival = new Map<string, number>();
  ms = 0;
  /** Datagrams that were lost. */
  lost = 0;

  constructor(network: Network, random: Random, faults: Faults) {
    this.#network = network;
    this.#random = random;
    this.#faults = faults;
  }

  get unixMs(): number {
    return START_UNIX_MS + this.ms;
  }

  static get startUnixMs(): number {
    return START_UNIX_MS;
  }

  settle(address: string, owner: string): void {
    this.#owners.set(keyOf(address), owner);
  }

  after(ms: number, run: () => void): void {
    this.#at(this.ms + ms, run);
  }

  #at(ms: number, run: () => void): void {
    const event = { ms, order: this.#order++, run };
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#events[middle]!.ms > event.ms) low = middle + 1;
      else high = middle;
    }
    // Latest first; of equals, the newest first.
    this.#events.splice(low, 0, event);
  }

  /** Until nothing more is to happen. */
  run(): void {
    for (let event = this.#events.pop(); event !== undefined; event = this.#events.pop()) {
      this.ms = Math.max(this.ms, event.ms);
      event.run();
    }
  }

  send(datagram: Datagram): void {
    const random = this.#random;
    const copy = { ...datagram, octets: datagram.octets.slice() };
    const copies = random.chance(this.#faults.duplication) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      if (random.chance(this.#faults.loss)) {
        this.lost++;
        continue;
      }
      const isLate = random.chance(this.#faults.reordering);
      const ms = this.ms + random.next() * 5 + (isLate ? random.next() * 400 : 0);
      this.#at(isLate ? ms : this.#inOrder(copy, ms), () => this.#arrive(copy));
    }
  }

  /**
   * What a gateway relays comes behind its own Reply, if nothing overtakes on the way: RFC 8487 §5.9 has the client go by the
   * order of arrival. Where nobody needs it, it is not so.
   */
  #inOrder({ sender, destination }: Datagram, earliest: number): number {
    if (this.#network.gateways.size === 0) return earliest;
    const pair = `${sender} ${destination}`;
    const ms = Math.max(earliest, this.#lastArrival.get(pair) ?? 0);
    this.#lastArrival.set(pair, ms);
    return ms;
  }

  #arrive(datagram: Datagram): void {
    const { destination, hopLimit, destinationPort } = datagram;
    if (isRoutersGroup(destination)) return this.#arriveAtAll(datagram);
    const owner = this.#ownerOf(datagram);
    // RFC 8487 §5.7: a router, but nobody listens on its port.
    if (owner === undefined) return this.#refuse(datagram);
    if (owner === 'nowhere') return;
    const link = this.#linkTo(datagram, owner);
    const isAdjacent = link !== undefined && (datagram.link === link || this.#isOnLink(datagram.sender, link));
    const crossed = isAdjacent ? 0 : 1 + this.#random.below(30);
    if (destinationPort !== MTRACE2_PORT && owner !== 'client') return this.#refuse(datagram);
    this.nodes.get(owner)!.receive({ datagram, link, hopLimit: hopLimit - crossed, isMulticast: false });
  }

  /** RFC 8487 §4.3.1, §5.4: everybody on the link but the sender. */
  #arriveAtAll(datagram: Datagram): void {
    const { hopLimit, sender } = datagram;
    const link = datagram.link!;
    const natives = this.#network.links[link]!.members.map((id) => `native ${id}`);
    const daemons = this.#network.hostLinks.flatMap((_, id) =>
      isHostOn(this.#network, id, link) ? `daemon ${id}` : [],
    );
    for (const name of [...natives, ...daemons]) {
      if (name !== sender) this.nodes.get(name)?.receive({ datagram, link, hopLimit, isMulticast: true });
    }
  }

  /** A link-local address is somebody's on the link that the datagram leaves on. */
  #ownerOf({ destination, link }: Datagram): string | undefined {
    const known = this.#owners.get(keyOf(destination));
    if (known !== undefined || link === undefined || !destination.startsWith('fe80')) return known;
    const { members } = this.#network.links[link]!;
    const id = members.find((one) => interfaceOn(this.#network.routers[one]!, link)?.linkLocal === destination);
    const speaker = id === undefined ? undefined : this.#network.routers[id]!.speaker;
    if (speaker?.kind === 'native') return `native ${id}`;
    return speaker?.kind === 'mute' && !speaker.tells ? 'nowhere' : undefined;
  }

  /** For a router: the link that both are on, else where the address is. */
  #linkTo({ destination, link }: Datagram, owner: string): number | undefined {
    const [kind, id] = owner.split(' ');
    if (link !== undefined) return link;
    if (kind !== 'native') return undefined;
    const on = this.#network.routers[Number(id)]!.interfaces.find(({ address }) => address === destination);
    return on !== undefined && on.link >= 0 ? on.link : undefined;
  }

  /** A daemon is on the links of its routers. */
  #isOnLink(sender: string, link: number): boolean {
    const { members } = this.#network.links[link]!;
    if (sender === 'client') return link === this.#network.clientLink;
    return members.some((id) => {
      const { speaker } = this.#network.routers[id]!;
      return sender === (speaker.kind === 'daemon' ? `daemon ${speaker.daemon}` : `native ${id}`);
    });
  }

  #refuse(datagram: Datagram): void {
    if (this.#random.chance(this.#faults.loss)) return;
    // Old routers quote eight octets of UDP and nothing behind, RFC 792; others all there is.
    const quoted = datagram.octets.slice(0, this.#random.pick([0, 8, 20, 60, 548, 2000]));
    this.after(this.#random.next() * 5, () => this.nodes.get(datagram.sender)?.refused?.(datagram, quoted));
  }
}

/** IPv6 addresses may be written in several ways. */
function keyOf(address: string): string {
  return addressText(addressOctets(address));
}
