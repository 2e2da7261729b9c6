/** A life for people: its options by name, one line for each event, messages field by field. */
import { formatAddress } from '../../../src/wire/address.ts';
import { printOctets } from '../print-octets.ts';
import type { Event, Life } from './input.ts';
import { SNAPSHOTS } from './routers.ts';
import { DESTINATIONS, DURATIONS_MS, HOP_LIMITS, Option, Ours, SENDER_PORTS, SENDERS } from './world.ts';

export function printLife({ options, events }: Life): string {
  const [flags, ours, silent, broken] = options;
  const named = (bits: number) => SNAPSHOTS.filter((_, i) => ((bits >> (i & 7)) & 1) === 1).map(({ name }) => name);
  return [
    `options: ${[...bitNames(Option, flags), ...bitNames(Ours, ours)].join(' ')}`,
    `silent: ${named(silent).join(' ')}; broken: ${named(broken).join(' ')}`,
    ...events.map(printEvent),
  ].join('\n');
}

function printEvent(event: Event): string {
  const at = <T>(some: readonly T[], which: number) => some[which % some.length]!;
  const route = (one: { sender: number; senderPort: number; destination: number }) =>
    `from ${formatAddress(at(SENDERS, one.sender))} ${at(SENDER_PORTS, one.senderPort)} to ` +
    formatAddress(at(DESTINATIONS, one.destination));
  switch (event.kind) {
    case 'datagram':
      return `${route(event)}, hop limit ${at(HOP_LIMITS, event.hopLimit)}: ${printOctets(event.octets)}`;
    case 'echo':
      return `what was sent ${event.which} before the last, as type ${event.type % 4}, with ${event.type >> 2} blocks more, octet ${2 + (event.destination >> 5)} turned, ${route(event)}`;
    case 'pass':
      return `${at(DURATIONS_MS, event.duration)} ms pass`;
    case 'router':
      return `${at(SNAPSHOTS, event.which).name} changes to mode ${event.mode % 4}`;
    case 'finish':
      return 'finish';
    default:
      return JSON.stringify(event);
  }
}

function bitNames(names: Readonly<Record<string, number>>, bits: number): string[] {
  return Object.keys(names).filter((name) => (bits & names[name]!) !== 0);
}
