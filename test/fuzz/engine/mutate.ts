/** Changes a life a little: its options, its events, and the octets of its datagrams (mutate-message.ts). */

import { mutateMessage } from '../mutate-message.ts';
import type { Random } from '../random.ts';
import { decode, EVENT_KINDS, type Event, encode, type Life, MAX_EVENTS } from './input.ts';
import { INTERESTING } from './world.ts';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** @param other another entry of the corpus, to take parts from */
export function mutate(input: Uint8Array, other: Uint8Array, random: Random, families: readonly (4 | 6)[]): Uint8Array {
  const life = decode(input);
  const draft = { options: [...life.options], events: life.events.map((event) => ({ ...event })) };
  const donor = decode(other);
  for (let changes = 1 + random.below(4); changes > 0; changes--) change(draft, donor, random, families);
  draft.events.length = Math.min(draft.events.length, MAX_EVENTS);
  return encode(draft as unknown as Life);
}

interface Draft {
  readonly options: number[];
  readonly events: Mutable<Event>[];
}

function change({ options, events }: Draft, donor: Life, random: Random, families: readonly (4 | 6)[]): void {
  const at = random.below(events.length || 1);
  const event = events[at];
  if (event === undefined) {
    events.push(...donor.events.map((one) => ({ ...one })));
    return;
  }
  switch (random.below(12)) {
    case 0:
      options[random.below(4)]! ^= 1 << random.below(8);
      return;
    case 1:
      events.splice(at, 1);
      return;
    case 2:
      events.splice(random.below(events.length + 1), 0, { ...event });
      return;
    case 3: {
      const [moved] = events.splice(at, 1);
      events.splice(random.below(events.length + 1), 0, moved!);
      return;
    }
    case 4:
      events.splice(random.below(events.length + 1), 0, anyEvent(random));
      return;
    case 5: {
      // The end of the other life instead of ours, or some of its events in the midst of ours.
      const from = random.below(donor.events.length || 1);
      const some = donor.events.slice(from, from + 1 + random.below(3)).map((one) => ({ ...one }));
      events.splice(at, random.below(3), ...some);
      return;
    }
    default:
      changeEvent(event, donor, random, families);
  }
}

function changeEvent(event: Mutable<Event>, donor: Life, random: Random, families: readonly (4 | 6)[]): void {
  if (event.kind === 'datagram' && !random.oneIn(4)) {
    const others = donor.events.flatMap((one) => (one.kind === 'datagram' ? [one.octets] : []));
    const dictionary = INTERESTING.filter((one) => families.includes(one.length === 4 ? 4 : 6));
    event.octets = mutateMessage(
      event.octets,
      others.length > 0 ? random.pick(others) : event.octets,
      random,
      dictionary,
    );
    return;
  }
  const numbers = Object.entries(event).filter(([, value]) => typeof value === 'number');
  if (numbers.length === 0) return;
  const [name] = random.pick(numbers);
  (event as unknown as Record<string, number>)[name] = random.oneIn(4) ? random.below(256) : random.below(24);
}

function anyEvent(random: Random): Mutable<Event> {
  const kind = 1 + random.below(EVENT_KINDS.length - 1);
  const [event] = decode(Uint8Array.of(0, 0, 0, 0, kind, ...Array.from({ length: 5 }, () => random.below(24)))).events;
  return { ...event! };
}
