/**
 * An SNMP session over net-snmp, which knows the messages, the engines and the keys. Here: one connected socket, opened when
 * it is first needed and anew after trouble; so many PDUs at once; retransmission by the agent's own round-trip time; and
 * every error as what an operator can do about it.
 */
import dns from 'node:dns/promises';
import { performance } from 'node:perf_hooks';
import type snmp from 'net-snmp';
import { sessionClosed, unlessAborted } from '../../abort.ts';
import { ReaderError } from '../../port.ts';
import { Turns } from '../../turns.ts';
import type { Oid } from '../mib/oid.ts';
import { AgentSocket } from './agent-socket.ts';
import { type Credentials, expectedOf, openNetSnmp } from './credentials.ts';
import { varbindOf } from './decode.ts';
import { errorOf, isOfSecurity, isUnreadable } from './errors.ts';
import { mayBeAnswer, messageIdOf } from './message-check.ts';
import { RoundTrip } from './round-trip.ts';
import { type Answer, PduError, type Session } from './session.ts';

export interface AgentSessionOptions {
  /** Address or host name. */
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
}

/** PDUs that one agent may have to answer at a time. */
const AT_ONCE = 16;
const RETRANSMISSIONS = 6;
const BACKOFF = 1.5;

export function createAgentSession(options: AgentSessionOptions): Session {
  return new AgentSession(options);
}

interface Asked {
  readonly singles: readonly Oid[];
  readonly repeated: readonly Oid[];
  readonly repetitions: number;
}

/** One socket's life. */
interface Opened {
  readonly session: snmp.Session;
  readonly of: Promise<Opened> | undefined;
  /** The first ask: SNMPv3 discovers the engine with it, and the others wait for that. */
  first: Promise<unknown> | undefined;
  hasAnswered: boolean;
  /** The agent has sent something, be it only how its engine is called. */
  isHeard: boolean;
  /** Asks that somebody still waits for. */
  waiting: number;
  /** By the ID of their messages: those whose answer can be told to be unreadable. */
  readonly unreadable: Map<number, (error: PduError) => void>;
  /** The ID of the message that went out last. */
  lastSent: number | undefined;
  /** IDs of messages that were answered after they had been sent again. */
  readonly answeredLate: Set<number>;
}

class AgentSession implements Session {
  readonly description: string;
  readonly mostRepetitions: number;
  readonly #options: AgentSessionOptions;
  readonly #turns = new Turns(AT_ONCE);
  readonly #roundTrip = new RoundTrip();
  #opening: Promise<Opened> | undefined;
  /** performance.now() of the last datagram that may have been an answer, and of the last answer. */
  #heardMs = Number.NEGATIVE_INFINITY;
  #answeredMs = Number.NEGATIVE_INFINITY;
  /** Something has been heard of the agent since it was last silent. */
  #isThere = false;
  /** Which of a host's addresses is tried next. */
  #address = 0;
  #isClosed = false;

  constructor(options: AgentSessionOptions) {
    const { host, port, credentials } = options;
    const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    this.description = `v${credentials.version} at ${at}`;
    this.mostRepetitions = credentials.version === 1 ? 1 : Number.POSITIVE_INFINITY;
    this.#options = options;
  }

  async ask(
    singles: readonly Oid[],
    repeated: readonly Oid[],
    repetitions: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    const asked: Asked = { singles, repeated, repetitions };
    const sinceMs = performance.now();
    await this.#turns.takeUnlessAborted(signal, this.description);
    try {
      return await this.#sendTwice(asked, signal);
    } catch (error) {
      throw this.#wordOf(error, sinceMs);
    } finally {
      this.#turns.give();
    }
  }

