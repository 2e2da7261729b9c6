/**
 * The daemon: sockets, a pool of slots, and the core that works with them. `takeOver` begins, or
 * changes to another configuration, or leaves all as it was; `stop` lets traces finish.
 */
import { networkInterfaces } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import type { Logger } from '../log/log.ts';
import { LineRate } from '../log/rate.ts';
import { SlotPool } from '../net/pool.ts';
import type { HostLink, RecvMeta, Transmit, Unreachable } from '../net/port.ts';
import { UdpPort } from '../net/udp.ts';
import { type Address, familyOf, isAllZeros, parseAddress, parsePrefix, sameAddress } from '../wire/address.ts';
import { Core } from './core.ts';
import { Counts } from './counts.ts';
import { FittingSender } from './fitting.ts';
import { interfaceIndexOf, keyOf, type PortPlan, planPorts } from './ports.ts';

/** 8 MiB: traces and relayed Requests under way, and datagrams in the queues. */
const SLOTS = 4096;
/** An Ethernet's MTU and to spare: 27 IPv4 or 14 IPv6 blocks fit their limits. */
const SLOT_OCTETS = 2048;
const DRAIN_POLL_MS = 20;
/** How long the kernel may take to make room for the last datagrams. */
const FLUSH_PATIENCE_MS = 1000;
/** How often datagrams that the sockets lost are looked for, and said. */
const LOSS_INTERVAL_MS = 10_000;

interface OpenPort {
  readonly plan: PortPlan;
  readonly index: number;
  readonly udp: UdpPort;
}

export class Daemon {
  readonly #log: Logger;
  readonly #pool = new SlotPool(SLOTS, SLOT_OCTETS);
  readonly #counts: Counts;
  #ports: readonly OpenPort[] = [];
  /** Not in the configuration any more, but a retiring core still answers from them. */
  #leaving: readonly OpenPort[] = [];
  #core: Core | undefined;
  #retiring: Core[] = [];
  #lastIndex = 0;
  #isStopping = false;
  readonly #looking: NodeJS.Timeout;
  #lostCount = 0;

  constructor(log: Logger) {
    this.#log = log;
    this.#counts = new Counts(log, new LineRate());
    this.#looking = setInterval(() => this.#reportLosses(), LOSS_INTERVAL_MS).unref();
  }

