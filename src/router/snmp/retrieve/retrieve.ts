/**
 * Asks an agent for what is wanted, in as few PDUs as fit: instances and rows in one, all PDUs of a round at once. Agents
 * that have less room than thought, send rows out of order, in circles or of something else, or answer one name with an
 * error are survived: what they did is said, and what could not be had is not there.
 */
import { setMaxListeners } from 'node:events';
import { ReaderError, type ReaderErrorCode } from '../../port.ts';
import { Turns } from '../../turns.ts';
import { justBefore, type Oid } from '../mib/oid.ts';
import type { Found, Row, Rows, Want } from '../mib/question.ts';
import type { SnmpValue, Varbind } from '../mib/varbind.ts';
import { type Answer, PduError, type Session } from '../session/session.ts';
import { type Asked, type Column, Single } from './asked.ts';
import type { KnownTables } from './landmarks.ts';
import { halved, type Pdu, packed } from './packing.ts';
import { TableReading } from './table-reading.ts';

export interface RetrieveOptions {
  readonly session: Session;
  readonly signal: AbortSignal;
  /** Where rows were, from one time to the next. */
  readonly tables: KnownTables;
  /** PDUs of this retrieval that may be under way at a time. */
  readonly atOnce?: number;
  /** Called with each answer. */
  readonly onAnswer?: () => void;
  /** Told what the agent did wrong and was survived, in words that stay the same from time to time. */
  readonly onOddity: (text: string) => void;
}

/** Rejects with a `ReaderError`. */
export async function retrieve(wants: readonly Want[], options: RetrieveOptions): Promise<Found> {
  const retrieval = new Retrieval(options);
  await retrieval.run(wants);
  return retrieval;
}

/** Names that may go wrong in one way before anything is answered: then everything would. */
const MOST_IN_VAIN = 5;

const IN_VAIN: ReadonlyMap<string, readonly [ReaderErrorCode, string]> = new Map([
  // By which an agent says that this community or user may not: RFC 3416 §3.
  ['authorizationError', ['ERR_READER_AUTHENTICATION', 'the agent lets us read nothing (authorizationError)']],
  ['noAccess', ['ERR_READER_AUTHENTICATION', 'the agent lets us read nothing (noAccess)']],
  ['unreadable', ['ERR_READER_OUTPUT', 'nothing that the agent answers can be read']],
]);

class Retrieval implements Found {
  readonly #options: RetrieveOptions;
  #isAnswered = false;
  /** It has failed: what else is under way asks no further. */
  #isOver = false;
  #inVainCount = 0;
  /** By the name that was sent. */
  readonly #singles = new Map<Oid, Single>();
  readonly #tables = new Map<Rows, TableReading>();
  readonly #turns: Turns;

  constructor(options: RetrieveOptions) {
    this.#options = options;
    this.#turns = new Turns(options.atOnce ?? Number.POSITIVE_INFINITY);
  }

  value(oid: Oid): SnmpValue | undefined {
    const found = this.next(justBefore(oid));
    return found?.oid === oid ? found.value : undefined;
  }

  next(after: Oid): Varbind | undefined {
    return this.#singles.get(after)?.found;
  }

  rows(want: Rows): readonly Row[] {
    return this.#tables.get(want)?.rows ?? [];
  }

