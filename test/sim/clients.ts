/** Several clients of one network: for each the network is as its own trace has it. */
import { CLIENT_LINK } from './graph.ts';
import { routersOn } from './last-hop.ts';
import { interfaceOn, type Network, type QueryPlan, type Router, type Target } from './model.ts';
import { addressOf } from './numbering.ts';
import { Random } from './random.ts';

/** Of clients' hosts, and where room for them is. */
const HOST = 99;
const LENGTH = { 4: 24, 6: 112 } as const;

/**
 * @param network as it is for the first
 * @param count clients, that one among them
 */
export function withClients(network: Network, count: number): Network[] {
  const random = new Random(network.seed).fork(50);
  const views = [network];
  while (views.length < count) views.push(anotherOne(network, views, random));
  const ways = views.map(({ query }) => query.way);
  return views.map((view) => ({ ...view, ways }));
}

function anotherOne(network: Network, views: readonly Network[], random: Random): Network {
  const { family, links } = network;
  const hasRoom = ({ id, numbering, prefixLength }: (typeof links)[number]) =>
    numbering !== 'none' && prefixLength <= LENGTH[family] && routersOn(network, id).some(isHeard);
  const link = random.chance(0.5) ? links[CLIENT_LINK]! : random.pick(links.filter(hasRoom));
  // Another program on the same host, which has its own Query IDs, or another host.
  const isSameHost = link.id === network.clientLink && random.chance(0.4);
  const client = isSameHost ? network.client : addressOf(family, link, HOST + views.length);
  const hiding = isSameHost ? network.hiding : new Set(random.some(network.daemons, 0.3));
  const id = isSameHost || random.chance(0.3) ? (network.query.id + views.length) & 0xffff : network.query.id;
  const target = random.pick<Target>([network.target, 'source-group', 'group', 'source']);
  const hops = random.chance(0.7) ? Math.min(network.query.hops, 60) : 1 + random.below(8);
  const view: Network = {
    ...network,
    client,
    clientLink: link.id,
    target,
    hiding,
    query: { ...network.query, id, hops, port: 40_000 + views.length },
  };
  return { ...view, query: { ...view.query, way: wayOf(view, random) } };
}

function isHeard({ speaker }: Router): boolean {
  return speaker.kind !== 'mute';
}

/** To all on the first client's link, else to a router or its daemon. */
function wayOf(view: Network, random: Random): QueryPlan['way'] {
  const asked = random.pick(routersOn(view, view.clientLink).filter(isHeard));
  const { speaker, interfaces } = asked;
  if (view.clientLink === CLIENT_LINK && random.chance(0.4)) return { kind: 'multicast' };
  if (speaker.kind === 'daemon' && random.chance(0.7)) return { kind: 'daemon', daemon: speaker.daemon };
  if (speaker.kind === 'daemon') {
    const own = interfaces.flatMap(({ address }) => address ?? []);
    return { kind: 'router', router: asked.id, address: asked.standIn ?? random.pick(own) };
  }
  return { kind: 'router', router: asked.id, address: interfaceOn(asked, view.clientLink)!.address! };
}
