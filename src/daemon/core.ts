/**
 * One configuration at work: engine, domain and reads of routers, joined. Carries out what the engine emits and knows no
 * rule of the protocol. On a reload a new core takes over new datagrams; the old one finishes its traces.
 */
import { MTRACE2_PORT } from '../../proto/registry.ts';
import type { Config, RouterConfig } from '../config/config.ts';
import { Domain } from '../domain/domain.ts';
import type { Logger } from '../log/log.ts';
import type { SlotPool } from '../net/pool.ts';
import { type HostLink, type RecvMeta, subnetsOn, type Transmit, type Unreachable } from '../net/port.ts';
import { type ForwardingQuery, isBusy } from '../router/port.ts';
import { RouterReads } from '../router/reads.ts';
import type { InterfaceState, RouterState } from '../router/state.ts';
import { codeOf } from '../router/trouble.ts';
import { Engine } from '../trace/engine.ts';
import type { Answer, Ask, DropReason, Now, Output } from '../trace/events.ts';
import { READ_SHARE } from '../trace/questions.ts';
import { Access } from '../verify/access.ts';
import { GatewayQueries } from '../verify/gateway-queries.ts';
import { type Address, formatAddress, type Prefix } from '../wire/address.ts';
import type { Counts } from './counts.ts';
import type { Sender } from './fitting.ts';
import { KnownPaths } from './known-paths.ts';
import { Readers } from './readers.ts';
import { round } from './rounds.ts';

export interface CoreOptions {
  readonly config: Config;
  readonly pool: SlotPool;
  readonly sender: Sender;
  /** The networks that this host is connected to, as they are now. */
  readonly hostLinks: () => readonly HostLink[];
  /** Index of the port that Requests leave from, by family. */
  readonly requestPorts: { readonly 4: number | undefined; readonly 6: number | undefined };
  /** Index of a port that can send from this address. */
  readonly portFor: (source: Address) => number | undefined;
  readonly counts: Counts;
  readonly log: Logger;
  /** The core before a reload: what it has learned of routers that stay holds until they are read again. */
  readonly previous: Core | undefined;
}

/** Interface tables change seldom; addresses that moved are noticed within this time, at the start within twice. */
const LEARN_INTERVAL_MS = 60_000;
/** Nobody waits for a table that is read again. */
const LEARN_TIMEOUT_MS = 30_000;
/** A router that was never read is tried sooner: until then nobody knows which addresses are its own. */
const UNKNOWN_INTERVAL_MS = 10_000;
/** One that was not asked, because its turn never came, is sooner still: names of one device are read one after the other. */
const BUSY_INTERVAL_MS = 500;
/** The part of the engine's wait for a router that all its readers together may use: their failure comes in time. */
const READERS_SHARE = 0.9;

