/**
 * The `cli` reader: joins a session, which reaches the router, and a platform, which knows what to ask.
 * The interface table is kept and is read again by `readInterfaces`, and when an answer names an interface that is
 * not in it. A forwarding query takes one round trip; a second one only for what the first has shown to be missing:
 * the path to an RP, a new interface table, or the way to a next hop that is not on a link. (A router that stops at an unknown
 * command costs one more for each.) Nothing else is kept between reads: sharing and caching of answers is the caller's.
 */
import { type Family, familyOf, formatAddress, parseAddress } from '../../wire/address.ts';
import { abortError } from '../abort.ts';
import { type ForwardingQuery, type Reader, ReaderError, type ReaderTurns } from '../port.ts';
import type { Snapshot } from '../snapshot.ts';
import { type Reading, unlistedInterfaces } from './assemble/reading.ts';
import { followed, type MaybeRecursive, type Paths } from './assemble/recursion.ts';
import { rpOf } from './assemble/rps.ts';
import { forwardingSnapshot, tableSnapshot } from './assemble/snapshot.ts';
import { followsSource } from './assemble/ways.ts';
import { excerpt } from './excerpt.ts';
import { inSteps } from './in-steps.ts';
import { KeptTable } from './kept-table.ts';
import { given, made, type Platform, type Question, type TablePart, together } from './platform.ts';
import type { Session } from './session/session.ts';

/** A refusal may have been a passing one: then what is asked at first is tried again. */
const REFUSAL_MS = 600_000;

/** What is asked; a router without IPv6 refuses that only. */
type Subject = 'table' | Family;

export interface CliReaderOptions {
  /** The router's name, as it stands in snapshots. */
  readonly name: string;
  readonly platform: Platform;
  /** Becomes the reader's, which closes it. */
  readonly session: Session;
  /** Those of the session, which others may have as well; absent: its reads need not wait for each other. */
  readonly turns?: ReaderTurns | undefined;
}

export function createCliReader(options: CliReaderOptions): Reader {
  return new CliReader(options);
}

class CliReader implements Reader {
  readonly description: string;
  readonly turns: ReaderTurns | undefined;
  readonly #name: string;
  readonly #platform: Platform;
  readonly #tableQuestion: Question<TablePart>;
  readonly #session: Session;
  readonly #reads = new Set<AbortController>();
  readonly #table = new KeptTable();
  #closed = false;
  /** Until when the router is asked otherwise at once, because it has refused what it is asked at first; by what that was. */
  readonly #refusesUntilMs = new Map<Subject, number>();

  constructor({ name, platform, session, turns }: CliReaderOptions) {
    this.description = `cli ${platform.name} over ${session.description}`;
    this.turns = turns;
    this.#name = name;
    this.#platform = platform;
    this.#tableQuestion = made(platform.table, withInterfaces);
    this.#session = session;
  }

  readInterfaces(signal: AbortSignal): Promise<Snapshot> {
    return this.#read(signal, async (inner) => {
      const keep = this.#table.reading();
      const inTurns = inSteps(this.#session, this.turns, this.#isOneByOne);
      const table = await this.#ask(this.#tableQuestion, 'table', inner, inTurns);
      keep(table);
      return tableSnapshot(this.#name, table);
    });
  }

