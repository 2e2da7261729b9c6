/**
 * One life of the engine, from a string of octets: the events are carried out one by one, as the daemon would, with a clock
 * of its own, ports that may be slow and routers that may be silent; after each of them the invariants are checked.
 */
import type { Transmit, Unreachable } from '../../../src/net/port.ts';
import type { RouterState } from '../../../src/router/state.ts';
import type { Engine } from '../../../src/trace/engine.ts';
import type { Ask, Output } from '../../../src/trace/events.ts';
import { familyOf, isLinkLocal } from '../../../src/wire/address.ts';
import { type Arrived, BLOCK_OCTETS, codeOf, HEADER_OCTETS, parse, standardOf } from '../judge.ts';
import type { See } from '../target.ts';
import type { Event, Life } from './input.ts';
import { check, type Invariants } from './invariants.ts';
import { RENUMBERED, SNAPSHOTS, STATES } from './routers.ts';
import { forgetLearnedDomain, MODES, type Mode, type Setup, setUp } from './setup.ts';
import { SLOT_OCTETS, Slots } from './slots.ts';
import {
  address,
  arrivalPort,
  DESTINATIONS,
  DURATIONS_MS,
  HOP_LIMITS,
  Option,
  SENDER_PORTS,
  SENDERS,
} from './world.ts';

const START_UNIX_MS = Date.UTC(2026, 10, 22, 10);
const ERRNOS = ['ECONNREFUSED', 'EHOSTUNREACH', 'EMSGSIZE'];
/** More ticks than any life has hops. */
const MOST_TICKS = 5000;
/** After this nothing may be waiting for anything. */
const LONG_MS = 30_000;

/** @throws Violation, or whatever the engine throws */
export function live(life: Life, see: See = () => {}): void {
  new LifeRun(life, see).run();
}

class LifeRun {
  readonly #life: Life;
  readonly #see: See;
  readonly #setup: Setup;
  readonly #engine: Engine;
  readonly #invariants: Invariants;
  readonly #slots: Slots;
  /** The domain knows what all routers say of themselves now. */
  #isLearned: boolean;
  readonly #openAsks: Ask[] = [];
  readonly #asked = new Set<number>();
  readonly #lent: Transmit[] = [];
  readonly #sent: { readonly transmit: Transmit; readonly octets: Uint8Array }[] = [];
  #ms = 1000;

