/** A network at work: daemons, native routers and the client put on one wire, one Query, until nothing moves any more. */
import type { Peer } from '../../src/domain/peers.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { type Shown, SimulatedClient } from './client.ts';
import { SimulatedDaemon } from './daemon.ts';
import { hostAddress } from './host.ts';
import type { Network, Router } from './model.ts';
import { NativeRouter } from './native.ts';
import { addressOctets, addressText } from './native-octets.ts';
import { type Delivery, type Faults, Wire } from './network.ts';
import { Random } from './random.ts';
import { standInsOf } from './stand-ins.ts';

export interface Outcome {
  readonly shown: Shown;
  /** What went wrong in the daemons, whatever the client got. */
  readonly faults: readonly string[];
  /** Why daemons were silent: for the report of a failure. */
  readonly drops: readonly string[];
  readonly lost: number;
  readonly endMs: number;
}

const NO_FAULTS: Faults = { loss: 0, duplication: 0, reordering: 0 };
const ENOUGH_SLOTS = 12;

export function simulate(network: Network, faults: Faults = NO_FAULTS, slots = ENOUGH_SLOTS): Outcome {
  return simulateAll([network], faults, slots)[0]!;
}

/**
 * Several clients at once.
 * @param views the same network, as it is for the trace of each
 */
export function simulateAll(views: readonly Network[], faults: Faults = NO_FAULTS, slots = ENOUGH_SLOTS): Outcome[] {
  const network = views[0]!;
  const random = new Random(network.seed).fork(100);
  const wire = new Wire(network, random.fork(1), faults);
  const clients = views.map((view) => new SimulatedClient(view, wire));
  wire.nodes.set('client', new Clients(views, clients));
  for (const { client } of views) wire.settle(client, 'client');
  const standIns = new Map(network.routers.map((router) => [router.id, standInsOf(network, router)]));
  const daemons = Array.from({ length: network.daemons }, (_, id) => {
    const address = hostAddress(network.family, 1, id);
    const peers = peersOf(network, id);
    return new SimulatedDaemon({ id, views, wire, random: random.fork(10 + id), slots, address, standIns, peers });
  });
  for (const [id, daemon] of daemons.entries()) {
    wire.nodes.set(`daemon ${id}`, daemon);
    wire.settle(hostAddress(network.family, 1, id), `daemon ${id}`);
  }
  for (const router of network.routers) settle(views, router, wire, standIns.get(router.id)!);
  const starts = random.fork(2);
  for (const client of clients.slice(1)) wire.after(starts.next() * 30, () => client.ask());
  clients[0]!.ask();
  wire.run();
  return clients.map(({ shown }) => ({
    shown,
    faults: daemons.flatMap((one) => one.faults()),
    drops: daemons.flatMap((one, id) => one.drops.map((reason) => `daemon ${id}: ${reason}`)),
    lost: wire.lost,
    endMs: wire.ms,
  }));
}

/** Hosts of clients: each datagram is for the client on its port, and for nobody else. */
class Clients {
  readonly #byEndpoint: ReadonlyMap<string, SimulatedClient>;

  constructor(views: readonly Network[], clients: readonly SimulatedClient[]) {
    this.#byEndpoint = new Map(
      clients.map((client, i) => [endpointOf(views[i]!.client, views[i]!.query.port), client]),
    );
  }

  receive(delivery: Delivery): void {
    const { destination, destinationPort } = delivery.datagram;
    const client = this.#byEndpoint.get(endpointOf(destination, destinationPort));
    if (client === undefined) throw new Error(`a Reply to ${destination} port ${destinationPort}`);
    client.receive(delivery);
  }
}

function endpointOf(address: string, port: number): string {
  return `${addressText(addressOctets(address))} ${port}`;
}

function settle(views: readonly Network[], router: Router, wire: Wire, standIns: readonly string[]): void {
  const { speaker, id } = router;
  const own = router.interfaces.flatMap(({ address }) => address ?? []);
  if (speaker.kind === 'native') {
    wire.nodes.set(`native ${id}`, new NativeRouter(views, router, wire));
    for (const address of own) wire.settle(address, `native ${id}`);
  }
  if (speaker.kind === 'mute' && !speaker.tells) for (const address of own) wire.settle(address, 'nowhere');
  if (speaker.kind === 'daemon') for (const address of standIns) wire.settle(address, `daemon ${speaker.daemon}`);
}

function peersOf(network: Network, id: number): Peer[] {
  return Array.from({ length: network.daemons }, (_, other): Peer => {
    const own = network.routers.filter(({ speaker }) => speaker.kind === 'daemon' && speaker.daemon === other);
    const addresses = own.flatMap(({ interfaces }) => interfaces.flatMap(({ address }) => address ?? []));
    // What is nobody's is the next one's; of two, everything.
    const isDefault = network.hasDefaultPeer && other === (id + 1) % network.daemons;
    const isOnly = isDefault && network.daemons === 2;
    const prefixes = [...(isDefault ? ['0.0.0.0/0', '::/0'] : []), ...(isOnly ? [] : addresses)];
    return {
      name: `daemon ${other}`,
      addresses: [parseAddress(hostAddress(network.family, 1, other))!],
      port: 33435,
      routers: prefixes.map((text) => parsePrefix(text)!),
    };
  }).filter((_, other) => other !== id);
}
