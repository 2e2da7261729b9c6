/** Where the fuzzer begins: plain Queries of both families to each part of the world, and what may follow; the vectors. */
import { familyOf, formatAddress, isMulticast, parsePrefix } from '../../../src/wire/address.ts';
import { query } from '../../support/engine-driver.ts';
import { SOURCE } from '../../support/lab-network.ts';
import { vectors } from '../../support/vectors.ts';
import { BLOCK_OCTETS } from '../judge.ts';
import { type Event, encode, type Life } from './input.ts';
import { SNAPSHOTS } from './routers.ts';
import { DESTINATIONS, INTERESTING, Option, Ours, SENDERS } from './world.ts';

const OPTIONS = [Option.NATIVE | Option.LEARNED, 0, 0, 0] as const;
/** Of `SENDERS`: a peer of each family. */
const PEER = { 4: 6, 6: 7 } as const;
/** The one who speaks for what is upstream of r3. */
const EAST = { 4: 8, 6: 9 } as const;
/** On a link of r3's. */
const NEIGHBOUR = { 4: 11, 6: 12 } as const;
/** Of `DESTINATIONS`: the daemon's own address. */
const OWN = { 4: 0, 6: 1 } as const;

export function seeds(families: readonly (4 | 6)[]): Uint8Array[] {
  const lives = [...families.flatMap(queries), ...families.flatMap(requests), ...ofVectors(families)];
  return lives.map(encode);
}

/** From everybody, about every group; what is relayed is lost, and comes back from a peer. */
function queries(family: 4 | 6): Life[] {
  const groups = INTERESTING.filter((one) => familyOf(one) === family && isMulticast(one)).map(formatAddress);
  return [...SENDERS.entries()].flatMap(([sender, client]) => {
    if (familyOf(client) !== family) return [];
    const all = [...groups, undefined].map((group, queryId): Event => {
      const octets = query(formatAddress(client), SOURCE[family], group, { hops: 255, queryId });
      return { kind: 'datagram', sender, senderPort: 1, destination: OWN[family], hopLimit: 0, octets };
    });
    const whatFollows: Event[] = [
      all[0]!,
      { kind: 'unreachable', which: 0, quotedOctets: 64, turned: 255 },
      all[1]!,
      { kind: 'echo', which: 0, sender: PEER[family], senderPort: 0, destination: OWN[family], type: 2 },
      { kind: 'pass', duration: 9 },
    ];
    // A gateway asks on, and the peer answers with one block, then with too many.
    const behind = [0, 1, 2].map((n): Event => {
      const echo = { sender: EAST[family], senderPort: 2, destination: OWN[family], type: 3 + 4 * (n === 2 ? 30 : 1) };
      return n === 0 ? all[0]! : { kind: 'echo', which: n - 1, ...echo };
    });
    const gateways = Ours.WITHOUT_UPSTREAM | Ours.STAND_INS | Ours.GATEWAYS;
    return [
      { options: [OPTIONS[0], gateways, 0, 0], events: behind },
      ...all.map((event) => ({ options: OPTIONS, events: [event] })),
      ...[0, 1, 2, 3, 4, 5, 6, 7].map((bit): Life => {
        const [flags, ours, silent, broken] = OPTIONS;
        return { options: [flags ^ (1 << bit), ours ^ (1 << bit), silent, broken], events: [all[bit]!, all[0]!] };
      }),
      { options: [OPTIONS[0], Ours.WITHOUT_UPSTREAM, 0, 0], events: whatFollows },
    ];
  });
}

/** From a peer and from a neighbour, for each router of ours, by each of its addresses. */
function requests(family: 4 | 6): Life[] {
  const client = family === 4 ? '10.4.0.2' : 'fd00:4::2';
  const groups = family === 4 ? ['232.1.1.1', '232.2.2.2'] : ['ff3e::1:1', 'ff3e::2:2'];
  return SNAPSHOTS.flatMap(({ interfaces }) => interfaces.flatMap((one) => one.addresses))
    .map((text) => parsePrefix(text)!.address)
    .filter((own) => familyOf(own) === family)
    .flatMap((upstream) =>
      groups.flatMap((group) =>
        [PEER[family], NEIGHBOUR[family]].map((sender): Life => {
          const block = new Uint8Array(BLOCK_OCTETS[family]);
          block.set([4, 0, block.length]);
          block.set(upstream, family === 4 ? 16 : 32);
          const octets = Uint8Array.of(...query(client, SOURCE[family], group, { hops: 255 }), ...block);
          octets[0] = 2;
          const event = { sender, senderPort: 0, destination: OWN[family], hopLimit: 0, octets };
          return { options: OPTIONS, events: [{ kind: 'datagram', ...event }] };
        }),
      ),
    );
}

function ofVectors(families: readonly (4 | 6)[]): Life[] {
  return vectors().flatMap(({ octets }) => {
    const family = octets[2] === 20 ? 4 : 6;
    if (!families.includes(family)) return [];
    return [...DESTINATIONS.keys()].map((destination): Life => {
      const event = { sender: PEER[family], senderPort: 0, destination, hopLimit: 0, octets };
      return { options: OPTIONS, events: [{ kind: 'datagram', ...event }] };
    });
  });
}