export class Core {
  /** Kept over a reload: Replies to them may still come. */
  readonly gatewayQueries: GatewayQueries;
  /** The same: those that stay go on. */
  readonly readers: Readers;
  readonly #options: Omit<CoreOptions, 'previous'>;
  readonly #engine: Engine;
  readonly #domain: Domain;
  readonly #reads: ReadonlyMap<string, RouterReads>;
  readonly #paths = new KnownPaths();
  readonly #learning: readonly NodeJS.Timeout[];
  /** Those whose turn never came. */
  readonly #busy = new Map<string, RouterReads>();
  #hostLinks: readonly HostLink[];
  #hostNetworks: readonly Prefix[];
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor({ previous, ...options }: CoreOptions) {
    const { config, pool } = options;
    this.#options = options;
    this.gatewayQueries = previous?.gatewayQueries ?? new GatewayQueries(config.replyTimeoutMs);
    this.readers = previous?.readers ?? new Readers(options.log);
    this.#hostLinks = options.hostLinks();
    this.#hostNetworks = networksOf(this.#hostLinks);
    this.#domain = new Domain(
      config.routers.map(({ name, addresses = [], standIn, gateway }) => ({ name, addresses, standIn, gateway })),
      config.peers,
    );
    for (const { name } of config.routers) {
      const interfaces = previous?.interfacesOf(name);
      if (interfaces !== undefined) this.#domain.learn(name, interfaces);
    }
    this.#reads = new Map(config.routers.map((router) => [router.name, this.#readsOf(router)]));
    this.#engine = new Engine({
      memory: pool,
      slotOctets: pool.slotOctets,
      takeSlot: () => pool.take(),
      domain: this.#domain,
      access: new Access({
        queryNetworks: config.access.queries,
        requestNetworks: config.access.requests,
        prohibit: config.access.prohibit,
        hideFrom: config.access.hideFrom,
        hostNetworks: () => this.#hostNetworks,
        isOnRouterLink: (address) => this.#domain.isOnRouterLink(address),
        isRouterBroadcast: (address) => this.#domain.isBroadcast(address),
        mayBeNeighbor: (address, index) => this.#domain.mayBeNeighbor(address, subnetsOn(this.#hostLinks, index)),
      }),
      limits: config.limits,
      native: config.native,
      hostLinks: () => this.#hostLinks,
      requestPorts: options.requestPorts,
      portFor: options.portFor,
      replyTimeoutMs: config.replyTimeoutMs,
      replyPort: config.listen[0]?.port ?? MTRACE2_PORT,
      gatewayQueries: this.gatewayQueries,
      relayedLimit: pool.slots >> 1,
    });
    this.#learning = [
      setInterval(() => this.#lookAround(), LEARN_INTERVAL_MS),
      round([...this.#reads], LEARN_INTERVAL_MS, ([router, reads]) => void this.#learn(router, reads)),
      setInterval(() => this.#learnUnknown(), UNKNOWN_INTERVAL_MS),
      setInterval(() => this.#learnBusy(), BUSY_INTERVAL_MS),
    ];
    for (const [router, reads] of this.#reads) void this.#learn(router, reads);
  }

  receive(slot: number, meta: RecvMeta): void {
    this.#engine.receive(slot, meta, now());
    this.#carryOut();
  }

  unreachable(event: Unreachable): void {
    this.#engine.unreachable(event, now());
    this.#carryOut();
  }

  /** The interface table of a router as last learned. */
  interfacesOf(router: string): readonly InterfaceState[] | undefined {
    return this.#domain.interfacesOf(router);
  }

  /** Whether no trace waits for a router. */
  get isIdle(): boolean {
    return this.#engine.isIdle;
  }

  /** Whether, besides, no relayed Request can come back as unreachable any more. */
  get isFinished(): boolean {
    return this.#engine.isIdle && this.#engine.nextDeadline() === Number.POSITIVE_INFINITY;
  }

  /** How long its traces may take to finish by themselves, milliseconds: their clients wait no longer. */
  get patienceMs(): number {
    return this.#options.config.replyTimeoutMs;
  }

  /** Ends what still waits for a router: its client gets what is known. */
  finish(): void {
    this.#engine.finish(now());
    this.#carryOut();
  }

  /** Ends sessions with routers that no other core reads, and commands that run there. To be called after `finish`. */
  async close(): Promise<void> {
    for (const timer of this.#learning) clearInterval(timer);
    clearTimeout(this.#timer);
    await Promise.all([...this.#reads.values()].map((reads) => reads.close()));
  }

  #carryOut(): void {
    for (let output = this.#engine.poll(); output !== undefined; output = this.#engine.poll()) this.#do(output);
    this.#setTimer();
  }

  #do(output: Output): void {
    const { pool, counts } = this.#options;
    switch (output.kind) {
      case 'ask':
        this.#ask(output);
        break;
      case 'send':
        this.#send(output.transmit);
        break;
      case 'drop':
        counts.drop(output, performance.now(), () => this.#unreadFor(output.reason));
        pool.release(output.slot);
        break;
      case 'release':
        pool.release(output.slot);
        break;
      case 'note':
        counts.note(output, performance.now());
    }
  }

  /** Who may ask is known of the routers, where it is not configured: of these it is not. */
  #unreadFor(reason: DropReason): readonly string[] | undefined {
    const isOfNetworks = reason === 'sender-not-allowed' || reason === 'client-not-allowed';
    if (!isOfNetworks || this.#options.config.access.queries !== undefined) return undefined;
    const unread = this.#domain.unlearned();
    return unread.length > 0 ? unread.slice(0, 5) : undefined;
  }

  #ask({ askId, router, wanted, after }: Ask): void {
    const reads = this.#reads.get(router);
    if (reads === undefined) return this.#engine.answered(askId, undefined, now());
    if (wanted === 'interfaces') {
      this.#learn(router, reads).then((answer) => this.#answered(askId, answer));
      return;
    }
    const query: ForwardingQuery = {
      family: wanted.family,
      group: wanted.group === undefined ? null : formatAddress(wanted.group),
      source: wanted.source === undefined ? null : formatAddress(wanted.source),
    };
    const way = `${query.source} ${query.group}`;
    if (after !== undefined) this.#paths.learn(way, after, router);
    const remembered = reads.remembered(query);
    if (remembered !== undefined) return this.#engine.answered(askId, remembered, now());
    for (const upstream of this.#paths.beyond(way, router)) this.#readAhead(upstream, query);
    reads.forwarding(query).then(
      (state) => {
        this.#takeOver(router, state);
        this.#answered(askId, state);
      },
      (error: Error) => {
        this.#sayIfBusy(router, error);
        this.#answered(askId, undefined);
      },
    );
  }

  #readAhead(router: string, query: ForwardingQuery): void {
    this.#reads
      .get(router)
      ?.ahead(query)
      ?.then((state) => this.#takeOver(router, state))
      .catch(() => {}); // `onTrouble` has said why
  }

  #answered(askId: number, answer: Answer): void {
    this.#engine.answered(askId, answer, now());
    this.#carryOut();
  }

  #send(transmit: Transmit): void {
    const sent = (slot: number, errno: string | undefined) => {
      if (errno !== undefined) this.#options.counts.unsent(transmit, errno, performance.now());
      this.#engine.sent(slot, errno === undefined, now());
    };
    const done = (slot: number, errno: string | undefined) => {
      sent(slot, errno);
      this.#carryOut();
    };
    if (!this.#options.sender.send(transmit, done)) sent(transmit.slot, 'ENOBUFS');
  }

  #lookAround(): void {
    this.#hostLinks = this.#options.hostLinks();
    this.#hostNetworks = networksOf(this.#hostLinks);
  }

  #learnUnknown(): void {
    for (const [router, reads] of this.#reads) {
      if (this.#domain.interfacesOf(router) === undefined) void this.#learn(router, reads);
    }
  }

  #learnBusy(): void {
    const all = [...this.#busy];
    this.#busy.clear();
    for (const [router, reads] of all) void this.#learn(router, reads);
  }

  async #learn(router: string, reads: RouterReads): Promise<Answer> {
    try {
      return this.#takeOver(router, await reads.interfaces());
    } catch (error) {
      this.#domain.couldNotLearn(router);
      this.#sayIfBusy(router, error);
      if (isBusy(error)) this.#busy.set(router, reads);
      return undefined;
    }
  }

  /** Any other reason is said by `onTrouble`, once. */
  #sayIfBusy(router: string, error: unknown): void {
    if (isBusy(error)) this.#options.counts.overLimit(router, performance.now());
  }

  #takeOver(router: string, state: RouterState): Answer {
    const interfaces = [...state.interfaces.values()];
    if (this.#domain.interfacesOf(router) === undefined) {
      this.#options.log.info({ router, interfaces: interfaces.length }, 'learned');
    }
    this.#domain.learn(router, interfaces, state.neighbors);
    return interfaces;
  }

  #readsOf(router: RouterConfig): RouterReads {
    const { config, log } = this.#options;
    return new RouterReads({
      router: router.name,
      readers: this.readers.of(router),
      maxAgeMs: router.maxAgeMs,
      timeoutMs: Math.floor(config.replyTimeoutMs * READ_SHARE * READERS_SHARE),
      learnTimeoutMs: LEARN_TIMEOUT_MS,
      perSecond: config.limits.reads.perSecond,
      concurrency: config.limits.reads.concurrency,
      onTrouble: (reader, trouble) => {
        const about = { router: router.name, reader: reader.description };
        if (trouble === undefined) log.info(about, 'reads again');
        else log.warn({ ...about, code: codeOf(trouble), error: trouble.message }, 'cannot be read');
      },
      monotonicMs: () => performance.now(),
    });
  }

  /** Wakes the engine at its next deadline; a timer that is early enough is left alone. */
  #setTimer(): void {
    const deadlineMs = this.#engine.nextDeadline();
    if (deadlineMs >= this.#timerMs) return;
    clearTimeout(this.#timer);
    this.#timerMs = deadlineMs;
    this.#timer = setTimeout(
      () => {
        this.#timerMs = Number.POSITIVE_INFINITY;
        this.#engine.tick(now());
        this.#carryOut();
      },
      Math.max(0, Math.ceil(deadlineMs - performance.now())),
    );
  }
}

function networksOf(links: readonly HostLink[]): Prefix[] {
  return links.map(({ network }) => network);
}

function now(): Now {
  // Not performance.timeOrigin: kernel timestamps follow the wall clock when it is stepped, and so must these.
  return { monotonicMs: performance.now(), unixMs: Date.now() };
}
