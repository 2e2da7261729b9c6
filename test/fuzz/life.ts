/**
 * One life of the engine, from a string of octets: the events are carried out one by one, as the daemon would, with a clock
 * of its own, ports that may be slow and routers that may be silent; after each of them the invariants are checked.
 */
import { Domain } from '../../src/domain/domain.ts';
import type { Transmit, Unreachable } from '../../src/net/port.ts';
import type { RouterState } from '../../src/router/state.ts';
import { Engine } from '../../src/trace/engine.ts';
import type { Ask, Output } from '../../src/trace/events.ts';
import { Access } from '../../src/verify/access.ts';
import { type Address, familyOf } from '../../src/wire/address.ts';
import { memoryOf } from '../../src/wire/view.ts';
import type { Event, Life } from './input.ts';
import { check, Invariants } from './invariants.ts';
import { type Arrived, codeOf, type Policy, parse, standardOf } from './judge.ts';
import { MessageRules } from './message-rules.ts';
import {
  address,
  DESTINATIONS,
  DURATIONS_MS,
  HOP_LIMITS,
  HOST_NETWORKS,
  LOOSE,
  NATIVE_PORT,
  Option,
  Ours,
  oursOf,
  PEERS,
  PROHIBIT,
  prefix,
  QUERY_NETWORKS,
  RENUMBERED,
  REPLY_TIMEOUT_MS,
  REQUEST_NETWORKS,
  SENDER_PORTS,
  SENDERS,
  SNAPSHOTS,
  STATES,
  TIGHT,
} from './world.ts';

const SLOT_OCTETS = 2048;
const MOST_SLOTS = 10;
const FEW_SLOTS = 3;
const POISON = 0xa5;
/** Octets of free slots. One for all lives: each leaves it as it was. */
const memory = memoryOf(new Uint8Array(MOST_SLOTS * SLOT_OCTETS).fill(POISON));
const poison = new Uint8Array(SLOT_OCTETS).fill(POISON);
const START_UNIX_MS = Date.UTC(2026, 10, 22, 10);
const ERRNOS = ['ECONNREFUSED', 'EHOSTUNREACH', 'EMSGSIZE'];
const MODES = ['answers', 'silent', 'broken', 'renumbered'] as const;
/** More ticks than any life has hops. */
const MOST_TICKS = 5000;
/** After this nothing may be waiting for anything. */
const LONG_MS = 30_000;

/** Every upstream router, neighbour and RP that some state names, as octets joined by commas. */
const UPSTREAMS = new Set(
  SNAPSHOTS.flatMap(({ routes = [], rpf = [], rps = [] }) => [
    ...routes.map((row) => row.upstream),
    ...rpf.map((row) => row.neighbor),
    ...rps.map((row) => row.address),
  ]).flatMap((text) => (text === null ? [] : String(address(text)))),
);

const PREFIXES = {
  host: HOST_NETWORKS.map(prefix),
  queries: QUERY_NETWORKS.map(prefix),
  requests: REQUEST_NETWORKS.map(prefix),
  prohibit: PROHIBIT.map(prefix),
};

/** By the second octet of options. */
const learnedDomains = new Map<number, Domain>();

/** One that has learned all and nothing else since serves many lives: to learn takes longer than a life. */
function learnedDomain(oursBits: number): Domain {
  const known = learnedDomains.get(oursBits);
  if (known !== undefined) return known;
  const { identities, indexes } = oursOf(oursBits);
  const domain = new Domain(identities, PEERS);
  for (const [i, { name }] of identities.entries()) domain.learn(name, [...STATES[indexes[i]!]!.interfaces.values()]);
  learnedDomains.set(oursBits, domain);
  return domain;
}

/** What the fuzzer looks at besides the blocks of code that were run: outcomes, by name. */
export type See = (outcome: string) => void;

/** Does beforehand what other lives may have done already, so that the blocks counted in a life are its own. */
export function prepare({ options }: Life): void {
  if ((options[0] & Option.LEARNED) !== 0) learnedDomain(options[1]);
}

/** @throws Violation, or whatever the engine throws */
export function live(life: Life, see: See = () => {}): void {
  memory.octets.fill(POISON);
  new LifeRun(life, see).run();
}

