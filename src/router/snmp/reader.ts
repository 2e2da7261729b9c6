/**
 * The `snmp` reader. What an agent is and has is surveyed and kept (device.ts), and surveyed again by `readInterfaces`, when
 * the agent has started again, and when a row names an interface that was not there. Queries are asked hop by hop: hops.ts.
 */
import { LRUCache } from 'lru-cache';
import type { Family } from '../../wire/address.ts';
import { unlessAborted } from '../abort.ts';
import { type ForwardingQuery, type Reader, ReaderError, type ReaderErrorCode } from '../port.ts';
import type { Snapshot } from '../snapshot.ts';
import { forwardingSnapshot, type KnownDevice, known, tableSnapshot, wholeSnapshot } from './assemble.ts';
import { Hops, indexesIn, indexesOfRow } from './hops.ts';
import { type Device, details, hasRows, survey } from './mib/device.ts';
import { type Question, together } from './mib/question.ts';
import type { TableRow } from './mib/route-table.ts';
import { hasRestarted, type UpTime, upTime } from './mib/up-time.ts';
import { KnownTables } from './retrieve/landmarks.ts';
import { type RetrieveOptions, retrieve } from './retrieve/retrieve.ts';
import type { Session } from './session/session.ts';

export interface SnmpReaderOptions {
  /** The router's name, as it stands in snapshots. */
  readonly name: string;
  /** Becomes the reader's, which closes it. */
  readonly session: Session;
  /** Told, once each, what the agent does wrong and is survived. */
  readonly onOddity: (text: string) => void;
  readonly monotonicMs: () => number;
}

type AskOptions = Pick<RetrieveOptions, 'signal' | 'atOnce' | 'onAnswer'>;

/** Different ones that are told: of an agent that finds ever new ones no more. */
const MOST_ODDITIES = 50;

/** For one query: what is read after a survey may name one more interface, and then another. */
const MOST_SURVEYS = 3;

/** ifIndexes that no table has, and that rows have named: tunnels, unnumbered links. */
const MOST_BESIDES = 1024;

export interface SnmpReader extends Reader {
  /**
   * The interface table and every multicast route of both families: a load for the agent, never needed for an answer.
   * Rejects with a `ReaderError`.
   */
  readRoutes(signal: AbortSignal): Promise<Snapshot>;
}

export function createSnmpReader(options: SnmpReaderOptions): SnmpReader {
  return new SnmpReaderOfAgent(options);
}

/** A survey under way. It goes on when who wanted it has given up: that of a large router takes longer than a read may. */
interface Survey {
  readonly device: Promise<KnownDevice>;
  readonly over: AbortController;
  /** The agent has told something already. */
  hasProgress: boolean;
  /** How often the agent had been seen to have started again. */
  starts: number;
}

/** PDUs of a survey that may be under way at a time: hops are asked for meanwhile. */
const SURVEY_AT_ONCE = 4;
const LONGEST_SURVEY_MS = 60_000;

class SnmpReaderOfAgent implements SnmpReader {
  readonly description: string;
  readonly #options: SnmpReaderOptions;
  readonly #tables = new KnownTables();
  readonly #oddities = new Set<string>();
  readonly #hops: Hops;
  /** ifIndexes that only rows have named. */
  readonly #besides = new LRUCache<number, true>({ max: MOST_BESIDES });
  /** Of the last survey; none where the agent has started again since. */
  #device: KnownDevice | undefined;
  #survey: Survey | undefined;
  #upTime: UpTime | undefined;
  /** How often the agent has been seen to have started again. */
  #starts = 0;

