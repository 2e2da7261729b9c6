/**
 * One daemon of the simulation: the real Engine with the real Domain and Access, on the wire's clock. Routers answer after
 * a random delay, or not at all; the port gives slots back later. It watches that no slot is lost or used twice, and that
 * no datagram brings more than one Request and one Reply, parts of a split apart.
 */
import { Domain } from '../../src/domain/domain.ts';
import type { Peer } from '../../src/domain/peers.ts';
import type { RecvMeta, Transmit } from '../../src/net/port.ts';
import { type InterfaceState, type RouterState, stateOf } from '../../src/router/state.ts';
import { Engine } from '../../src/trace/engine.ts';
import type { Ask } from '../../src/trace/events.ts';
import { Access } from '../../src/verify/access.ts';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { type Memory, memoryOf } from '../../src/wire/view.ts';
import type { Network, Router } from './model.ts';
import { QUERY, REPLY, REQUEST, takeApart } from './native-octets.ts';
import type { Datagram, Delivery, Wire } from './network.ts';
import type { Random } from './random.ts';
import { snapshotOf } from './snapshots.ts';

const SLOT_OCTETS = 2048;
const MTRACE2_PORT = 33435;
const UNLIMITED = { perSecond: 1_000_000, burst: 1_000_000 };
const NO_SPACE = 0x81;

export interface DaemonOptions {
  readonly id: number;
  readonly network: Network;
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
  readonly #memory: Memory;
  readonly #free: number[];
  readonly #lent = new Set<number>();
  readonly #queries = new Set<string>();
  readonly #states = new Map<string, RouterState>();
  #wakeMs = Number.POSITIVE_INFINITY;
  readonly counts = { received: 0, noSlot: 0, requests: 0, replies: 0, parts: 0, drops: [] as string[] };