class LifeRun {
  readonly #life: Life;
  readonly #see: See;
  readonly #domain: Domain;
  readonly #engine: Engine;
  readonly #invariants: Invariants;
  readonly #free: number[];
  readonly #slots: number;
  /** The domain knows what all routers say of themselves now. */
  #isLearned: boolean;
  readonly #modes = new Map<string, (typeof MODES)[number]>();
  readonly #openAsks: Ask[] = [];
  readonly #asked = new Set<number>();
  readonly #lent: Transmit[] = [];
  readonly #sent: { readonly transmit: Transmit; readonly octets: Uint8Array }[] = [];
  #ms = 1000;

  constructor(life: Life, see: See) {
    this.#life = life;
    this.#see = see;
    const [flags, oursBits, silent, broken] = life.options;
    const has = (bit: number) => (flags & bit) !== 0;
    const ours = oursOf(oursBits);
    this.#slots = has(Option.FEW_SLOTS) ? FEW_SLOTS : MOST_SLOTS;
    this.#free = Array.from({ length: this.#slots }, (_, slot) => slot);
    for (const [i, { name }] of ours.identities.entries()) {
      const index = ours.indexes[i]!;
      const isBroken = ((broken >> (index & 7)) & 1) === 1;
      const isSilent = ((silent >> (index & 7)) & 1) === 1;
      this.#modes.set(name, isBroken ? 'broken' : isSilent ? 'silent' : 'answers');
    }
    this.#isLearned = has(Option.LEARNED);
    this.#domain = this.#isLearned ? learnedDomain(oursBits) : new Domain(ours.identities, PEERS);
    const policy: Policy = {
      queryNetworks: has(Option.DEFAULT_ACCESS) ? undefined : QUERY_NETWORKS,
      requestNetworks: has(Option.DEFAULT_ACCESS) ? undefined : REQUEST_NETWORKS,
      prohibit: has(Option.PROHIBIT) ? PROHIBIT : [],
      hostNetworks: HOST_NETWORKS,
      routerNetworks: ours.networks,
      peers: PEERS,
    };
    const limits = has(Option.TIGHT_LIMITS) ? TIGHT : { queries: LOOSE, requests: LOOSE };
    const relayedLimit = has(Option.FEW_RELAYED) ? 1 : MOST_SLOTS >> 1;
    const requestPorts = (oursBits & Ours.NO_REQUEST_PORT) === 0 ? { 4: 7, 6: 8 } : { 4: undefined, 6: undefined };
    const nativePort = has(Option.NATIVE) ? NATIVE_PORT : undefined;
    const isUpstream = (one: Address) => UPSTREAMS.has(String(one));
    const rules = new MessageRules({ peers: PEERS, nativePort, isUpstream, requestPorts, arrivalPort });
    this.#invariants = new Invariants(policy, { replyTimeoutMs: REPLY_TIMEOUT_MS, relayedLimit, ...limits }, rules);
    this.#engine = new Engine({
      memory,
      slotOctets: SLOT_OCTETS,
      takeSlot: () => this.#take(),
      domain: this.#domain,
      access: new Access({
        queryNetworks: policy.queryNetworks && PREFIXES.queries,
        requestNetworks: policy.requestNetworks && PREFIXES.requests,
        prohibit: has(Option.PROHIBIT) ? PREFIXES.prohibit : [],
        hostNetworks: () => PREFIXES.host,
        isOnRouterLink: (link) => this.#domain.isOnRouterLink(link),
      }),
      limits,
      native: { forward: has(Option.NATIVE), port: NATIVE_PORT },
      requestPorts,
      replyTimeoutMs: REPLY_TIMEOUT_MS,
      relayedLimit,
    });
  }

  run(): void {
    for (const event of this.#life.events) {
      this.#do(event);
      this.#settle();
    }
    this.#end();
  }

  get #now() {
    return { monotonicMs: this.#ms, unixMs: START_UNIX_MS + this.#ms };
  }

  #do(event: Event): void {
    switch (event.kind) {
      case 'datagram':
        return this.#deliver({
          octets: event.octets,
          sender: chosen(SENDERS, event.sender),
          senderPort: chosen(SENDER_PORTS, event.senderPort),
          destination: chosen(DESTINATIONS, event.destination),
          hopLimit: chosen(HOP_LIMITS, event.hopLimit),
        });
      case 'echo':
        return this.#echo(event);
      case 'pass':
        return this.#pass(chosen(DURATIONS_MS, event.duration));
      case 'unreachable':
        return this.#unreachable(event);
      case 'answer': {
        const [ask] = this.#openAsks.splice(event.which % (this.#openAsks.length || 1), 1);
        if (ask !== undefined) this.#answer(ask, chosen(MODES, event.mode));
        return this.#drain();
      }
      case 'give-back':
        return this.#giveBack(event.which, event.failed % 2 === 1);
      case 'router':
        this.#modes.set(chosen(SNAPSHOTS, event.which).name, chosen(MODES, event.mode));
        return;
      case 'finish':
        this.#engine.finish(this.#now);
        this.#drain();
        check(this.#engine.isIdle, 'is not idle when it has finished');
        return check(
          this.#invariants.cases.every((one) => one.outcome !== 'open'),
          'finishes without a word about a datagram',
        );
    }
  }

  #deliver(arrived: Arrived): void {
    const slot = this.#free.pop();
    if (slot === undefined) return this.#see('no free slot');
    const octets = arrived.octets.subarray(0, SLOT_OCTETS);
    this.#invariants.received(slot, { ...arrived, octets }, this.#ms);
    const base = slot * SLOT_OCTETS;
    memory.octets.set(octets, base);
    const meta = {
      base,
      length: octets.length,
      port: arrivalPort(familyOf(arrived.sender)),
      source: arrived.sender.slice(),
      sourcePort: arrived.senderPort,
      destination: arrived.destination.slice(),
      interfaceIndex: 1,
      hopLimit: arrived.hopLimit,
      arrivalSeconds: Math.floor(this.#now.unixMs / 1000),
      arrivalNanoseconds: (this.#now.unixMs % 1000) * 1e6,
    };
    this.#engine.receive(slot, meta, this.#now);
    this.#drain();
    // The port reads the next datagram into the same metadata.
    meta.source.fill(POISON);
    meta.destination.fill(POISON);
  }

  #echo(event: Extract<Event, { kind: 'echo' }>): void {
    const sent = this.#sent.at(-1 - (event.which % (this.#sent.length || 1)));
    if (sent === undefined) return;
    const octets = sent.octets.slice();
    if (event.type % 4 !== 0) octets[0] = event.type % 4;
    this.#deliver({
      octets,
      sender: chosen(SENDERS, event.sender),
      senderPort: chosen(SENDER_PORTS, event.senderPort),
      destination: chosen(DESTINATIONS, event.destination),
      hopLimit: 255,
    });
  }

  #unreachable({ which, quotedOctets, turned }: Extract<Event, { kind: 'unreachable' }>): void {
    const requests = this.#sent.filter(({ octets }) => octets[0] === 2);
    const lost = requests.at(-1 - (which % (requests.length || 1)));
    if (lost === undefined) return;
    const quoted = lost.octets.slice(0, quotedOctets);
    if (turned < quoted.length) quoted[turned] = quoted[turned]! ^ 0xff;
    const event: Unreachable = {
      port: lost.transmit.port,
      destination: lost.transmit.destination.slice(),
      destinationPort: lost.transmit.destinationPort,
      errno: chosen(ERRNOS, which),
      quoted,
      offender: undefined,
    };
    this.#engine.unreachable(event, this.#now);
    this.#drain();
  }

  /** Time passes; the engine is woken when it wants to be. */
  #pass(ms: number): void {
    const endMs = this.#ms + ms;
    for (let ticks = 0; this.#engine.nextDeadline() <= endMs; ticks++) {
      check(ticks < MOST_TICKS, 'wants to be woken for ever');
      this.#ms = Math.max(this.#ms, this.#engine.nextDeadline());
      this.#engine.tick(this.#now);
      this.#drain();
    }
    this.#ms = endMs;
    this.#engine.tick(this.#now);
    this.#drain();
  }

  #drain(): void {
    for (let output = this.#engine.poll(); output !== undefined; output = this.#engine.poll()) this.#carryOut(output);
  }

  #carryOut(output: Output): void {
    switch (output.kind) {
      case 'ask':
        return this.#asks(output);
      case 'send':
        return this.#sends(output.transmit);
      case 'drop': {
        const { message } = this.#invariants.drops(output);
        this.#see(`${output.reason} IPv${message?.family} ${message?.type}`);
        return this.#release(output.slot);
      }
      case 'release':
        this.#invariants.releases(output.slot);
        return this.#release(output.slot);
      case 'note':
        this.#invariants.notes(output, this.#ms);
    }
  }

  #asks(ask: Ask): void {
    check(!this.#asked.has(ask.askId), 'asks twice under one number');
    this.#asked.add(ask.askId);
    const mode = this.#modes.get(ask.router);
    check(mode !== undefined && this.#domain.interfacesOf(ask.router) !== null, `asks ${ask.router}, who is not ours`);
    if (mode === 'silent') this.#openAsks.push(ask);
    else this.#answer(ask, mode);
  }

  #answer({ askId, router, wanted }: Ask, mode: (typeof MODES)[number]): void {
    const index = SNAPSHOTS.findIndex(({ name }) => name === router);
    const state: RouterState | undefined = (mode === 'renumbered' ? RENUMBERED : STATES)[index];
    if (mode === 'broken' || mode === 'silent' || state === undefined) {
      this.#engine.answered(askId, undefined, this.#now);
    } else {
      const interfaces = [...state.interfaces.values()];
      if (mode === 'renumbered' && this.#isLearned) {
        learnedDomains.delete(this.#life.options[1]);
        this.#isLearned = false;
      }
      if (!this.#isLearned) this.#domain.learn(router, interfaces);
      this.#engine.answered(askId, wanted === 'interfaces' ? interfaces : state, this.#now);
    }
  }

  #sends(transmit: Transmit): void {
    const base = transmit.slot * SLOT_OCTETS;
    check(transmit.length <= SLOT_OCTETS, 'sends more than a slot');
    const octets = memory.octets.slice(base, base + transmit.length);
    this.#invariants.sends(transmit, octets);
    const sent = parse(octets);
    const code = sent && standardOf(sent).at(-1);
    this.#see(
      `${sent?.type} IPv${sent?.family} code ${code && codeOf(code)} of ${Math.ceil(Math.log2(octets.length))}`,
    );
    this.#sent.push({ transmit, octets });
    this.#lent.push(transmit);
  }

  #giveBack(which: number, isFailed: boolean): void {
    const [transmit] = this.#lent.splice(which % (this.#lent.length || 1), 1);
    if (transmit === undefined) return;
    const base = transmit.slot * SLOT_OCTETS;
    this.#invariants.givenBack(transmit.slot, memory.octets.subarray(base, base + SLOT_OCTETS));
    this.#engine.sent(transmit.slot, !isFailed, this.#now);
    this.#drain();
  }

  #settle(): void {
    const isSlow = (this.#life.options[0] & Option.SLOW_PORT) !== 0;
    while (!isSlow && this.#lent.length > 0) this.#giveBack(0, false);
    this.#invariants.rest(this.#ms);
    check(this.#invariants.slotCount + this.#free.length === this.#slots, 'has lost a slot');
    for (const slot of this.#free) {
      const octets = memory.octets.subarray(slot * SLOT_OCTETS, (slot + 1) * SLOT_OCTETS);
      check(Buffer.compare(octets, poison) === 0, `writes to slot ${slot}, which is free`);
    }
  }

  /** All deadlines pass: everything must be free again, and a plain Query must be answered. */
  #end(): void {
    while (this.#lent.length > 0) this.#giveBack(0, false);
    this.#pass(LONG_MS);
    while (this.#lent.length > 0) this.#giveBack(0, false);
    this.#pass(LONG_MS);
    this.#settle();
    check(this.#free.length === this.#slots, 'does not give all slots back');
    check(this.#engine.isIdle && this.#engine.nextDeadline() === Number.POSITIVE_INFINITY, 'waits for nothing');
    this.#deliver(PLAIN);
    this.#pass(LONG_MS);
    while (this.#lent.length > 0) this.#giveBack(0, false);
    const isAllowed = (this.#life.options[0] & Option.DEFAULT_ACCESS) === 0;
    const { outcome } = this.#invariants.cases.at(-1)!;
    check(!isAllowed || outcome !== 'dropped', 'does not answer a plain Query afterwards');
  }

  #take(): number | undefined {
    const slot = this.#free.pop();
    if (slot !== undefined) this.#invariants.took(slot);
    return slot;
  }

  #release(slot: number): void {
    memory.octets.fill(POISON, slot * SLOT_OCTETS, (slot + 1) * SLOT_OCTETS);
    this.#free.push(slot);
  }
}

/** From the lab's receiver about a group that nobody else asks for. */
const PLAIN: Arrived = {
  octets: Uint8Array.of(1, 0, 20, 9, 232, 9, 9, 9, 10, 1, 0, 2, 10, 4, 0, 2, 0xbe, 0xef, 0x9c, 0x40),
  sender: address('10.4.0.2'),
  senderPort: 40_000,
  destination: address('192.0.2.5'),
  hopLimit: 64,
};

function arrivalPort(family: 4 | 6): number {
  return family === 4 ? 3 : 4;
}

function chosen<T>(some: readonly T[], which: number): T {
  return some[which % some.length]!;
}
