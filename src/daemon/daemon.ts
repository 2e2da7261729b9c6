/**
 * The daemon: sockets, a pool of slots, and the core that works with them. `start` binds everything or throws; `reload`
 * changes to another configuration without losing a datagram, or leaves all as it was; `stop` lets traces finish.
 */
import { networkInterfaces } from 'node:os';
import type { Config } from '../config/config.ts';
import type { Logger } from '../log/log.ts';
import { LineRate } from '../log/rate.ts';
import { SlotPool } from '../net/pool.ts';
import type { RecvMeta, Transmit, Unreachable } from '../net/port.ts';
import { UdpPort } from '../net/udp.ts';
import { type Address, familyOf, type Prefix, parseAddress, parsePrefix } from '../wire/address.ts';
import { Core } from './core.ts';
import { Counts } from './counts.ts';
import { type PortPlan, planPorts } from './ports.ts';

/** 8 MiB: traces and relayed Requests under way, and datagrams in the queues. */
const SLOTS = 4096;
/** An Ethernet's MTU and to spare: 27 IPv4 or 14 IPv6 blocks fit their limits. */
const SLOT_OCTETS = 2048;
const DRAIN_POLL_MS = 20;

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
  #core: Core | undefined;
  #retiring: Core[] = [];
  #lastIndex = 0;
  #isStopping = false;

  constructor(log: Logger) {
    this.#log = log;
    this.#counts = new Counts(log, new LineRate());
  }

  get counts(): Counts {
    return this.#counts;
  }

  /** Binds all sockets of the configuration. Throws what the kernel says; then nothing is left open. */
  start(config: Config): void {
    this.#takeOver(config);
  }

  /** As `start`, for a running daemon: sockets that stay the same are kept. Throws, and then nothing has changed. */
  reload(config: Config): void {
    this.#takeOver(config);
  }

  /** Takes no more datagrams, lets traces finish within `patienceMs`, closes everything. */
  async stop(patienceMs: number): Promise<void> {
    this.#isStopping = true;
    const cores = [...this.#retiring, ...(this.#core === undefined ? [] : [this.#core])];
    await settle(() => cores.every((core) => core.isIdle), patienceMs);
    await Promise.all(cores.map((core) => core.close()));
    for (const { udp } of this.#ports) udp.close();
    this.#log.info(
      { counts: this.#counts.summary(), ports: this.#ports.map((port) => this.#portCounts(port)) },
      'stopped',
    );
  }

  #takeOver(config: Config): void {
    const ports = this.#openPorts(planPorts(config, hostAddresses()));
    const before = this.#ports;
    const old = this.#core;
    this.#ports = ports;
    this.#core = new Core({
      config,
      pool: this.#pool,
      sender: { send: (transmit, done) => this.#send(transmit, done) },
      hostNetworks: hostNetworks(),
      requestPorts: { 4: requestPort(config, ports, 4), 6: requestPort(config, ports, 6) },
      counts: this.#counts,
      log: this.#log,
    });
    const gone = before.filter((port) => !ports.includes(port));
    if (old !== undefined) void this.#retire(old, gone, config.replyTimeoutMs);
    this.#log.info({ listening: ports.map(({ plan }) => plan.key), routers: config.routers.length }, 'ready');
  }

  async #retire(core: Core, ports: readonly OpenPort[], patienceMs: number): Promise<void> {
    this.#retiring.push(core);
    await settle(() => core.isIdle, patienceMs);
    await core.close();
    for (const { udp } of ports) udp.close();
    this.#retiring = this.#retiring.filter((other) => other !== core);
  }

  /** The sockets of the plan, those that are open already as they are. Throws with none opened. */
  #openPorts(plans: readonly PortPlan[]): OpenPort[] {
    const opened: OpenPort[] = [];
    try {
      return plans.map((plan) => {
        const kept = this.#ports.find((port) => port.plan.key === plan.key && sameJoins(port.plan, plan));
        if (kept !== undefined) return kept;
        const port = this.#open(plan);
        opened.push(port);
        return port;
      });
    } catch (error) {
      for (const { udp } of opened) udp.close();
      throw error;
    }
  }

  #open(plan: PortPlan): OpenPort {
    const index = ++this.#lastIndex;
    const udp = new UdpPort({
      index,
      address: plan.address,
      port: plan.port,
      transparent: plan.transparent,
      pool: this.#pool,
      receive: (slot, meta) => this.#receive(slot, meta),
      unreachable: (event) => this.#unreachable(event),
    });
    try {
      for (const { group, interfaceIndex } of plan.join) udp.join(group, interfaceIndex);
    } catch (error) {
      udp.close();
      throw error;
    }
    return { plan, index, udp };
  }

  #receive(slot: number, meta: RecvMeta): void {
    if (this.#core === undefined || this.#isStopping) return this.#pool.release(slot);
    this.#core.receive(slot, meta);
  }

  #unreachable(event: Unreachable): void {
    for (const core of this.#retiring) core.unreachable(event);
    this.#core?.unreachable(event);
  }

  #send(transmit: Transmit, done: (slot: number, errno: string | undefined) => void): boolean {
    const arrived = this.#ports.find((port) => port.index === transmit.port);
    const port = this.#ports.find((one) => one.plan.key === arrived?.plan.answerFrom) ?? arrived;
    return port?.udp.send(transmit, done) ?? false;
  }

  #portCounts({ plan, udp }: OpenPort) {
    return { port: plan.key, ...udp.counts, ...udp.sendCounts };
  }
}

/** Waits until it is so, for a while. */
async function settle(isDone: () => boolean, patienceMs: number): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!isDone() && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
}

function requestPort(config: Config, ports: readonly OpenPort[], family: 4 | 6): number | undefined {
  const keys = config.listen.filter((listen) => familyOf(listen.address) === family);
  const [first] = keys;
  return ports.find(({ plan }) => plan.address === first?.address && plan.port === first.port)?.index;
}

function sameJoins(a: PortPlan, b: PortPlan): boolean {
  return JSON.stringify([a.join, a.transparent]) === JSON.stringify([b.join, b.transparent]);
}

function hostAddresses(): Address[] {
  return hostRows().flatMap((row) => parseAddress(row.address) ?? []);
}

function hostNetworks(): Prefix[] {
  return hostRows().flatMap((row) => (row.cidr === null ? [] : (parsePrefix(row.cidr) ?? [])));
}

function hostRows() {
  return Object.values(networkInterfaces()).flatMap((rows) => rows ?? []);
}
