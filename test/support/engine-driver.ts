/** Runs an engine by hand: datagrams in, datagrams out, asks answered from snapshots or left open, one clock. */
import { Domain, type RouterIdentity } from '../../src/domain/domain.ts';
import type { Peer } from '../../src/domain/peers.ts';
import { type HostLink, type RecvMeta, subnetsOn, type Transmit } from '../../src/net/port.ts';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { type RouterState, stateOf } from '../../src/router/state.ts';
import { Engine, type EngineOptions } from '../../src/trace/engine.ts';
import type { Ask, Drop, Note } from '../../src/trace/events.ts';
import { Access, type AccessOptions } from '../../src/verify/access.ts';
import { type Address, formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { emitQuery } from '../../src/wire/emit.ts';
import { messageToJson, type TlvJson } from '../../src/wire/print.ts';
import { checkMessage, emptyMessage, type Memory, memoryOf } from '../../src/wire/view.ts';

/** As many as the driver has, unless it is told otherwise. */
const SLOTS = 8;
const SLOT_OCTETS = 2048;
const UNLIMITED = { perSecond: 1_000_000, burst: 1_000_000 };
const START_UNIX_MS = Date.UTC(2026, 10, 22, 10);

export interface Sent {
  readonly transmit: Transmit;
  readonly octets: Uint8Array;
  readonly to: string;
  readonly header: TlvJson;
  readonly blocks: readonly TlvJson[];
}

export interface DriverOptions
  extends Partial<Pick<EngineOptions, 'relayedLimit' | 'limits' | 'requestPorts'>>,
    Partial<Pick<AccessOptions, 'queryNetworks' | 'requestNetworks' | 'prohibit' | 'hideFrom'>> {
  readonly snapshots: readonly Snapshot[];
  readonly native?: Partial<EngineOptions['native']>;
  readonly hostLinks?: readonly HostLink[];
  readonly slots?: number;
  readonly identities?: readonly RouterIdentity[];
  readonly peers?: readonly Peer[];
  /** Routers that never answer. */
  readonly silent?: readonly string[];
  /** Routers that are answered with "could not be read". */
  readonly broken?: readonly string[];
  /** `ADDRESS PORT` that the kernel refuses to send to. */
  readonly unsendable?: readonly string[];
  /** The port keeps what it is to send until `giveBack`. */
  readonly isPortSlow?: boolean;
  /** Interface tables are known from the start, as after a daemon's first reads. Default true. */
  readonly isLearned?: boolean;
}

export class EngineDriver {
  readonly engine: Engine;
  readonly domain: Domain;
  readonly sent: Sent[] = [];
  readonly drops: Drop[] = [];
  readonly notes: Note[] = [];
  readonly asks: Ask[] = [];
  readonly #memory: Memory;
  readonly #free: Set<number>;
  readonly #options: DriverOptions;
  #ms = 1000;
  #wallSetBackMs = 0;

  constructor(options: DriverOptions) {
    this.#options = options;
    const { slots = SLOTS } = options;
    this.#memory = memoryOf(new Uint8Array(slots * SLOT_OCTETS).fill(0xa5));
    this.#free = new Set(Array.from({ length: slots }, (_, slot) => slot));
    const identities =
      options.identities ?? options.snapshots.map(({ name }) => ({ name, addresses: [], standIn: [] }));
    this.domain = new Domain(identities, options.peers ?? []);
    if (options.isLearned ?? true) {
      for (const snapshot of options.snapshots) this.#learn(stateOf(snapshot));
    }
    this.engine = new Engine({
      memory: this.#memory,
      slotOctets: SLOT_OCTETS,
      takeSlot: () => this.#take(),
      domain: this.domain,
      access: new Access({
        queryNetworks: options.queryNetworks,
        requestNetworks: options.requestNetworks,
        prohibit: options.prohibit ?? [],
        hideFrom: options.hideFrom ?? [],
        hostNetworks: () => [parsePrefix('192.0.2.0/24')!],
        isOnRouterLink: (link) => this.domain.isOnRouterLink(link),
        isRouterBroadcast: (link) => this.domain.isBroadcast(link),
        mayBeNeighbor: (sender, index) => this.domain.mayBeNeighbor(sender, subnetsOn(options.hostLinks ?? [], index)),
      }),
      limits: options.limits ?? { queries: UNLIMITED, requests: UNLIMITED },
      native: { forward: false, port: 33435, ports: [], ...options.native },
      hostLinks: () => options.hostLinks ?? [],
      requestPorts: options.requestPorts ?? { 4: 0, 6: 1 },
      portFor: (source) => (source.length === 4 ? 0 : 1),
      replyTimeoutMs: 10_000,
      replyPort: 33435,
      relayedLimit: options.relayedLimit ?? 4,
    });
  }

  get freeSlots(): number {
    return this.#free.size;
  }

  get now() {
    return { monotonicMs: this.#ms, unixMs: START_UNIX_MS + this.#ms - this.#wallSetBackMs };
  }

  /** Delivers a datagram and does all that follows from it without time passing. */
  deliver(octets: Uint8Array, from: string, changes: Partial<RecvMeta> = {}): void {
    const slot = this.#take();
    if (slot === undefined) throw new Error('no free slot');
    const base = slot * SLOT_OCTETS;
    this.#memory.octets.set(octets, base);
    const source = parseAddress(from)!;
    const meta: RecvMeta = {
      base,
      length: octets.length,
      port: source.length === 4 ? 0 : 1,
      source,
      sourcePort: 33435,
      destination: parseAddress(source.length === 4 ? '192.0.2.1' : '2001:db8::1')!,
      interfaceIndex: 1,
      hopLimit: 255,
      arrivalSeconds: Math.floor(this.now.unixMs / 1000),
      arrivalNanoseconds: (this.now.unixMs % 1000) * 1e6,
      ...changes,
    };
    meta.destination = meta.destination.slice();
    this.engine.receive(slot, meta, this.now);
    this.drain();
    // The port reads the next datagram into the same metadata.
    meta.source.fill(0xee);
    meta.destination.fill(0xee);
  }

  drain(): void {
    for (let output = this.engine.poll(); output !== undefined; output = this.engine.poll()) {
      switch (output.kind) {
        case 'ask':
          this.asks.push(output);
          if (!this.#options.silent?.includes(output.router)) this.#answer(output);
          break;
        case 'send':
          this.#send(output.transmit);
          break;
        case 'drop':
          this.drops.push({
            ...output,
            sender: output.sender.slice(),
            value: typeof output.value === 'object' ? output.value.slice() : output.value,
          });
          this.#release(output.slot);
          break;
        case 'release':
          this.#release(output.slot);
          break;
        case 'note':
          this.notes.push(output);
      }
    }
  }

  pass(ms: number): void {
    this.#ms += ms;
    this.engine.tick(this.now);
    this.drain();
  }

  /** Somebody sets the wall clock; deadlines do not notice. */
  setWallClockBack(ms: number): void {
    this.#wallSetBackMs += ms;
  }

  /** A silent router answers after all: the latest ask that it got, or the given one. */
  answerLate(router: string, ask = this.asks.findLast((one) => one.router === router)): void {
    if (ask === undefined) throw new Error(`${router} was not asked`);
    this.#answer(ask);
    this.drain();
  }

  #learn({ name, interfaces, neighbors }: RouterState): void {
    this.domain.learn(name, [...interfaces.values()], neighbors);
  }

  #take(): number | undefined {
    const slot = this.#free.values().next().value;
    if (slot !== undefined) this.#free.delete(slot);
    return slot;
  }

  #answer({ askId, router, wanted }: Ask): void {
    const snapshot = this.#options.snapshots.find((one) => one.name === router);
    if (snapshot === undefined || this.#options.broken?.includes(router)) {
      if (wanted === 'interfaces') this.domain.couldNotLearn(router);
      return this.engine.answered(askId, undefined, this.now);
    }
    const state = stateOf(snapshot);
    if (wanted === 'interfaces') this.#learn(state);
    this.engine.answered(askId, wanted === 'interfaces' ? [...state.interfaces.values()] : state, this.now);
  }

  #send(transmit: Transmit): void {
    const base = transmit.slot * SLOT_OCTETS;
    const octets = this.#memory.octets.slice(base, base + transmit.length);
    const memory = memoryOf(octets);
    const message = emptyMessage();
    const fault = checkMessage(memory.view, 0, octets.length, message);
    if (fault !== undefined || message.droppedOctets !== 0)
      throw new Error(`sent a datagram that is no message: ${fault}`);
    const to = `${formatAddress(transmit.destination)} ${transmit.destinationPort}`;
    this.sent.push({ transmit, octets, to, ...messageToJson(memory, message, START_UNIX_MS) });
    if (this.#options.isPortSlow !== true) this.giveBack(this.sent.at(-1)!);
  }

  /** The port is done with the datagram's slot. */
  giveBack({ transmit, to }: Sent): void {
    this.engine.sent(transmit.slot, !this.#options.unsendable?.includes(to), this.now);
    this.drain();
  }

  #release(slot: number): void {
    if (this.#free.has(slot)) throw new Error(`slot ${slot} released twice`);
    this.#free.add(slot);
  }
}

export function query(
  client: string,
  source: string | undefined,
  group: string | undefined,
  changes: { hops?: number; queryId?: number; clientPort?: number } = {},
): Uint8Array {
  const address = (text: string | undefined): Address | undefined =>
    text === undefined ? undefined : parseAddress(text)!;
  return emitQuery({
    hops: changes.hops ?? 64,
    multicastAddress: address(group),
    sourceAddress: address(source),
    clientAddress: parseAddress(client)!,
    queryId: changes.queryId ?? 0x1234,
    clientPort: changes.clientPort ?? 40_000,
  }).octets;
}
