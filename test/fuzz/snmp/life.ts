/** Lives an agent's life, and looks at what the reader makes of it. */
import { ReaderError } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { createSnmpReader, type SnmpReader } from '../../../src/router/snmp/reader.ts';
import { check } from '../engine/invariants.ts';
import type { See } from '../target.ts';
import { type Clock, FakeAgent } from './agent.ts';
import type { Event, Life } from './input.ts';
import { checkSame, checkSnapshot, NAME } from './snapshot-rules.ts';
import { DURATIONS_MS, OTHER_READS, QUERIES } from './world.ts';

/** As of reader.ts. */
const MOST_ODDITIES = 50;

export async function live({ options, events }: Life, see: See): Promise<void> {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown) => void rejections.push(reason);
  process.on('unhandledRejection', onRejection);
  try {
    const life = new LifeOfAgent(options, see);
    for (const event of events) await life.happens(event);
    await life.ends();
    // Only then Node says what nobody has looked at.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', onRejection);
  }
  check(rejections.length === 0, `leaves a rejection unhandled: ${rejections[0]}`);
}

class LifeOfAgent {
  readonly #clock: Clock = { ms: 1_000_000 };
  readonly #agent: FakeAgent;
  readonly #reader: SnmpReader;
  readonly #oddities: string[] = [];
  readonly #see: See;

  constructor(options: number, see: See) {
    this.#agent = new FakeAgent(options, this.#clock);
    this.#see = see;
    this.#reader = createSnmpReader({
      name: NAME,
      session: this.#agent,
      onOddity: (text) => void this.#oddities.push(text),
      monotonicMs: () => this.#clock.ms,
    });
  }

  async happens(event: Event): Promise<void> {
    switch (event.kind) {
      case 'row':
        return this.#agent.put(event);
      case 'fault':
        return this.#agent.spoil(event);
      case 'mend':
        return this.#agent.mend();
      case 'pass':
        this.#clock.ms += DURATIONS_MS[event.duration % DURATIONS_MS.length]!;
        return;
      case 'read':
        return this.#read(event.what % (OTHER_READS.length + QUERIES.length));
    }
  }

  async ends(): Promise<void> {
    await this.#reader.close();
    check(this.#agent.isClosed, 'leaves its session open');
    check(this.#oddities.length <= MOST_ODDITIES, 'tells of ever new oddities');
    check(new Set(this.#oddities).size === this.#oddities.length, 'tells of an oddity twice');
  }

  async #read(what: number): Promise<void> {
    const asks = this.#agent.asks;
    switch (OTHER_READS[what]) {
      case 'interfaces':
        await this.#take('interfaces', undefined, this.#reader.readInterfaces(never()));
        break;
      case 'routes':
        await this.#take('routes', undefined, this.#reader.readRoutes(never()));
        break;
      case 'two at once':
        await Promise.all([0, 1].map((which) => this.#forwarding(which, never())));
        break;
      case 'aborted': {
        const aborting = new AbortController();
        const reading = this.#forwarding(0, aborting.signal);
        aborting.abort();
        await reading;
        break;
      }
      default:
        await this.#forwardingTwice(what - OTHER_READS.length);
    }
    const asked = this.#agent.asks - asks;
    const most = MOST_ASKS + ASKS_PER_INSTANCE * this.#agent.size;
    check(asked <= most, `asks ${asked} times an agent of ${this.#agent.size} instances`);
    this.#see(`asks ${Math.ceil(Math.log2(1 + asked))}`);
  }

  /** Where nothing has changed, what is remembered of the first time changes nothing. */
  async #forwardingTwice(which: number): Promise<void> {
    const first = await this.#forwarding(which, never());
    if (first !== undefined && !this.#agent.isFaulty) checkSame(first, await this.#forwarding(which, never()));
  }

  #forwarding(which: number, signal: AbortSignal): Promise<Snapshot | undefined> {
    const query = QUERIES[which]!;
    return this.#take(`IPv${query.family}`, query, this.#reader.readForwarding(query, signal));
  }

  async #take(
    what: string,
    query: (typeof QUERIES)[number] | undefined,
    reading: Promise<Snapshot>,
  ): Promise<Snapshot | undefined> {
    try {
      const snapshot = await reading;
      this.#see(`${what}: ${checkSnapshot(snapshot, query)}`);
      return snapshot;
    } catch (error) {
      if (!(error instanceof ReaderError)) throw error;
      check(error.message.length < 500, `says too much: ${error.message}`);
      this.#see(`${what}: ${error.code}`);
      return undefined;
    }
  }
}

/** Of one read: where many names lead to one that cannot be read, each is found by halves; and more where rows come singly. */
const MOST_ASKS = 2500;
const ASKS_PER_INSTANCE = 2;

function never(): AbortSignal {
  return new AbortController().signal;
}
