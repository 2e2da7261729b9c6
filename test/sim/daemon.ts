/**
 * One daemon of the simulation: the real Engine with the real Domain and Access, on the wire's clock. Routers answer after
 * a random delay, or not at all; the port gives slots back later. It watches that no slot is lost or used twice (slots.ts),
 * and what leaves (tally.ts).
 */
import { Domain } from '../../src/domain/domain.ts';
import type { Peer } from '../../src/domain/peers.ts';
import { type HostLink, type RecvMeta, subnetsOn, type Transmit } from '../../src/net/port.ts';
import { type InterfaceState, type RouterState, stateOf } from '../../src/router/state.ts';
import { Engine } from '../../src/trace/engine.ts';
import type { Ask } from '../../src/trace/events.ts';
import { Access } from '../../src/verify/access.ts';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { addressOnLink, interfaceIndexOf } from './host.ts';
import type { Network, Router } from './model.ts';
import type { Datagram, Delivery, Wire } from './network.ts';
import type { Random } from './random.ts';
import { SLOT_OCTETS, Slots } from './slots.ts';
import { snapshotOf } from './snapshots.ts';
import { Tally } from './tally.ts';
import { isGateway } from './verdict.ts';

const MTRACE2_PORT = 33435;
const UNLIMITED = { perSecond: 1_000_000, burst: 1_000_000 };
const prefix = (text: string) => parsePrefix(text)!;
const EVERYBODY = ['0.0.0.0/0', '::/0'].map(prefix);

export interface DaemonOptions {
  readonly id: number;
  /** One network, as it is for each client. */
  readonly views: readonly Network[];
  readonly wire: Wire;
  readonly random: Random;
  readonly slots: number;
  readonly address: string;
  readonly standIns: ReadonlyMap<number, readonly string[]>;
  readonly peers: readonly Peer[];
}

export class SimulatedDaemon {
  readonly #options: DaemonOptions;
  readonly #engine: Engine;
  readonly #domain: Domain;
  readonly #slots: Slots;
  readonly #tally: Tally;
  readonly #hostLinks: readonly HostLink[];
  readonly #states = new Map<string, RouterState>();
  #wakeMs = Number.POSITIVE_INFINITY;
  /** Why it was silent. */
  readonly drops: string[] = [];