  async run(wants: readonly Want[]): Promise<void> {
    setMaxListeners(0, this.#options.signal); // one for each PDU that waits
    const { session, tables: known } = this.#options;
    for (const want of wants) {
      if (want.kind === 'instance') this.#addSingle(justBefore(want.oid));
      else if (want.kind === 'next') this.#addSingle(want.after);
      else if (!this.#tables.has(want)) {
        this.#tables.set(want, new TableReading(want, known.of(want), session.mostRepetitions));
      }
    }
    const tables = [...this.#tables.values()];
    const parts = tables.flatMap((table) => table.parts);
    await this.#askAll(packed([...this.#singles.values()], parts));
    const divided = tables.flatMap((table) => table.divideRest());
    await this.#askAll(packed([], divided));
    await Promise.all([...parts, ...divided].map(({ columns }) => this.#finish(columns)));
    for (const table of tables) {
      known.learn(
        table.want,
        table.rows.map(({ index }) => index),
        table.isInOrder,
      );
    }
  }

  #addSingle(name: Oid): void {
    if (!this.#singles.has(name)) this.#singles.set(name, new Single(name));
  }

  /** Reads the rest of a part: its columns side by side. */
  async #finish(columns: readonly Column[]): Promise<void> {
    for (let open = columns; ; ) {
      open = open.filter(({ isDone }) => !isDone);
      if (open.length === 0 || this.#isOver) return;
      await this.#askAll(packed([], [{ columns: open, rows: Number.POSITIVE_INFINITY }]));
    }
  }

  async #askAll(pdus: readonly Pdu[]): Promise<void> {
    try {
      await Promise.all(pdus.map((pdu) => this.#ask(pdu)));
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
  }

  async #ask(pdu: Pdu): Promise<void> {
    const { once, repeated, repetitions } = pdu;
    if (once.length + repeated.length === 0 || this.#isOver) return;
    const { session, onAnswer } = this.#options;
    const cursors = [...once, ...repeated].map(({ cursor }) => cursor);
    let answer: Answer;
    try {
      const names = { singles: cursors.slice(0, once.length), repeated: cursors.slice(once.length) };
      answer = await this.#send(names.singles, names.repeated, repetitions);
    } catch (error) {
      if (error instanceof PduError) return this.#mend(pdu, error);
      throw error;
    }
    this.#isAnswered = true;
    onAnswer?.();
    for (const [at, asked] of once.entries()) this.#accept(asked, answer.singles.slice(at, at + 1));
    for (const [at, asked] of repeated.entries()) this.#accept(asked, answer.lists[at] ?? []);
    const hasMoved = [...once, ...repeated].some(({ isDone, cursor }, at) => isDone || cursor !== cursors[at]);
    if (!hasMoved) {
      const what = 'the answer holds nothing of what was asked for';
      throw new ReaderError('ERR_READER_OUTPUT', `${session.description}: ${what}`);
    }
    const unanswered = once.filter((asked) => asked instanceof Single && !asked.isDone);
    await this.#ask({ once: unanswered, repeated: [], repetitions: 0 });
  }

  async #send(singles: readonly Oid[], repeated: readonly Oid[], repetitions: number): Promise<Answer> {
    await this.#turns.take();
    try {
      return await this.#options.session.ask(singles, repeated, repetitions, this.#options.signal);
    } finally {
      this.#turns.give();
    }
  }

  #accept(asked: Asked, varbinds: readonly Varbind[]): void {
    const oddity = asked.accept(varbinds);
    if (oddity !== undefined) this.#options.onOddity(oddity);
  }

  /** An error-status: without the name that it is about, where the agent tells, else in halves. */
  async #mend(pdu: Pdu, error: PduError): Promise<void> {
    const { once, repeated, repetitions } = pdu;
    const all = [...once, ...repeated];
    const isAlone = all.length === 1 && repetitions <= 1;
    const named = error.status === 'tooBig' ? undefined : all.find(({ cursor }) => cursor === error.oid);
    const about = isAlone ? all[0] : named;
    const inVain = this.#isAnswered ? undefined : IN_VAIN.get(error.status);
    if (about === undefined) return inVain === undefined ? this.#askAll(halved(pdu)) : this.#probe(pdu);
    if (inVain !== undefined && ++this.#inVainCount >= MOST_IN_VAIN) {
      const [code, text] = inVain;
      throw new ReaderError(code, `${this.#options.session.description}: ${text}`);
    }
    about.giveUp();
    // The end of the MIB is no error; SNMPv1 has no other word for it.
    if (error.status !== 'noSuchName') this.#options.onOddity(oddityOf(error, about));
    const others = (asked: Asked) => asked !== about;
    await this.#ask({ once: once.filter(others), repeated: repeated.filter(others), repetitions });
  }

  /** One name alone, to see whether anything can be had at all: many bad ones among good ones do not say that nothing can. */
  async #probe({ once, repeated, repetitions }: Pdu): Promise<void> {
    const first = once[0] ?? repeated[0]!;
    const others = (asked: Asked) => asked !== first;
    await this.#ask({ once: [first], repeated: [], repetitions: 0 });
    const rest = { once: once.filter(others), repeated: repeated.filter(others), repetitions };
    await (this.#isAnswered ? this.#askAll(halved(rest)) : this.#ask(rest));
  }
}

function oddityOf({ status }: PduError, { cursor }: Asked): string {
  return status === 'unreadable' ? `answers ${cursor} with octets that are no value` : `answers ${status} at ${cursor}`;
}