  /** Twice where that may help: octets get lost, and agents are replaced. */
  async #sendTwice(asked: Asked, signal: AbortSignal): Promise<Answer> {
    const opened = await this.#open(signal);
    try {
      return await this.#send(opened, asked, signal);
    } catch (error) {
      if (!isUnreadable(error)) {
        // An agent that was replaced, or has forgotten how often it was started, is known again by a new discovery.
        if (!isOfSecurity(error)) throw error;
        this.#drop(opened);
        if (!opened.hasAnswered) throw error;
      }
    }
    return await this.#send(await this.#open(signal), asked, signal);
  }

  close(): void {
    this.#isClosed = true;
    void this.#opening?.then((opened) => this.#drop(opened)).catch(() => {});
  }

  async #open(signal: AbortSignal): Promise<Opened> {
    if (this.#isClosed) throw sessionClosed(this.description);
    if (this.#opening === undefined) {
      const opening = this.#connect();
      this.#opening = opening;
      opening.catch(() => this.#forget(opening));
    }
    return unlessAborted(this.#opening, signal, this.description);
  }

  async #connect(): Promise<Opened> {
    const { host, port, credentials } = this.#options;
    const expected = expectedOf(credentials);
    let received: Uint8Array | undefined;
    const addresses = await dns.lookup(host, { all: true });
    const { address } = addresses[this.#address % addresses.length]!;
    const socket = await AgentSocket.connect({
      address,
      port,
      mayBeAnswer: (datagram) => {
        received = datagram;
        opened.isHeard = true;
        this.#isThere = true;
        this.#heardMs = performance.now();
        const isAnother = opened.answeredLate.delete(messageIdOf(datagram) ?? Number.NaN);
        if (isAnother) this.#roundTrip.wasTooSoon();
        return mayBeAnswer(datagram, expected);
      },
      onSent: (datagram) => {
        opened.lastSent = messageIdOf(datagram);
      },
      onUnreadable: (datagram) => this.#refuse(opened, datagram),
      onFailure: (error) => {
        opened.session.cancelRequests(error);
        this.#drop(opened);
      },
    });
    const timing = { timeout: this.#roundTrip.retransmitAfterMs, retries: RETRANSMISSIONS, backoff: BACKOFF };
    const session = openNetSnmp(credentials, socket, timing);
    session.on('error', () => received && this.#refuse(opened, received));
    const opened: Opened = {
      session,
      of: this.#opening,
      first: undefined,
      hasAnswered: false,
      isHeard: false,
      waiting: 0,
      unreadable: new Map(),
      lastSent: undefined,
      answeredLate: new Set(),
    };
    if (this.#isClosed) this.#drop(opened);
    return opened;
  }

  /** An answer that net-snmp cannot read; a datagram that is none is as if it had been lost. */
  #refuse(opened: Opened, datagram: Uint8Array): void {
    const id = messageIdOf(datagram);
    const refuse = id === undefined ? undefined : opened.unreadable.get(id);
    refuse?.(new PduError('unreadable', undefined));
  }

  /** Closes this one; the next ask opens another, where that has not happened yet. */
  #drop(opened: Opened): void {
    this.#forget(opened.of);
    opened.session.close();
  }

  #forget(opening: Promise<Opened> | undefined): void {
    if (this.#opening === opening) this.#opening = undefined;
  }

  async #send(opened: Opened, asked: Asked, signal: AbortSignal): Promise<Answer> {
    opened.waiting++;
    const sinceMs = performance.now();
    try {
      if (this.#options.credentials.version === 3 && !opened.hasAnswered && opened.first !== undefined) {
        const first = opened.first.catch(() => {});
        await unlessAborted(first, signal, this.description);
      }
      return await this.#exchange(opened, asked, signal);
    } finally {
      opened.waiting--;
      // Nobody is left who waits: what is still out is not sent again.
      if (opened.waiting === 0) opened.session.cancelRequests(new Error('given up'));
      const isSilent = this.#heardMs < sinceMs;
      if (isSilent) this.#isThere = opened.isHeard && !opened.hasAnswered;
      if (opened.waiting === 0 && (isSilent || !opened.hasAnswered)) this.#tryAnew(opened);
    }
  }

  async #exchange(opened: Opened, asked: Asked, signal: AbortSignal): Promise<Answer> {
    const { session } = opened;
    const retransmitAfterMs = this.#roundTrip.retransmitAfterMs;
    Object.assign(session, { timeout: retransmitAfterMs });
    const sentMs = performance.now();
    opened.lastSent = undefined;
    let refuse: (error: PduError) => void = () => {};
    const unreadable = new Promise<never>((_, reject) => {
      refuse = reject;
    });
    const answer = Promise.race([this.#request(session, asked), unreadable]);
    const id = opened.lastSent;
    if (id !== undefined) opened.unreadable.set(id, refuse);
    opened.first ??= answer;
    try {
      const answered = await unlessAborted(answer, signal, this.description);
      const tookMs = performance.now() - sentMs;
      if (tookMs < retransmitAfterMs) this.#roundTrip.measured(tookMs);
      else if (id !== undefined) rememberLast(opened.answeredLate, id);
      opened.hasAnswered = true;
      this.#answeredMs = performance.now();
      return answered;
    } finally {
      if (id !== undefined) opened.unreadable.delete(id);
    }
  }

  /** Nobody has said anything: the host may have moved, be there by another of its addresses, or be somebody else by now. */
  #tryAnew(opened: Opened): void {
    if (!opened.isHeard) this.#address++;
    this.#drop(opened);
  }

  #request(session: snmp.Session, { singles, repeated, repetitions }: Asked): Promise<Answer> {
    const names = [...singles, ...repeated];
    return new Promise((resolve, reject) => {
      if (repeated.length === 0 || this.#options.credentials.version === 1) {
        session.getNext(names, (error, varbinds = []) => {
          if (error !== null) return reject(error);
          const all = varbinds.map(varbindOf);
          return resolve({
            singles: all.slice(0, singles.length),
            lists: all.slice(singles.length).map((one) => [one]),
          });
        });
        return;
      }
      session.getBulk(names, singles.length, repetitions, (error, answers = []) => {
        if (error !== null) return reject(error);
        const lists = answers.map((one) => (Array.isArray(one) ? one : [one]).map(varbindOf));
        return resolve({ singles: lists.slice(0, singles.length).flat(), lists: lists.slice(singles.length) });
      });
    });
  }

  get silence(): string {
    return this.#whyNone(Number.POSITIVE_INFINITY);
  }

  /** Agents do not answer a wrong community, and some of them no wrong key. */
  #whyNone(sinceMs: number): string {
    const { credentials } = this.#options;
    if (this.#answeredMs >= sinceMs) return 'no answer in time';
    if (credentials.version !== 3) return 'no answer; the agent cannot be reached, or does not know the community';
    if (!this.#isThere) return 'no answer; the agent cannot be reached';
    const { user } = credentials;
    return `no answer; the agent is there, and does not answer ${user}: check its keys, protocols and context`;
  }

  #wordOf(error: unknown, sinceMs: number): Error {
    if (this.#isClosed) return sessionClosed(this.description);
    const { credentials } = this.#options;
    if (error instanceof ReaderError && error.code === 'ERR_READER_TIMEOUT') {
      return new ReaderError(error.code, `${this.description}: ${this.#whyNone(sinceMs)}`);
    }
    return errorOf(error, {
      description: this.description,
      user: credentials.version === 3 ? credentials.user : undefined,
    });
  }
}

const LATE_REMEMBERED = 32;

function rememberLast(ids: Set<number>, id: number): void {
  ids.add(id);
  if (ids.size > LATE_REMEMBERED) ids.delete(ids.values().next().value!);
}