  constructor(options: DaemonOptions) {
    this.#options = options;
    const network = this.#network;
    this.#slots = new Slots(options.slots);
    this.#tally = new Tally(this.#routers.filter((router) => isGateway(network, router)).length);
    this.#hostLinks = [...network.hostLinks[options.id]!].map((link) => ({
      network: prefix(`${this.#addressOn(link)}/${network.links[link]!.prefixLength}`),
      interfaceIndex: interfaceIndexOf(link),
    }));
    this.#domain = new Domain(
      this.#routers.map(({ id, name }) => ({
        name,
        addresses: [],
        standIn: (options.standIns.get(id) ?? []).map((text) => parseAddress(text)!),
        gateway: network.gateways.has(id) ? EVERYBODY : [],
      })),
      options.peers,
    );
    for (const router of this.#routers) if (router.isLearned) this.#learn(router);
    this.#engine = this.#begin();
  }

  #begin(): Engine {
    const { views, id, address, slots } = this.#options;
    const network = this.#network;
    const length = network.family === 4 ? 32 : 128;
    const own = prefix(`${address}/${network.family === 4 ? 24 : 64}`);
    return new Engine({
      memory: this.#slots.memory,
      slotOctets: SLOT_OCTETS,
      takeSlot: () => this.#slots.take(),
      domain: this.#domain,
      access: new Access({
        queryNetworks: EVERYBODY,
        // Before it has read any router, it would not know a neighbour of one; and Replies to a gateway come from afar.
        requestNetworks: this.#routers.some((one) => !one.isLearned || isGateway(network, one)) ? EVERYBODY : undefined,
        hideFrom: [network.source, ...views.flatMap(({ hiding, client }) => (hiding.has(id) ? client : []))].map(
          (address) => prefix(`${address}/${length}`),
        ),
        prohibit: network.prohibiting.has(id) ? [prefix(`${network.group}/${length}`)] : [],
        hostNetworks: () => [own, ...this.#hostLinks.map((link) => link.network)],
        isOnRouterLink: (other) => this.#domain.isOnRouterLink(other),
        isRouterBroadcast: (other) => this.#domain.isBroadcast(other),
        mayBeNeighbor: (other, index) => this.#domain.mayBeNeighbor(other, subnetsOn(this.#hostLinks, index)),
      }),
      limits: { queries: UNLIMITED, requests: UNLIMITED },
      native: { forward: network.nativeForward, port: MTRACE2_PORT, ports: [] },
      hostLinks: () => this.#hostLinks,
      requestPorts: { 4: 0, 6: 1 },
      portFor: (source) => (source.length === 4 ? 0 : 1),
      replyTimeoutMs: 10_000,
      replyPort: MTRACE2_PORT,
      relayedLimit: slots >> 1,
    });
  }

  get #network(): Network {
    return this.#options.views[0]!;
  }

  get #routers(): Router[] {
    return this.#network.routers.filter(
      ({ speaker }) => speaker.kind === 'daemon' && speaker.daemon === this.#options.id,
    );
  }

  #addressOn(link: number): string {
    const { family, links } = this.#network;
    return addressOnLink(family, links[link]!, this.#options.id)!;
  }

  receive({ datagram, link, hopLimit }: Delivery): void {
    const slot = this.#slots.take();
    if (slot === undefined) return;
    this.#tally.in(datagram.octets);
    const { id, wire } = this.#options;
    const network = this.#network;
    const { unixMs } = wire;
    const isOnLink = link !== undefined && network.hostLinks[id]!.has(link);
    const meta: RecvMeta = {
      base: this.#slots.fill(slot, datagram.octets),
      length: datagram.octets.length,
      port: network.family === 4 ? 0 : 1,
      source: parseAddress(datagram.source)!,
      sourcePort: datagram.sourcePort,
      destination: parseAddress(datagram.destination)!,
      interfaceIndex: isOnLink ? interfaceIndexOf(link) : 1,
      hopLimit,
      arrivalSeconds: Math.floor(unixMs / 1000),
      arrivalNanoseconds: Math.floor((unixMs % 1000) * 1e6),
    };
    this.#do(() => this.#engine.receive(slot, meta, this.#now));
    meta.source.fill(0xee);
    meta.destination.fill(0xee);
  }

  refused(datagram: Datagram, quoted: Uint8Array): void {
    const port = this.#network.family === 4 ? 0 : 1;
    const destination = parseAddress(datagram.destination)!;
    const { destinationPort } = datagram;
    const event = { port, destination, destinationPort, errno: 'ECONNREFUSED', quoted, offender: undefined };
    this.#do(() => this.#engine.unreachable(event, this.#now));
  }

  /** What is not as it should be when nothing more happens. */
  faults(): string[] {
    const { taken } = this.#slots;
    const hasDeadline = this.#engine.nextDeadline() !== Number.POSITIVE_INFINITY;
    const faults = [
      ...(taken > 0 ? [`${taken} slots are lost`] : []),
      ...(this.#engine.isIdle ? [] : ['still waits for a router']),
      ...(hasDeadline ? ['still has a deadline'] : []),
      ...this.#tally.faults(),
    ];
    return faults.map((what) => `daemon ${this.#options.id}: ${what}`);
  }

  get #now() {
    const { ms, unixMs } = this.#options.wire;
    return { monotonicMs: ms, unixMs };
  }

  /** One call into the engine, and all that follows from it. */
  #do(call: () => void): void {
    call();
    for (let output = this.#engine.poll(); output !== undefined; output = this.#engine.poll()) {
      if (output.kind === 'ask') this.#ask(output);
      else if (output.kind === 'send') this.#send(output.transmit);
      else if (output.kind === 'release') this.#slots.release(output.slot);
      else if (output.kind === 'drop') {
        this.drops.push(output.reason);
        this.#slots.release(output.slot);
      }
    }
    const { wire } = this.#options;
    const deadline = this.#engine.nextDeadline();
    if (deadline === Number.POSITIVE_INFINITY || (this.#wakeMs <= deadline && this.#wakeMs > wire.ms)) return;
    this.#wakeMs = Math.max(deadline, wire.ms);
    wire.after(this.#wakeMs - wire.ms, () => {
      this.#wakeMs = Number.POSITIVE_INFINITY;
      this.#do(() => this.#engine.tick(this.#now));
    });
  }

  #ask({ askId, router: name, wanted }: Ask): void {
    const router = this.#routers.find((one) => one.name === name)!;
    const { wire, random } = this.#options;
    // An interface table is read now and then; it is the forwarding state that fails.
    const isTable = wanted === 'interfaces';
    if (router.readable === 'silent' && !isTable) return;
    wire.after(random.chance(0.3) ? 0 : random.next() * 6, () => {
      const isRead = router.readable === 'yes' || isTable;
      if (isTable) this.#learn(router);
      const answer = isTable ? this.#interfacesOf(router) : isRead ? this.#stateOf(router) : undefined;
      this.#do(() => this.#engine.answered(askId, answer, this.#now));
    });
  }

  #learn(router: Router): void {
    this.#domain.learn(router.name, this.#interfacesOf(router));
  }

  /** Without the rest, which is a lot to read for routers that are never asked. */
  #interfacesOf(router: Router): InterfaceState[] {
    const { name, interfaces } = snapshotOf(this.#network, router);
    return [...stateOf({ name, interfaces }).interfaces.values()];
  }

  #stateOf(router: Router): RouterState {
    const known = this.#states.get(router.name) ?? stateOf(snapshotOf(this.#network, router));
    this.#states.set(router.name, known);
    return known;
  }

  #send({ slot, length, ...transmit }: Transmit): void {
    const { wire, random, address, id } = this.#options;
    const octets = this.#slots.lend(slot, length);
    this.#tally.out(octets);
    const link = this.#network.links.find((one) => interfaceIndexOf(one.id) === transmit.interfaceIndex)?.id;
    const own = link === undefined ? address : this.#addressOn(link);
    wire.send({
      sender: `daemon ${id}`,
      source: transmit.source === undefined ? own : formatAddress(transmit.source),
      sourcePort: MTRACE2_PORT,
      destination: formatAddress(transmit.destination),
      destinationPort: transmit.destinationPort,
      hopLimit: transmit.hopLimit,
      octets,
      link,
    });
    // Before any answer to it can be here.
    wire.after(0, () => {
      if (random.chance(0.5)) return this.#giveBack(slot);
      wire.after(random.next() * 0.5, () => this.#giveBack(slot));
    });
  }

  #giveBack(slot: number): void {
    this.#slots.giveBack(slot);
    this.#do(() => this.#engine.sent(slot, true, this.#now));
  }
}