  constructor(options: SnmpReaderOptions) {
    this.#options = options;
    this.#hops = new Hops({
      ask: (question, signal) => this.#ask(question, signal),
      monotonicMs: options.monotonicMs,
      noteUpTime: (now) => this.#noteUpTime(now),
    });
    this.description = `snmp ${options.session.description}`;
  }

  async readInterfaces(signal: AbortSignal): Promise<Snapshot> {
    return tableSnapshot(this.#options.name, await this.#surveyed(signal));
  }

  async readForwarding(query: ForwardingQuery, signal: AbortSignal): Promise<Snapshot> {
    let device = await this.#deviceFor(query, signal);
    for (let hasStarted = false, surveys = 0; ; surveys++) {
      const { snapshot, missing, isCurrent } = await this.#readWith(device, query, signal);
      if (isCurrent && missing.length === 0) return snapshot;
      if (!isCurrent && hasStarted) throw this.#error('ERR_READER_OUTPUT', 'the agent starts again and again');
      if (surveys >= MOST_SURVEYS) throw this.#error('ERR_READER_OUTPUT', 'the agent names ever other interfaces');
      hasStarted ||= !isCurrent;
      device = await this.#surveyedWith(missing, signal);
    }
  }

  async readRoutes(signal: AbortSignal): Promise<Snapshot> {
    const device = await this.#surveyed(signal);
    const takenAt = new Date();
    const families = await Promise.all(([4, 6] as const).map((family) => this.#allRows(family, device, signal)));
    const rows = families.flat();
    const missing = missingIn(
      device,
      rows.flatMap(({ row }) => indexesOfRow(row)),
    );
    const whole = missing.length === 0 ? device : await this.#surveyedWith(missing, signal);
    return wholeSnapshot(this.#options.name, takenAt, { device: whole, rows, upTime: this.#upTime });
  }

  async close(): Promise<void> {
    this.#survey?.over.abort();
    this.#options.session.close();
  }

  /** One that may tell what is asked for. */
  async #deviceFor({ group, family }: ForwardingQuery, signal: AbortSignal): Promise<KnownDevice> {
    const known = this.#device ?? (await this.#surveyed(signal));
    if (group === null || known.routeTables[family].length > 0) return known;
    // Of a MIB without scalars nothing shows while it has no rows.
    const isFilled = await this.#ask(hasRows(family), signal);
    const device = isFilled ? await this.#surveyedWith([], signal) : known;
    if (device.routeTables[family].length > 0) return device;
    throw this.#error('ERR_READER_COMMAND', `the agent has no MIB of multicast routes of IPv${family}`);
  }

  /** The answer, and what may be wrong with it: interfaces that are not known, a restart since the survey. */
  async #readWith(device: KnownDevice, query: ForwardingQuery, signal: AbortSignal) {
    const starts = this.#starts;
    const takenAt = new Date();
    const reading = await this.#hops.read(query, device, signal);
    const missing = missingIn(reading.device, indexesIn(reading));
    const snapshot = forwardingSnapshot(this.#options.name, takenAt, reading);
    return { snapshot, missing, isCurrent: this.#starts === starts };
  }

  /** What the survey under way finds, else a new one. It goes on when who waits for it gives up: the next one has it then. */
  async #surveyed(signal: AbortSignal, missing: readonly number[] = []): Promise<KnownDevice> {
    for (;;) {
      const survey = this.#survey ?? this.#begin(missing);
      try {
        const device = await unlessAborted(survey.device, signal, this.description);
        if (survey.starts === this.#starts) return device;
      } catch (error) {
        if (!signal.aborted) throw error;
        const { silence } = this.#options.session;
        const why = survey.hasProgress ? 'the agent is still telling its interfaces' : silence;
        throw this.#error('ERR_READER_TIMEOUT', why);
      }
    }
  }

  /** @param missing ifIndexes that are there as well, and that no table of addresses or of multicast interfaces has */
  #surveyedWith(missing: readonly number[], signal: AbortSignal): Promise<KnownDevice> {
    const isNews = missing.some((index) => !this.#besides.has(index));
    for (const index of missing) this.#besides.set(index, true);
    if (isNews) this.#survey = undefined; // the one under way does not ask for them
    return this.#surveyed(signal, missing);
  }

  #begin(missing: readonly number[]): Survey {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), LONGEST_SURVEY_MS);
    timer.unref();
    const signal = over.signal;
    const onAnswer = () => {
      survey.hasProgress = true;
    };
    const survey: Survey = {
      device: this.#surveyNow(missing, { signal, atOnce: SURVEY_AT_ONCE, onAnswer }, (now) =>
        this.#noteUpTime(now, survey),
      ),
      over,
      hasProgress: false,
      starts: this.#starts,
    };
    this.#survey = survey;
    const end = (device?: KnownDevice) => {
      clearTimeout(timer);
      if (this.#survey !== survey) return; // a later one counts
      this.#survey = undefined;
      this.#device = device ?? this.#device;
    };
    survey.device.then(end, () => end());
    return survey;
  }

  async #surveyNow(
    missing: readonly number[],
    options: AskOptions,
    noteUpTime: (now: UpTime | undefined) => void,
  ): Promise<KnownDevice> {
    const fromMs = this.#options.monotonicMs();
    const [surveyed, ticks] = await this.#askWith(together(survey, upTime), options);
    noteUpTime(ticks === undefined ? undefined : { ticks, fromMs, toMs: this.#options.monotonicMs() });
    const { addresses, multicast, pim } = surveyed;
    if (addresses.length + multicast.length + pim.length === 0) {
      const hint = 'may we read IP-MIB and its multicast MIBs?';
      throw this.#error('ERR_READER_OUTPUT', `the agent shows neither addresses nor multicast interfaces: ${hint}`);
    }
    return known(await this.#askWith(details(surveyed, [...this.#besides.keys(), ...missing]), options));
  }

  /** Of the best table that has any. */
  async #allRows(family: Family, device: Device, signal: AbortSignal): Promise<readonly TableRow[]> {
    for (const table of device.routeTables[family]) {
      const rows = await this.#ask(table.all(family), signal);
      if (rows.length > 0) return rows;
    }
    return [];
  }

  /**
   * An agent that has started again may have other interfaces by the same numbers (RFC 2863 §3.1.5).
   * @param survey one that has begun since then
   */
  #noteUpTime(now: UpTime | undefined, survey?: Survey): void {
    const isAnew = hasRestarted(this.#upTime, now);
    this.#upTime = now ?? this.#upTime;
    if (!isAnew) return;
    this.#starts++;
    this.#device = undefined;
    this.#survey = survey;
    if (survey !== undefined) survey.starts = this.#starts;
    this.#hops.forget();
  }

  #ask<Part>(question: Question<Part>, signal: AbortSignal): Promise<Part> {
    return this.#askWith(question, { signal });
  }

  async #askWith<Part>(question: Question<Part>, options: AskOptions): Promise<Part> {
    const { session } = this.#options;
    const onOddity = (text: string) => this.#tell(text);
    return question.parse(await retrieve(question.wants, { session, tables: this.#tables, onOddity, ...options }));
  }

  #tell(oddity: string): void {
    if (this.#oddities.has(oddity) || this.#oddities.size >= MOST_ODDITIES) return;
    this.#oddities.add(oddity);
    this.#options.onOddity(`${this.#options.session.description}: the agent ${oddity}`);
  }

  #error(code: ReaderErrorCode, text: string): ReaderError {
    return new ReaderError(code, `${this.#options.session.description}: ${text}`);
  }
}

function missingIn({ interfaces }: Device, indexes: readonly number[]): number[] {
  const known = new Set(interfaces.map(({ index }) => index));
  return [...new Set(indexes)].filter((index) => !known.has(index));
}