  constructor(life: Life, see: See) {
    this.#life = life;
    this.#see = see;
    this.#isLearned = this.#has(Option.LEARNED);
    this.#setup = setUp(life.options);
    this.#slots = new Slots(this.#setup.slotCount);
    this.#invariants = this.#setup.invariants;
    this.#engine = this.#setup.engine(() => this.#take());
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
        this.#setup.modes.set(chosen(SNAPSHOTS, event.which).name, chosen(MODES, event.mode));
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
    const slot = this.#slots.take();
    if (slot === undefined) return this.#see('no free slot');
    const octets = arrived.octets.subarray(0, SLOT_OCTETS);
    this.#invariants.received(slot, { ...arrived, octets }, this.#ms);
    this.#slots.octetsOf(slot).set(octets);
    const meta = {
      base: slot * SLOT_OCTETS,
      length: octets.length,
      port: arrivalPort(familyOf(arrived.sender)),
      source: arrived.sender.slice(),
      sourcePort: arrived.senderPort,
      destination: arrived.destination.slice(),
      // Link-local senders are heard on the link that is shared with a router.
      interfaceIndex: isLinkLocal(arrived.sender) ? 3 : 1,
      hopLimit: arrived.hopLimit,
      arrivalSeconds: Math.floor(this.#now.unixMs / 1000),
      arrivalNanoseconds: (this.#now.unixMs % 1000) * 1e6,
    };
    this.#engine.receive(slot, meta, this.#now);
    this.#drain();
    // The port reads the next datagram into the same metadata.
    meta.source.fill(0xee);
    meta.destination.fill(0xee);
  }

  #echo(event: Extract<Event, { kind: 'echo' }>): void {
    const sent = this.#sent.at(-1 - (event.which % (this.#sent.length || 1)));
    if (sent === undefined) return;
    // With some blocks more, as routers would have it.
    const octets = Uint8Array.from([...sent.octets, ...blocks(sent.octets, event.type >> 2)]).subarray(0, SLOT_OCTETS);
    if (event.type % 4 !== 0) octets[0] = event.type % 4;
    // # Hops, or the first octets of the group.
    const turned = 2 + (event.destination >> 5);
    if (turned > 2) octets[turned] = octets[turned]! ^ 1;
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
        return this.#slots.release(output.slot);
      }
      case 'release':
        this.#invariants.releases(output.slot);
        return this.#slots.release(output.slot);
      case 'note':
        this.#invariants.notes(output, this.#ms, (slot) => this.#slots.octetsOf(slot));
    }
  }

  #asks(ask: Ask): void {
    check(!this.#asked.has(ask.askId), 'asks twice under one number');
    this.#asked.add(ask.askId);
    const mode = this.#setup.modes.get(ask.router);
    check(
      mode !== undefined && this.#setup.domain.interfacesOf(ask.router) !== null,
      `asks ${ask.router}, who is not ours`,
    );
    if (mode === 'silent') this.#openAsks.push(ask);
    else this.#answer(ask, mode);
  }

  #answer({ askId, router, wanted }: Ask, mode: Mode): void {
    const index = SNAPSHOTS.findIndex(({ name }) => name === router);
    const state: RouterState | undefined = (mode === 'renumbered' ? RENUMBERED : STATES)[index];
    if (mode === 'broken' || mode === 'silent' || state === undefined) {
      this.#engine.answered(askId, undefined, this.#now);
    } else {
      const interfaces = [...state.interfaces.values()];
      if (mode === 'renumbered' && this.#isLearned) {
        forgetLearnedDomain(this.#life.options[1]);
        this.#isLearned = false;
      }
      if (!this.#isLearned) this.#setup.domain.learn(router, interfaces, state.neighbors);
      this.#engine.answered(askId, wanted === 'interfaces' ? interfaces : state, this.#now);
    }
  }

  #sends(transmit: Transmit): void {
    check(transmit.length <= SLOT_OCTETS, 'sends more than a slot');
    const octets = this.#slots.octetsOf(transmit.slot).slice(0, transmit.length);
    this.#invariants.sends(transmit, octets, this.#ms);
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
    this.#invariants.givenBack(transmit.slot, this.#slots.octetsOf(transmit.slot));
    this.#engine.sent(transmit.slot, !isFailed, this.#now);
    this.#drain();
  }

  #settle(): void {
    while (!this.#has(Option.SLOW_PORT) && this.#lent.length > 0) this.#giveBack(0, false);
    this.#invariants.rest(this.#ms);
    this.#slots.check(this.#invariants.slotCount);
  }

  /** All deadlines pass: everything must be free again, and a plain Query must be answered. */
  #end(): void {
    while (this.#lent.length > 0) this.#giveBack(0, false);
    this.#pass(LONG_MS);
    while (this.#lent.length > 0) this.#giveBack(0, false);
    this.#pass(LONG_MS);
    this.#settle();
    check(this.#slots.areAllFree, 'does not give all slots back');
    check(this.#engine.isIdle && this.#engine.nextDeadline() === Number.POSITIVE_INFINITY, 'waits for nothing');
    this.#deliver(PLAIN);
    this.#pass(LONG_MS);
    while (this.#lent.length > 0) this.#giveBack(0, false);
    const { outcome, gateways } = this.#invariants.cases.at(-1)!;
    check(
      this.#has(Option.DEFAULT_ACCESS) || outcome !== 'dropped' || gateways > 0,
      'does not answer a plain Query afterwards',
    );
  }

  #take(): number | undefined {
    const slot = this.#slots.take();
    if (slot !== undefined) this.#invariants.took(slot);
    return slot;
  }

  #has(option: number): boolean {
    return (this.#life.options[0] & option) !== 0;
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

function chosen<T>(some: readonly T[], which: number): T {
  return some[which % some.length]!;
}

/** Empty Standard Response Blocks of the message's family. */
function blocks(message: Uint8Array, count: number): number[] {
  const length = message[2] === HEADER_OCTETS[4] ? BLOCK_OCTETS[4] : BLOCK_OCTETS[6];
  return Array.from({ length: count }, () => [4, 0, length, ...new Array(length - 3).fill(0)]).flat();
}
