/**
 * One Query out, its Replies in: to a gateway or to all routers (RFC 8487 §5.1.1, §5.4), with an end to the wait (§5.7).
 */
import { verifyReply } from '../verify/reply.ts';
import type { Address } from '../wire/address.ts';
import { emitQuery } from '../wire/emit.ts';
import { checkMessage, emptyMessage, type Memory, memoryOf } from '../wire/view.ts';
import { clientAddressOf, type Whereabouts } from './client-address.ts';
import { ClientSocket } from './client-socket.ts';
import { moreToCome } from './ending.ts';
import type { Reply } from './hop-block.ts';

export interface Exchange {
  readonly query: Memory;
  readonly clientAddress: Address;
  readonly replies: readonly ReceivedReply[];
  readonly sentUnixMs: number;
  /** Until the last Reply; of no meaning without one. */
  readonly roundTripMs: number;
  /** Why the gateway did not take the Query; then the wait has ended early. RFC 8487 §5.7 */
  readonly refusal: string | undefined;
}

export interface ReceivedReply extends Reply {
  readonly from: string;
  readonly fromPort: number;
}

export interface ExchangeOptions extends Whereabouts {
  readonly group: Address | undefined;
  readonly source: Address | undefined;
  readonly maxHops: number;
  readonly queryId: number;
  readonly waitMs: number;
}

/** How long a Reply is waited for that may well not come. */
const GRACE_MS = 2000;
/** As many as the longest path can bring about, where each router answers for itself. */
const MAX_REPLIES = 255;

/**
 * @param onSent hears from which address the Query went out, before the wait
 * @throws ExchangeError
 */
export async function exchange(
  options: ExchangeOptions,
  onSent: (clientAddress: Address) => void = () => {},
): Promise<Exchange> {
  const clientAddress = await clientAddressOf(options);
  const socket = await ClientSocket.open(clientAddress, options);
  let timer: NodeJS.Timeout | undefined;
  let grace: NodeJS.Timeout | undefined;
  try {
    const query = emitQuery({
      hops: options.maxHops,
      multicastAddress: options.group,
      sourceAddress: options.source,
      clientAddress,
      queryId: options.queryId,
      clientPort: socket.port,
    });
    const replies: ReceivedReply[] = [];
    const sentUnixMs = Date.now();
    const sentMs = performance.now();
    let roundTripMs = 0;
    let refusal: string | undefined;
    const done = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, options.waitMs);
      socket.onMessage((octets, remote) => {
        const memory = memoryOf(octets);
        const message = emptyMessage();
        if (checkMessage(memory.view, 0, octets.length, message) !== undefined) return;
        if (verifyReply(query, memory, message) !== undefined) return;
        if (replies.length >= MAX_REPLIES || replies.some((known) => octets.equals(known.memory.octets))) return;
        replies.push({ memory, message, from: remote.address, fromPort: remote.port });
        roundTripMs = performance.now() - sentMs;
        const expected = moreToCome(replies);
        if (expected === 'no') resolve();
        clearTimeout(grace);
        if (expected === 'perhaps') grace = setTimeout(resolve, GRACE_MS);
      });
      socket.onRefusal((reason) => {
        if (replies.length > 0) return;
        refusal = reason;
        resolve();
      });
    });
    await socket.send(query.octets);
    onSent(clientAddress);
    await done;
    return { query, clientAddress, replies, sentUnixMs, roundTripMs, refusal };
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    socket.close();
  }
}
