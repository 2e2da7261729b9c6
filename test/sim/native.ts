/**
 * A router that speaks Mtrace2 itself, by RFC 8487 §4 and nothing else: no proxying, no peers, no reading over a wire. It
 * knows its own place in the network (verdict.ts) and writes octets with its own encoder (native-octets.ts).
 */
import { codeFields, zeroBlock } from './fields.ts';
import { properLastHop, routersOn } from './last-hop.ts';
import { interfaceOn, LOOPBACK, type Network, type Parent, type Router } from './model.ts';
import { NativeGateway } from './native-gateway.ts';
import {
  blockOctets,
  isSameAddress,
  joined,
  type NativeMessage,
  QUERY,
  REPLY,
  REQUEST,
  returnedOctets,
  takeApart,
} from './native-octets.ts';
import type { Delivery, Wire } from './network.ts';
import { forwardsOnto } from './unknown-upstream.ts';
import { isGateway, judge, neighborName, unknownQueryBlock } from './verdict.ts';

const MTRACE2_PORT = 33435;
const HEADERS = { 4: 28, 6: 48 } as const;
/** RFC 8487 §3 for IPv6. An IPv4 router with a longer MTU keeps to Ethernet's, because what is behind it may. */
const MAX_MTU = { 4: 1500, 6: 1280 } as const;

export class NativeRouter {
  /** One network, as it is for each client. */
  readonly #views: readonly Network[];
  #network: Network;
  readonly #router: Router;
  readonly #wire: Wire;
  /** RFC 8487 §4.1.1: duplicates. */
  readonly #queries = new Set<string>();
  readonly #gateway = new NativeGateway();

  constructor(views: readonly Network[], router: Router, wire: Wire) {
    this.#views = views;
    this.#network = views[0]!;
    this.#router = router;
    this.#wire = wire;
  }

  receive({ datagram, link, hopLimit, isMulticast }: Delivery): void {
    const message = takeApart(datagram.octets);
    const { type, client, queryId, target } = message;
    // What is traced, it has from the message alone.
    this.#network = { ...this.#views[0]!, target };
    if (type === QUERY) {
      const key = `${client} ${queryId}`;
      if (this.#queries.has(key)) return;
      this.#queries.add(key);
      const asked = this.#linkOf(client);
      const others = routersOn(this.#network, asked ?? this.#network.clientLink);
      const among = others.filter(({ interfaces }) => !interfaces.some((one) => isSameAddress(one.address, client)));
      if (asked !== undefined && properLastHop(this.#network, asked, among)?.id === this.#router.id)
        return this.#process(datagram.octets, message, asked);
      // RFC 8487 §4.1.1
      const block = blockOctets(this.#network.family, zeroBlock(this.#network.family, 'WRONG_LAST_HOP'), undefined);
      if (!isMulticast) this.#reply(joined(datagram.octets, block), message);
      return;
    }
    if (type === REPLY) {
      const relayed = this.#gateway.relayed(datagram.octets, message);
      return relayed && this.#reply(relayed, takeApart(relayed));
    }
    // RFC 8487 §4.2.1: from an adjacent router, with a block, and # Hops not used up; else silence.
    if (type !== REQUEST || hopLimit !== 255 || link === undefined || message.blocks === 0) return;
    if (message.blocks + message.returned >= message.hops) return;
    // RFC 8487 §5.4
    if (isMulticast && !forwardsOnto(this.#network, this.#router, link)) return;
    this.#process(datagram.octets, message, link);
  }

  /** RFC 8487 §4.2.2 */
  #process(received: Uint8Array, message: NativeMessage, link: number): void {
    const { family } = this.#network;
    const on = interfaceOn(this.#router, link);
    const arrival = { on, address: on?.address };
    if (message.hasIntransitive) {
      const unknown = unknownQueryBlock(this.#network, this.#router, arrival);
      return this.#reply(joined(received, blockOctets(family, unknown, this.#wire.unixMs)), message);
    }
    const { fields, next, group, mtu } = judge(this.#network, this.#router, arrival);
    const block = blockOctets(family, fields, this.#wire.unixMs);
    const isLast = next === 'reply' || message.blocks + message.returned + 1 >= message.hops;
    const limit = Math.min(isLast ? MAX_MTU[family] : (mtu ?? MAX_MTU[family]), MAX_MTU[family]) - HEADERS[family];
    let octets = joined(received, block);
    if (octets.length > limit && message.blocks > 0) {
      // RFC 8487 §4.3.3: what was received goes back, and a new Request begins with this block.
      const back = received.slice();
      back[message.lastBlock + block.length - 1] = codeFields('NO_SPACE').forwardingCode as number;
      this.#reply(back, message);
      octets = joined(message.head, block, returnedOctets(message.blocks + message.returned));
    }
    const { augmented } = this.#router;
    if (augmented !== undefined && octets.length + augmented.length <= limit) octets = joined(octets, augmented);
    if (isLast) return this.#reply(octets, message);
    if (!isGateway(this.#network, this.#router)) return this.#forward(REQUEST, octets, next, group);
    this.#reply(octets, message);
    const own = interfaceOn(this.#router, next.link)?.address;
    if (own !== undefined) this.#forward(QUERY, this.#gateway.queryFor(message, own), next, group);
  }

  /** RFC 8487 §4.3 */
  #forward(type: number, octets: Uint8Array, { link, from }: Parent, group: string | undefined): void {
    const known = typeof from === 'number' ? neighborName(this.#network, from, link!) : undefined;
    const upstream = group ?? known;
    if (upstream === undefined) return;
    octets[0] = type;
    this.#wire.send({
      sender: `native ${this.#router.id}`,
      source: this.#addressOn(link!),
      sourcePort: MTRACE2_PORT,
      destination: upstream,
      destinationPort: MTRACE2_PORT,
      hopLimit: 255,
      octets,
      link: link!,
    });
  }

  /** RFC 8487 §4.4 */
  #reply(octets: Uint8Array, { client, clientPort }: NativeMessage): void {
    octets[0] = REPLY;
    this.#wire.send({
      sender: `native ${this.#router.id}`,
      source: this.#addressOn(LOOPBACK),
      sourcePort: MTRACE2_PORT,
      destination: client,
      destinationPort: clientPort,
      hopLimit: 255,
      octets,
      link: undefined,
    });
  }

  /** RFC 8487 §4.1.1: the link that the client is on, be it a host or a gateway. */
  #linkOf(client: string): number | undefined {
    const own = (link: number) => interfaceOn(this.#router, link) !== undefined;
    const host = this.#views.find((view) => isSameAddress(view.client, client));
    if (host !== undefined) return own(host.clientLink) ? host.clientLink : undefined;
    const all = this.#network.routers.flatMap(({ interfaces }) => interfaces);
    return all.find(({ link, address }) => isSameAddress(address, client) && link >= 0 && own(link))?.link;
  }

  /** RFC 8487 §4.3.2: the interface's, or another one when that has none. */
  #addressOn(link: number): string {
    const own = [...this.#router.interfaces].sort((a, b) => Number(b.link === link) - Number(a.link === link));
    return own.map(({ address, linkLocal }) => address ?? linkLocal).find((address) => address !== undefined)!;
  }
}
