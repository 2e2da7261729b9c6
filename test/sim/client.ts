/** The client: one Query out, Replies in, joined by the product's own rules (src/client/collate.ts). Ends by time at the latest. */
import { hopsOf } from '../../src/client/collate.ts';
import { type Ending, endingOf, moreToCome } from '../../src/client/ending.ts';
import type { HopBlock, Reply } from '../../src/client/hop-block.ts';
import { verifyReply } from '../../src/verify/reply.ts';
import { parseAddress } from '../../src/wire/address.ts';
import { emitQuery } from '../../src/wire/emit.ts';
import { messageToJson, type TlvJson } from '../../src/wire/print.ts';
import { checkMessage, emptyMessage, type Memory, memoryOf } from '../../src/wire/view.ts';
import { hexOf } from './extras.ts';
import { hostAddress } from './host.ts';
import type { Network } from './model.ts';
import { joined } from './native-octets.ts';
import { type Delivery, Wire } from './network.ts';
import { isRoutersGroup } from './unknown-upstream.ts';

const TIMEOUT_MS = 10_000;
/** How long src/client/exchange.ts waits for what may well not come. */
const GRACE_MS = 2000;
const MTRACE2_PORT = 33435;

export interface Shown {
  /** Standard Response Blocks by their place on the path, from 1. */
  readonly hops: ReadonlyMap<number, TlvJson>;
  /** Augmented Response Blocks behind each, in hexadecimal: of other types than 0x0001. */
  readonly augmented: ReadonlyMap<number, string>;
  /** The same, in the pieces they came in. */
  readonly replies: readonly (readonly TlvJson[])[];
  readonly ending: Ending;
  /** Whether the client expects more, as it ends. */
  readonly moreToCome: 'no' | 'perhaps' | 'yes';
  /** Virtual time from the Query to the end. */
  readonly tookMs: number;
}

export class SimulatedClient {
  readonly #network: Network;
  readonly #wire: Wire;
  readonly #query: Memory;
  readonly #header: number;
  readonly #replies: Reply[] = [];
  #startMs = 0;
  #endMs: number | undefined;
  /** Replies that were not the first of their kind, or came too late. */
  late = 0;

  constructor(network: Network, wire: Wire) {
    this.#network = network;
    this.#wire = wire;
    const query = emitQuery({
      hops: network.query.hops,
      multicastAddress: network.target === 'source' ? undefined : parseAddress(network.group)!,
      sourceAddress: network.target === 'group' ? undefined : parseAddress(network.source)!,
      clientAddress: parseAddress(network.client)!,
      queryId: network.query.id,
      clientPort: network.query.port,
    });
    const extended = network.query.extended.map(({ octets }) => octets);
    this.#query = memoryOf(joined(query.octets, ...extended));
    this.#header = query.octets.length;
  }

  ask(): void {
    const destination = this.#destination;
    this.#startMs = this.#wire.ms;
    this.#wire.send({
      sender: 'client',
      source: this.#network.client,
      sourcePort: this.#network.query.port,
      destination,
      destinationPort: MTRACE2_PORT,
      hopLimit: isRoutersGroup(destination) ? 1 : 64,
      octets: this.#query.octets,
      link: isRoutersGroup(destination) ? this.#network.clientLink : undefined,
    });
    this.#wire.after(TIMEOUT_MS, () => {
      this.#endMs ??= this.#wire.ms;
    });
  }

  get #destination(): string {
    const { query, family } = this.#network;
    if (query.way.kind === 'router') return query.way.address;
    if (query.way.kind === 'daemon') return hostAddress(family, 1, query.way.daemon);
    return family === 4 ? '224.0.0.2' : 'ff02::2';
  }

  receive({ datagram }: Delivery): void {
    const { octets } = datagram;
    const memory = memoryOf(octets);
    const message = emptyMessage();
    const fault = checkMessage(memory.view, 0, octets.length, message) ?? verifyReply(this.#query, memory, message);
    if (fault !== undefined || message.droppedOctets > 0)
      throw new Error(`the client got no Reply to its Query: ${fault}`);
    const asked = this.#query.octets.subarray(this.#header);
    if (asked.some((octet, i) => octet !== octets[this.#header + i]))
      throw new Error('an Extended Query Block did not come back as it was');
    const isKnown = this.#replies.some((known) => Buffer.compare(known.memory.octets, octets) === 0);
    if (isKnown || this.#endMs !== undefined) {
      this.late++;
      return;
    }
    this.#replies.push({ memory, message });
    const expected = moreToCome(this.#replies);
    const count = this.#replies.length;
    if (expected === 'no') this.#endMs = this.#wire.ms;
    if (expected !== 'perhaps') return;
    this.#wire.after(GRACE_MS, () => {
      if (this.#replies.length === count) this.#endMs ??= this.#wire.ms;
    });
  }

  get shown(): Shown {
    const json = new Map<Reply, readonly TlvJson[]>();
    for (const reply of this.#replies) {
      const { blocks } = messageToJson(reply.memory, reply.message, Wire.startUnixMs);
      json.set(
        reply,
        blocks.filter(({ typeName }) => typeName === 'STANDARD_RESPONSE_BLOCK'),
      );
    }
    const hops = hopsOf(this.#replies);
    const seen = new Map<Reply, number>();
    const numbered = hops.map((hop): [number, TlvJson] => {
      const nth = seen.get(hop.reply) ?? 0;
      seen.set(hop.reply, nth + 1);
      return [hop.number, json.get(hop.reply)![nth]!];
    });
    return {
      hops: new Map(numbered),
      augmented: new Map(hops.map((hop) => [hop.number, augmentedBehind(hop)])),
      replies: [...json.values()],
      ending: endingOf(this.#replies),
      moreToCome: moreToCome(this.#replies),
      tookMs: (this.#endMs ?? Number.POSITIVE_INFINITY) - this.#startMs,
    };
  }
}

function augmentedBehind({ reply, base }: HopBlock): string {
  const { octets, view } = reply.memory;
  const found: string[] = [];
  let at = base + view.getUint16(base + 1);
  while (at < reply.message.end && view.getUint8(at) === 5) {
    const length = view.getUint16(at + 1);
    if (view.getUint16(at + 4) !== 1) found.push(hexOf(octets.subarray(at, at + length)));
    at += length;
  }
  return found.join(' ');
}