  /**
   * Takes no more datagrams, lets traces finish within `patienceMs` or until `haste`, ends the others with what is
   * known, closes everything.
   */
  async stop(patienceMs: number, haste: AbortSignal): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#looking);
    const cores = [...this.#retiring, ...(this.#core === undefined ? [] : [this.#core])];
    await settle(() => cores.every((core) => core.isIdle), patienceMs, haste);
    await Promise.all(cores.map((core) => this.#end(core)));
    for (const { udp } of [...this.#ports, ...this.#leaving]) udp.close();
    this.#log.info(
      { counts: this.#counts.summary(), ports: this.#ports.map((port) => this.#portCounts(port)) },
      'stopped',
    );
  }

  /**
   * Begins to work with a configuration, or changes to another one: sockets that stay the same are kept, and so is what
   * was learned of routers that stay. Throws what the kernel says, and then nothing has changed.
   */
  takeOver(config: Config): void {
    const before = this.#ports;
    const ports = this.#openPorts(planPorts(config, hostAddresses()));
    const old = this.#core;
    const core = new Core({
      config,
      pool: this.#pool,
      sender: new FittingSender({ send: (transmit, done) => this.#send(transmit, done) }, this.#pool),
      hostLinks,
      requestPorts: { 4: requestPort(config, ports, 4), 6: requestPort(config, ports, 6) },
      portFor: (source) => portFor(ports, source),
      counts: this.#counts,
      log: this.#log,
      previous: this.#core,
    });
    this.#ports = ports;
    this.#core = core;
    const isStaying = (port: OpenPort) => ports.some((kept) => kept.udp === port.udp);
    this.#leaving = this.#leaving.filter((port) => !isStaying(port));
    const gone = before.filter((port) => !isStaying(port));
    if (old !== undefined) void this.#retire(old, gone);
    this.#log.info({ listening: ports.map(({ plan }) => plan.key), routers: config.routers.length }, 'ready');
  }

  async #retire(core: Core, gone: readonly OpenPort[]): Promise<void> {
    this.#retiring.push(core);
    this.#leaving = [...this.#leaving, ...gone];
    await settle(() => core.isFinished, core.patienceMs);
    await this.#end(core);
    // A later configuration may have taken an address back meanwhile.
    for (const { udp } of gone.filter((port) => this.#leaving.includes(port))) udp.close();
    this.#leaving = this.#leaving.filter((port) => !gone.includes(port));
    this.#retiring = this.#retiring.filter((other) => other !== core);
  }

  /** Sends what is known of the traces that wait, and lets it leave. */
  async #end(core: Core): Promise<void> {
    core.finish();
    const ports = [...this.#ports, ...this.#leaving];
    await Promise.all([core.close(), settle(() => ports.every(({ udp }) => udp.queued === 0), FLUSH_PATIENCE_MS)]);
  }

  /** The sockets of the plan; those that are open already are kept, with other groups if need be. Throws with no change. */
  #openPorts(plans: readonly PortPlan[]): OpenPort[] {
    const undo: (() => void)[] = [];
    try {
      this.#makeWay(plans, undo);
      const ports = plans.map((plan) => {
        const open = [...this.#ports, ...this.#leaving].filter((port) => !port.udp.isClosed);
        const kept = open.find((port) => port.plan.key === plan.key);
        const port = kept === undefined ? this.#open(plan) : { ...kept, plan };
        if (kept === undefined) undo.push(() => port.udp.close());
        else if (kept.plan.transparent !== plan.transparent) {
          kept.udp.setTransparent(plan.transparent);
          undo.push(() => kept.udp.setTransparent(kept.plan.transparent));
        }
        for (const { group, interfaceIndex } of joinsMissing(plan, kept?.plan)) {
          port.udp.join(group, interfaceIndex);
          undo.push(() => port.udp.leave(group, interfaceIndex));
        }
        return port;
      });
      for (const { plan, udp } of [...this.#ports, ...this.#leaving]) {
        const port = ports.find((one) => one.udp === udp);
        if (port === undefined) continue;
        for (const { group, interfaceIndex } of joinsMissing(plan, port.plan)) udp.leave(group, interfaceIndex);
      }
      return ports;
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    }
  }

  /** Closes what holds an address that the plan wants for another socket: a wildcard, or what a wildcard would cover. */
  #makeWay(plans: readonly PortPlan[], undo: (() => void)[]): void {
    for (const port of [...this.#ports, ...this.#leaving]) {
      const isKept = plans.some((plan) => plan.key === port.plan.key);
      if (isKept || port.udp.isClosed || !plans.some((plan) => overlaps(plan, port.plan))) continue;
      port.udp.close();
      undo.push(() => {
        const reopened = this.#open(port.plan, port.index);
        for (const { group, interfaceIndex } of port.plan.join) reopened.udp.join(group, interfaceIndex);
        this.#ports = this.#ports.map((other) => (other === port ? reopened : other));
      });
    }
  }

  #open(plan: PortPlan, index = ++this.#lastIndex): OpenPort {
    const udp = new UdpPort({
      index,
      address: plan.address,
      port: plan.port,
      scope: plan.scope,
      transparent: plan.transparent,
      pool: this.#pool,
      receive: (slot, meta) => this.#receive(slot, meta, udp),
      unreachable: (event) => this.#unreachable(event),
      truncated: (sender) => {
        const value = this.#pool.slotOctets;
        this.#counts.drop({ reason: 'longer-than-slot', sender, value }, performance.now());
      },
    });
    return { plan, index, udp };
  }

  #receive(slot: number, meta: RecvMeta, udp: UdpPort): void {
    const isLeaving = this.#leaving.some((port) => port.udp === udp);
    if (this.#core === undefined || this.#isStopping || isLeaving) return this.#pool.release(slot);
    this.#core.receive(slot, meta);
  }

  #unreachable(event: Unreachable): void {
    this.#counts.unreachable(event, performance.now());
    for (const core of this.#retiring) core.unreachable(event);
    this.#core?.unreachable(event);
  }

  #send(transmit: Transmit, done: (slot: number, errno: string | undefined) => void): boolean {
    const ports = [...this.#ports, ...this.#leaving];
    const arrived = ports.find((port) => port.index === transmit.port);
    const port = ports.find((one) => one.plan.key === arrived?.plan.answerFrom) ?? arrived;
    // A socket that had to make way: who has its address now can send from it.
    const isHeir = (one: OpenPort) => !one.udp.isClosed && port !== undefined && overlaps(one.plan, port.plan);
    const heir = port?.udp.isClosed === true ? ports.find(isHeir) : undefined;
    return (heir ?? port)?.udp.send(transmit, done) ?? false;
  }

  /** Datagrams that never reached the engine, or never left: too long, no free slot, a full queue, refused by the kernel. */
  #reportLosses(): void {
    const counts = this.#ports.map((port) => this.#portCounts(port));
    const lost = counts.reduce((sum, one) => sum + one.truncated + one.poolEmpty + one.queueFull + one.failed, 0);
    if (lost > this.#lostCount) this.#log.warn({ ports: counts }, 'datagrams lost');
    this.#lostCount = lost;
  }

  #portCounts({ plan, udp }: OpenPort) {
    return { port: plan.key, ...udp.counts, ...udp.sendCounts };
  }
}

/** Waits until it is so, for a while. */
async function settle(isDone: () => boolean, patienceMs: number, haste?: AbortSignal): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!isDone() && haste?.aborted !== true && performance.now() < endMs) await setTimeout(DRAIN_POLL_MS);
}

/** Requests leave from the first `listen` of the family: peers know this daemon by that address. */
function requestPort(config: Config, ports: readonly OpenPort[], family: 4 | 6): number | undefined {
  const first = config.listen.find((listen) => familyOf(listen.address) === family);
  return ports.find(({ plan }) => first !== undefined && plan.key === keyOf(first.address, first.port))?.index;
}

/** The socket of this very address, else the wildcard of its family. */
function portFor(ports: readonly OpenPort[], source: Address): number | undefined {
  const of = (address: Address) => ports.find(({ plan }) => sameAddress(plan.address, address));
  return (of(source) ?? of(new Uint8Array(source.length)))?.index;
}

/** Whether one of the two is the wildcard of the other's family and port: Linux does not bind both. */
function overlaps(a: PortPlan, b: PortPlan): boolean {
  if (a.port !== b.port || familyOf(a.address) !== familyOf(b.address)) return false;
  return isAllZeros(a.address) !== isAllZeros(b.address);
}

/** What one plan joins and the other does not. */
function joinsMissing(plan: PortPlan, other: PortPlan | undefined): PortPlan['join'] {
  return plan.join.filter(
    ({ group, interfaceIndex }) =>
      !other?.join.some((joined) => joined.interfaceIndex === interfaceIndex && sameAddress(joined.group, group)),
  );
}

function hostAddresses(): Address[] {
  return hostRows().flatMap((row) => parseAddress(row.address) ?? []);
}

function hostLinks(): HostLink[] {
  return Object.entries(networkInterfaces()).flatMap(([name, rows = []]) => {
    const interfaceIndex = interfaceIndexOf(name);
    return rows.flatMap(({ cidr }) => {
      const network = cidr === null ? undefined : parsePrefix(cidr);
      return network === undefined || interfaceIndex === undefined ? [] : [{ network, interfaceIndex }];
    });
  });
}

function hostRows() {
  return Object.values(networkInterfaces()).flatMap((rows) => rows ?? []);
}
