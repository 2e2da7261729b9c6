/**
 * An SNMP session over net-snmp, which knows the messages, the engines and the keys. Here: one connected socket, opened when
 * it is first needed and anew after trouble; so many PDUs at once; retransmission by the agent's own round-trip time; and
 * every error as what an operator can do about it.
 */
import { lookup } from 'node:dns/promises';
import { performance } from 'node:perf_hooks';
import type snmp from 'net-snmp';
import { sessionClosed, unlessAborted } from '../../abort.ts';
import { ReaderError } from '../../port.ts';
import { Turns } from '../../turns.ts';
import type { Oid } from '../mib/oid.ts';
import { AgentSocket } from './agent-socket.ts';
import { type Credentials, expectedOf, openNetSnmp } from './credentials.ts';
import { varbindOf } from './decode.ts';
import { errorOf, isOfSecurity } from './errors.ts';
import { mayBeAnswer } from './message-check.ts';
import { RoundTrip } from './round-trip.ts';
import type { Answer, Session } from './session.ts';

export interface AgentSessionOptions {
  /** Address or host name. */
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
}

/** PDUs that one agent may have to answer at a time. */
const AT_ONCE = 4;
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
  /** Asks that somebody still waits for. */
  waiting: number;
}

class AgentSession implements Session {
  readonly description: string;
  readonly #options: AgentSessionOptions;
  readonly #turns = new Turns(AT_ONCE);
  readonly #roundTrip = new RoundTrip();
  #opening: Promise<Opened> | undefined;
  #hasBeenHeard = false;
  #hasEverAnswered = false;
  #isClosed = false;

  constructor(options: AgentSessionOptions) {
    const { host, port, credentials } = options;
    const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    this.description = `v${credentials.version} at ${at}`;
    this.#options = options;
  }

  async ask(
    singles: readonly Oid[],
    repeated: readonly Oid[],
    repetitions: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    const asked: Asked = { singles, repeated, repetitions };
    await this.#takeTurn(signal);
    try {
      const opened = await this.#open(signal);
      try {
        return await this.#send(opened, asked, signal);
      } catch (error) {
        // An agent that was replaced, or has forgotten how often it was started, is known again by a new discovery.
        if (!isOfSecurity(error)) throw error;
        this.#drop(opened);
        if (!opened.hasAnswered) throw error;
        return await this.#send(await this.#open(signal), asked, signal);
      }
    } catch (error) {
      throw this.#wordOf(error);
    } finally {
      this.#turns.give();
    }
  }

  close(): void {
    this.#isClosed = true;
    void this.#opening?.then((opened) => this.#drop(opened)).catch(() => {});
  }

  async #takeTurn(signal: AbortSignal): Promise<void> {
    const turn = this.#turns.take();
    try {
      await unlessAborted(turn, signal, this.description);
    } catch (error) {
      void turn.then(() => this.#turns.give());
      throw error;
    }
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
    const { address } = await lookup(host);
    const socket = await AgentSocket.connect({
      address,
      port,
      mayBeAnswer: (datagram) => {
        this.#hasBeenHeard = true;
        return mayBeAnswer(datagram, expected);
      },
      onFailure: (error) => {
        opened.session.cancelRequests(error);
        this.#drop(opened);
      },
    });
    const timing = { timeout: this.#roundTrip.retransmitAfterMs, retries: RETRANSMISSIONS, backoff: BACKOFF };
    const session = openNetSnmp(credentials, socket, timing);
    session.on('error', () => {}); // a datagram that is no message: as if it had been lost
    const opened: Opened = { session, of: this.#opening, first: undefined, hasAnswered: false, waiting: 0 };
    if (this.#isClosed) this.#drop(opened);
    return opened;
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
    const { session } = opened;
    if (this.#options.credentials.version === 3 && !opened.hasAnswered) {
      await unlessAborted(
        Promise.resolve(opened.first).catch(() => {}),
        signal,
        this.description,
      );
    }
    opened.waiting++;
    const retransmitAfterMs = this.#roundTrip.retransmitAfterMs;
    Object.assign(session, { timeout: retransmitAfterMs });
    const sentMs = performance.now();
    const answer = this.#request(session, asked);
    opened.first ??= answer;
    try {
      const answered = await unlessAborted(answer, signal, this.description);
      const tookMs = performance.now() - sentMs;
      if (tookMs < retransmitAfterMs) this.#roundTrip.measured(tookMs);
      opened.hasAnswered = true;
      this.#hasEverAnswered = true;
      return answered;
    } finally {
      opened.waiting--;
      // Nobody is left who waits: what is still out is not sent again.
      if (opened.waiting === 0) session.cancelRequests(new Error('given up'));
    }
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

  /** Agents do not answer a wrong community, and some of them no wrong key. */
  get #whyNone(): string {
    const { credentials } = this.#options;
    if (credentials.version !== 3) return 'the agent cannot be reached, or does not know the community';
    if (!this.#hasBeenHeard) return 'the agent cannot be reached';
    const { user } = credentials;
    return `the agent is there, and does not answer ${user}: check its keys, protocols and context`;
  }

  #wordOf(error: unknown): Error {
    if (this.#isClosed) return sessionClosed(this.description);
    const { credentials } = this.#options;
    if (error instanceof ReaderError && error.code === 'ERR_READER_TIMEOUT' && !this.#hasEverAnswered) {
      return new ReaderError(error.code, `${this.description}: no answer; ${this.#whyNone}`);
    }
    return errorOf(error, {
      description: this.description,
      user: credentials.version === 3 ? credentials.user : undefined,
    });
  }
}
