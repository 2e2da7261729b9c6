/**
 * What a life of the daemon is made of, and how a string of octets says it: four octets of options, then events, each one
 * octet of kind and its arguments. Every string of octets is a life; what is missing at its end counts as zero.
 */
export interface Life {
  /** `Option` bits; which routers are ours; which of them are silent; which are broken. See world.ts. */
  readonly options: readonly [number, number, number, number];
  readonly events: readonly Event[];
}

/** Small numbers choose from the lists of world.ts, modulo their length. */
export type Event =
  | {
      readonly kind: 'datagram';
      readonly sender: number;
      readonly senderPort: number;
      readonly destination: number;
      readonly hopLimit: number;
      readonly octets: Uint8Array;
    }
  | { readonly kind: 'pass'; readonly duration: number }
  /** An ICMP error about the `which`-th last Request, with the first `quotedOctets` of it, one octet of them turned over. */
  | { readonly kind: 'unreachable'; readonly which: number; readonly quotedOctets: number; readonly turned: number }
  /** A router that was silent answers the `which`-th question that is open. */
  | { readonly kind: 'answer'; readonly which: number; readonly mode: number }
  /** A slow port is done with the `which`-th datagram that it holds: it has left, or (odd) could not. */
  | { readonly kind: 'give-back'; readonly which: number; readonly failed: number }
  | { readonly kind: 'router'; readonly which: number; readonly mode: number }
  /** The `which`-th last datagram that was sent comes back, from whomever, as a Query, Request or Reply (2 bits), longer. */
  | {
      readonly kind: 'echo';
      readonly which: number;
      readonly sender: number;
      readonly senderPort: number;
      readonly destination: number;
      readonly type: number;
    }
  | { readonly kind: 'finish' };

export const EVENT_KINDS = [
  'datagram',
  'pass',
  'unreachable',
  'answer',
  'give-back',
  'router',
  'echo',
  'finish',
] as const satisfies readonly Event['kind'][];

/** More would only be slower. */
export const MAX_EVENTS = 24;
/** What a slot takes. */
export const MAX_DATAGRAM_OCTETS = 2048;

export function decode(input: Uint8Array): Life {
  let at = 0;
  const next = () => input[at++] ?? 0;
  const options = [next(), next(), next(), next()] as const;
  const events: Event[] = [];
  while (at < input.length && events.length < MAX_EVENTS) {
    const kind = EVENT_KINDS[next() % EVENT_KINDS.length]!;
    switch (kind) {
      case 'datagram': {
        const [sender, senderPort, destination, hopLimit] = [next(), next(), next(), next()];
        const length = ((next() << 8) | next()) % (MAX_DATAGRAM_OCTETS + 1);
        const octets = input.slice(at, at + length);
        at += length;
        events.push({ kind, sender, senderPort, destination, hopLimit, octets });
        break;
      }
      case 'pass':
        events.push({ kind, duration: next() });
        break;
      case 'unreachable':
        events.push({ kind, which: next(), quotedOctets: next(), turned: next() });
        break;
      case 'answer':
      case 'router':
        events.push({ kind, which: next(), mode: next() });
        break;
      case 'give-back':
        events.push({ kind, which: next(), failed: next() });
        break;
      case 'echo':
        events.push({
          kind,
          which: next(),
          sender: next(),
          senderPort: next(),
          destination: next(),
          type: next(),
        });
        break;
      case 'finish':
        events.push({ kind });
    }
  }
  return { options, events };
}

/** The inverse of `decode`, for lives of at most `MAX_EVENTS`. */
export function encode({ options, events }: Life): Uint8Array {
  const parts: (number | Uint8Array)[] = [...options];
  for (const event of events) {
    parts.push(EVENT_KINDS.indexOf(event.kind));
    switch (event.kind) {
      case 'datagram': {
        const { octets } = event;
        parts.push(event.sender, event.senderPort, event.destination, event.hopLimit);
        parts.push(octets.length >> 8, octets.length & 0xff, octets);
        break;
      }
      case 'pass':
        parts.push(event.duration);
        break;
      case 'unreachable':
        parts.push(event.which, event.quotedOctets, event.turned);
        break;
      case 'answer':
      case 'router':
        parts.push(event.which, event.mode);
        break;
      case 'give-back':
        parts.push(event.which, event.failed);
        break;
      case 'echo':
        parts.push(event.which, event.sender, event.senderPort, event.destination, event.type);
        break;
      case 'finish':
    }
  }
  return new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part))));
}