  constructor(options: DaemonOptions) {
    this.#options = options;
    const { slots, network } = options;
    this.#memory = memoryOf(new Uint8Array(slots * SLOT_OCTETS).fill(0xa5));
    this.#free = Array.from({ length: slots }, (_, slot) => slot);
    this.#domain = new Domain(
      this.#routers.map(({ id, name }) => ({
        name,
        addresses: [],
        standIn: (options.standIns.get(id) ?? []).map((text) => parseAddress(text)!),
      })),
      options.peers,
    );
    for (const router of this.#routers) if (router.isLearned) this.#learn(router);
    const prefix = (text: string) => parsePrefix(text)!;
    const everybody = ['0.0.0.0/0', '::/0'].map(prefix);
    this.#engine = new Engine({
      memory: this.#memory,
      slotOctets: SLOT_OCTETS,
      takeSlot: () => this.#take(),
      domain: this.#domain,
      access: new Access({
        queryNetworks: everybody,
        // Before it has read any router, it would not know a neighbour of one.
        requestNetworks: this.#routers.every(({ isLearned }) => isLearned) ? undefined : everybody,
        hideFrom: [],
        prohibit: network.prohibiting.has(options.id)
          ? [prefix(`${network.group}/${network.family === 4 ? 32 : 128}`)]
          : [],
        hostNetworks: () => [prefix(`${options.address}/${network.family === 4 ? 24 : 64}`)],
        isOnRouterLink: (address) => this.#domain.isOnRouterLink(address),
        mayBeNeighbor: (address) => this.#domain.mayBeNeighbor(address, []),
      }),
      limits: { queries: UNLIMITED, requests: UNLIMITED },
      native: { forward: network.nativeForward, port: MTRACE2_PORT, ports: [] },
      hostLinks: () => [],
      requestPorts: { 4: 0, 6: 1 },
      portFor: (source) => (source.length === 4 ? 0 : 1),
      replyTimeoutMs: 10_000,
      replyPort: MTRACE2_PORT,
      relayedLimit: slots >> 1,
    });
  }

  get #routers(): Router[] {
    return this.#options.network.routers.filter(
      ({ speaker }) => speaker.kind === 'daemon' && speaker.daemon === this.#options.id,
    );
  }

  receive({ datagram, hopLimit }: Delivery): void {
    const slot = this.#take();
    if (slot === undefined) {
      this.counts.noSlot++;
      return;
    }
    // RFC 8487 §4.1.1: the same Query once more is to be ignored, and so brings nothing.
    const query = datagram.octets[0] === QUERY ? datagram.octets.join() : undefined;
    if (query === undefined || !this.#queries.has(query)) this.counts.received++;
    if (query !== undefined) this.#queries.add(query);
    const base = slot * SLOT_OCTETS;
    this.#memory.octets.fill(0xa5, base, base + SLOT_OCTETS);
    this.#memory.octets.set(datagram.octets, base);
    const { unixMs } = this.#options.wire;
    const meta: RecvMeta = {
      base,
      length: datagram.octets.length,
      port: this.#options.network.family === 4 ? 0 : 1,
      source: parseAddress(datagram.source)!,
      sourcePort: datagram.sourcePort,
      destination: parseAddress(datagram.destination)!,
      interfaceIndex: 1,
      hopLimit,
      arrivalSeconds: Math.floor(unixMs / 1000),
      arrivalNanoseconds: Math.floor((unixMs % 1000) * 1e6),
    };
    this.#do(() => this.#engine.receive(slot, meta, this.#now));
    meta.source.fill(0xee);
    meta.destination.fill(0xee);
  }

  refused(datagram: Datagram, quoted: Uint8Array): void {
    const port = this.#options.network.family === 4 ? 0 : 1;
    const destination = parseAddress(datagram.destination)!;
    const { destinationPort } = datagram;
    const event = { port, destination, destinationPort, errno: 'ECONNREFUSED', quoted, offender: undefined };
    this.#do(() => this.#engine.unreachable(event, this.#now));
  }

  /** What is not as it should be when nothing more happens. */
  faults(): string[] {
    const { counts } = this;
    const lostSlots = this.#options.slots - this.#free.length;
    const hasDeadline = this.#engine.nextDeadline() !== Number.POSITIVE_INFINITY;
    const faults = [
      [lostSlots !== 0, `${lostSlots} slots are lost`],
      [!this.#engine.isIdle, 'still waits for a router'],
      [hasDeadline, 'still has a deadline'],
      [counts.requests > counts.received, `${counts.requests} Requests for ${counts.received} datagrams`],
      [counts.replies > counts.received, `${counts.replies} Replies for ${counts.received} datagrams`],
    ] as const;
    return faults.flatMap(([is, what]) => (is ? [`daemon ${this.#options.id}: ${what}`] : []));
  }

  get #now() {
    const { ms, unixMs } = this.#options.wire;
    return { monotonicMs: ms, unixMs };
  }

  #take(): number | undefined {
    return this.#free.shift();
  }

  #release(slot: number): void {
    if (this.#free.includes(slot)) throw new Error(`slot ${slot} released twice`);
    if (this.#lent.has(slot)) throw new Error(`slot ${slot} released while it is being sent`);
    this.#free.push(slot);
  }

  /** One call into the engine, and all that follows from it. */
  #do(call: () => void): void {
    call();
    for (let output = this.#engine.poll(); output !== undefined; output = this.#engine.poll()) {
      if (output.kind === 'ask') this.#ask(output);
      else if (output.kind === 'send') this.#send(output.transmit);
      else if (output.kind === 'release') this.#release(output.slot);
      else if (output.kind === 'drop') {
        this.counts.drops.push(output.reason);
        this.#release(output.slot);
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
    const { name, interfaces } = snapshotOf(this.#options.network, router);
    return [...stateOf({ name, interfaces }).interfaces.values()];
  }

  #stateOf(router: Router): RouterState {
    const known = this.#states.get(router.name) ?? stateOf(snapshotOf(this.#options.network, router));
    this.#states.set(router.name, known);
    return known;
  }

  #send(transmit: Transmit): void {
    const { wire, random, address, id } = this.#options;
    const { slot, length } = transmit;
    if (this.#lent.has(slot) || this.#free.includes(slot))
      throw new Error(`slot ${slot} is sent from, but not the engine's`);
    this.#lent.add(slot);
    const octets = this.#memory.octets.slice(slot * SLOT_OCTETS, slot * SLOT_OCTETS + length);
    this.#count(octets);
    wire.send({
      sender: `daemon ${id}`,
      source: transmit.source === undefined ? address : formatAddress(transmit.source),
      sourcePort: MTRACE2_PORT,
      destination: formatAddress(transmit.destination),
      destinationPort: transmit.destinationPort,
      hopLimit: transmit.hopLimit,
      octets,
      link: undefined,
    });
    // Before any answer to it can be here.
    wire.after(0, () => {
      if (random.chance(0.5)) return this.#giveBack(slot);
      wire.after(random.next() * 0.5, () => this.#giveBack(slot));
    });
  }

  #giveBack(slot: number): void {
    this.#lent.delete(slot);
    this.#do(() => this.#engine.sent(slot, true, this.#now));
  }

  #count(octets: Uint8Array): void {
    const { type, lastBlock, family } = takeApart(octets);
    const isPart = octets[lastBlock + (family === 4 ? 51 : 79)] === NO_SPACE;
    if (type === REQUEST) this.counts.requests++;
    else if (type !== REPLY) throw new Error(`a message of type ${type} leaves`);
    else if (isPart) this.counts.parts++;
    else this.counts.replies++;
  }
}