  readForwarding(query: ForwardingQuery, signal: AbortSignal): Promise<Snapshot> {
    return this.#read(signal, async (inner) => {
      if (query.group !== null) checkAddress(query.group, query.family);
      const first = await this.#firstTrip(query, inner);
      checkTold(first);
      const takenAt = new Date();
      return forwardingSnapshot(this.#name, takenAt, await this.#secondTrip(first, inner));
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const read of this.#reads) read.abort(this.#closedError());
    await this.#session.close();
  }

  /**
   * Everything, together with the table when there is none yet. The path to the RP that was there last time is asked for with
   * it where that costs nothing; of a CLI that takes one command after the other, only when it is needed.
   */
  async #firstTrip(query: ForwardingQuery, signal: AbortSignal): Promise<Reading> {
    const { part: kept } = this.#table;
    const keep = this.#table.reading();
    const expectedRp = this.#isOneByOne ? null : rpOf(query.group, kept?.rps ?? []);
    // The table comes last: at its end some routers stop, and whatever stood behind would cost one more round trip.
    const [forwarding, paths, table] = await this.#ask(
      together(
        this.#platform.forwarding(query),
        this.#pathsTo([query.source, expectedRp], query),
        kept === undefined ? this.#tableQuestion : given(kept),
      ),
      query.family,
      signal,
    );
    if (kept === undefined) keep(table);
    const reading: Reading = {
      query,
      table,
      forwarding,
      paths: await this.#follow(paths, query, signal),
      rp: rpOf(query.group, forwarding.rps ?? table.rps),
      equalNextHops: this.#platform.equalNextHops ?? 'first',
      needsNeighbors: this.#platform.needsNeighbors === true,
    };
    if (kept === undefined) this.#table.doesNotList(unlistedInterfaces(reading));
    return reading;
  }

  /** What the first trip has shown to be missing; mostly nothing. */
  async #secondTrip(first: Reading, signal: AbortSignal): Promise<Reading> {
    const { query, rp } = first;
    const isRpWanted = rp !== null && !first.paths.has(rp) && !(this.#isOneByOne && followsSource(first));
    const pathToRp = await this.#ask(this.#pathsTo(isRpWanted ? [rp] : [], query), query.family, signal);
    const followedPath = await this.#follow(pathToRp, query, signal);
    const reading: Reading = { ...first, paths: new Map([...first.paths, ...followedPath]) };
    if (!this.#table.mayList(unlistedInterfaces(reading))) return reading;
    const keep = this.#table.reading();
    const table = await this.#ask(this.#tableQuestion, 'table', signal);
    keep(table);
    this.#table.doesNotList(unlistedInterfaces({ ...reading, table }));
    return { ...reading, table };
  }

  /** Whether each command takes its time. */
  get #isOneByOne(): boolean {
    return this.#platform.batching === undefined;
  }

  #pathsTo(targets: readonly (string | null)[], { family, group }: ForwardingQuery): Question<MaybeRecursive> {
    const wanted = [...new Set(targets)].filter((target) => target !== null);
    for (const target of wanted) checkAddress(target, family);
    const questions = together(...wanted.map((target) => this.#platform.path(target, family, group)));
    return made(questions, (paths) => new Map(paths.map((path, i) => [wanted[i]!, path])));
  }

  #follow(paths: MaybeRecursive, query: ForwardingQuery, signal: AbortSignal): Promise<Paths> {
    return followed(paths, (nexthops) => this.#ask(this.#pathsTo(nexthops, query), query.family, signal));
  }

  async #ask<Part>(
    question: Question<Part>,
    subject: Subject,
    signal: AbortSignal,
    session: Asked = this.#session,
  ): Promise<Part> {
    const { otherwise } = question;
    if (otherwise === undefined) return put(question, signal, session);
    if (this.#isRefusing) {
      try {
        return await put(otherwise, signal, session);
      } catch (error) {
        // It may have become another router.
        if (isRefusal(error) && !this.#answersOtherFamily(subject)) this.#refusesUntilMs.clear();
        throw error;
      }
    }
    try {
      return await put(question, signal, session);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const part = await put(otherwise, signal, session);
      this.#refusesUntilMs.set(subject, performance.now() + REFUSAL_MS);
      return part;
    }
  }

  get #isRefusing(): boolean {
    const now = performance.now();
    return [...this.#refusesUntilMs.values()].some((until) => now < until);
  }

  /** Otherwise, while it refuses this one: a router without IPv6. */
  #answersOtherFamily(subject: Subject): boolean {
    return [...this.#refusesUntilMs.keys()].some((one) => one !== 'table' && one !== subject);
  }

  /** Runs `work` with a signal that also fires on `close`. */
  async #read<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closed) throw this.#closedError();
    const read = new AbortController();
    const stop = () => read.abort(abortError(signal, this.description));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    this.#reads.add(read);
    try {
      return await work(read.signal);
    } finally {
      this.#reads.delete(read);
      signal.removeEventListener('abort', stop);
    }
  }

  #closedError(): ReaderError {
    return new ReaderError('ERR_READER_CLOSED', `${this.description}: the reader is closed`);
  }
}

type Asked = Pick<Session, 'run'>;

/** What several of the questions ask is sent once. */
async function put<Part>({ commands, parse }: Question<Part>, signal: AbortSignal, session: Asked): Promise<Part> {
  const sent = [...new Set(commands)];
  const outputs = sent.length === 0 ? [] : await session.run(sent, signal);
  return parse(commands.map((command) => outputs[sent.indexOf(command)] ?? ''));
}

/** No interface with multicast would be a false answer. */
function checkTold({ query: { family }, table, forwarding }: Reading): void {
  if (forwarding.multicast !== undefined || table.untold?.includes(family) !== true) return;
  throw new ReaderError('ERR_READER_COMMAND', `the login may not ask which interfaces have IPv${family} multicast`);
}

/** A router has some: this one is another system's, or there is no such VRF. */
function withInterfaces(table: TablePart): TablePart {
  if (table.interfaces.length > 0) return table;
  throw new ReaderError('ERR_READER_OUTPUT', 'it tells of no interface at all: are platform and vrf the right ones?');
}

function isRefusal(error: unknown): boolean {
  return error instanceof ReaderError && error.code === 'ERR_READER_COMMAND';
}

/**
 * Only canonical address text of the query's family may reach a command line. Types and parsers promise it; what stands
 * between the network and a router's shell is checked here all the same.
 */
function checkAddress(text: string, family: Family): void {
  const address = parseAddress(text);
  if (address !== undefined && familyOf(address) === family && formatAddress(address) === text) return;
  throw new ReaderError('ERR_READER_COMMAND', `not a canonical IPv${family} address: ${excerpt(text)}`);
}
