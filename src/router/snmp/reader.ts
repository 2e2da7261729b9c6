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
import { type Device, details, survey } from './mib/device.ts';
import { type Question, together } from './mib/question.ts';
import type { TableRow } from './mib/route-table.ts';
import { hasRestarted, type UpTime, upTime } from './mib/up-time.ts';
import { retrieve } from './retrieve/retrieve.ts';
import { RowCounts } from './retrieve/row-counts.ts';
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

/** Different ones that are told: of an agent that finds ever new ones no more. */
const MOST_ODDITIES = 50;

/** For one query: what is read after a survey may name one more interface, and then another. */
const MOST_SURVEYS = 3;

/** ifIndexes that no table has, and that rows have named: tunnels, unnumbered links. */
const MOST_BESIDES = 256;

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

class SnmpReaderOfAgent implements SnmpReader {
  readonly description: string;
  readonly #options: SnmpReaderOptions;
  readonly #counts = new RowCounts();
  readonly #oddities = new Set<string>();
  readonly #hops: Hops;
  /** ifIndexes that only rows have named. */
  readonly #besides = new LRUCache<number, true>({ max: MOST_BESIDES });
  #device: KnownDevice | undefined;
  #surveying: Promise<KnownDevice> | undefined;
  #upTime: UpTime | undefined;

  constructor(options: SnmpReaderOptions) {
    this.#options = options;
    this.#hops = new Hops({ ask: (question, signal) => this.#ask(question, signal), monotonicMs: options.monotonicMs });
    this.description = `snmp ${options.session.description}`;
  }

  async readInterfaces(signal: AbortSignal): Promise<Snapshot> {
    return tableSnapshot(this.#options.name, await this.#survey(signal));
  }

  async readForwarding(query: ForwardingQuery, signal: AbortSignal): Promise<Snapshot> {
    let device = this.#device ?? (await this.#survey(signal));
    if (query.group !== null && device.routeTables[query.family].length === 0) {
      throw this.#error('ERR_READER_COMMAND', `the agent has no MIB of multicast routes of IPv${query.family}`);
    }
    for (let hasStarted = false, surveys = 0; ; surveys++) {
      const takenAt = new Date();
      const reading = await this.#hops.read(query, device, signal);
      const missing = missingIn(reading.device, indexesIn(reading));
      const isAnew = this.#noteUpTime(reading.upTime);
      if (!isAnew && missing.length === 0) return forwardingSnapshot(this.#options.name, takenAt, reading);
      if (isAnew && hasStarted) throw this.#error('ERR_READER_OUTPUT', 'the agent starts again and again');
      if (surveys >= MOST_SURVEYS) throw this.#error('ERR_READER_OUTPUT', 'the agent names ever other interfaces');
      hasStarted ||= isAnew;
      device = await this.#surveyAnew(missing, signal);
    }
  }

  async readRoutes(signal: AbortSignal): Promise<Snapshot> {
    const device = await this.#survey(signal);
    const takenAt = new Date();
    const families = await Promise.all(([4, 6] as const).map((family) => this.#allRows(family, device, signal)));
    const rows = families.flat();
    const missing = missingIn(
      device,
      rows.flatMap(({ row }) => indexesOfRow(row)),
    );
    const whole = missing.length === 0 ? device : await this.#surveyAnew(missing, signal);
    return wholeSnapshot(this.#options.name, takenAt, { device: whole, rows, upTime: this.#upTime });
  }

  async close(): Promise<void> {
    this.#options.session.close();
  }

  /** The one that is under way, else a new one. */
  async #survey(signal: AbortSignal): Promise<KnownDevice> {
    if (this.#surveying !== undefined) {
      try {
        return await unlessAborted(this.#surveying, signal, this.description);
      } catch (error) {
        const hasGivenUp = error instanceof ReaderError && error.code === 'ERR_READER_TIMEOUT' && !signal.aborted;
        if (!hasGivenUp) throw error; // else it is ours now
      }
    }
    return this.#surveyAnew([], signal);
  }

  /** @param missing ifIndexes that are there as well, and that no table of addresses or of multicast interfaces has */
  #surveyAnew(missing: readonly number[], signal: AbortSignal): Promise<KnownDevice> {
    for (const index of missing) this.#besides.set(index, true);
    const surveying = this.#surveyNow(missing, signal);
    this.#surveying = surveying;
    const isOver = () => {
      if (this.#surveying === surveying) this.#surveying = undefined;
    };
    surveying.then(isOver, isOver);
    return surveying;
  }

  async #surveyNow(missing: readonly number[], signal: AbortSignal): Promise<KnownDevice> {
    const fromMs = this.#options.monotonicMs();
    const [surveyed, ticks] = await this.#ask(together(survey, upTime), signal);
    this.#noteUpTime(ticks === undefined ? undefined : { ticks, fromMs, toMs: this.#options.monotonicMs() });
    const { addresses, multicast, pim } = surveyed;
    if (addresses.length + multicast.length + pim.length === 0) {
      const hint = 'may we read IP-MIB and its multicast MIBs?';
      throw this.#error('ERR_READER_OUTPUT', `the agent shows neither addresses nor multicast interfaces: ${hint}`);
    }
    this.#device = known(await this.#ask(details(surveyed, [...this.#besides.keys(), ...missing]), signal));
    return this.#device;
  }

  /** Of the best table that has any. */
  async #allRows(family: Family, device: Device, signal: AbortSignal): Promise<readonly TableRow[]> {
    for (const table of device.routeTables[family]) {
      const rows = await this.#ask(table.all(family), signal);
      if (rows.length > 0) return rows;
    }
    return [];
  }

  /** Whether the agent has started again since the last answer, so that what is known of it may be wrong. */
  #noteUpTime(now: UpTime | undefined): boolean {
    const isAnew = hasRestarted(this.#upTime, now);
    this.#upTime = now ?? this.#upTime;
    if (isAnew) this.#hops.forget();
    return isAnew;
  }

  async #ask<Part>(question: Question<Part>, signal: AbortSignal): Promise<Part> {
    const { session } = this.#options;
    const onOddity = (text: string) => this.#tell(text);
    return question.parse(await retrieve(question.wants, { session, signal, counts: this.#counts, onOddity }));
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
