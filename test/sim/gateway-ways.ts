/**
 * RFC 8487 §4.5: how it goes on behind a gateway. To a router of the same daemon as if by a Request; to any other by a Query
 * in the name of the gateway, which §4.1.1 has answered by the last hop of the gateway's own link.
 */
import { properLastHop, routersOn } from './last-hop.ts';
import { type Interface, interfaceOn, type Network, type Parent, type Router } from './model.ts';
import { standInsOf } from './stand-ins.ts';
import { arrivalOn } from './verdict.ts';
import { isPlain, isSameDaemon, type Way, waysFrom } from './ways.ts';

/** `wrong-last-hop`: who got the Query says that it is not the last hop of the gateway's link. */
export type GatewayWay = Way | 'wrong-last-hop';

/** @returns alternatives */
export function waysBehind(network: Network, gateway: Router, parent: Parent, path: readonly number[]): GatewayWay[] {
  const { link, from } = parent;
  const name = nameOf(network, gateway, link);
  if (name === undefined || typeof from !== 'number') return ['silence'];
  const next = network.routers[from]!;
  if (isSameDaemon(gateway, next)) {
    // RFC 8487 §4.5: what cannot be asked is silence, for the client has all that is known.
    return waysFrom(network, gateway, parent, undefined, path).map((way) => (way === 'fatal' ? 'silence' : way));
  }
  // Nobody on another link than its client's would be the last hop, proto/CONFORMANCE.md: no Query leaves.
  if (gateway.speaker.kind === 'daemon' && name.link !== link) return ['silence'];
  const { numbering, naming, members } = network.links[link!]!;
  const isLinkLocal = network.family === 6 && naming === 'link-local';
  if (next.speaker.kind === 'mute') {
    // By a link-local name, it may be taken for a router of any other daemon on the link, and a Query names nobody.
    const others = isLinkLocal && numbering !== 'none' ? members.map((id) => network.routers[id]!) : [];
    const wrong = others
      .filter(({ speaker }) => speaker.kind === 'daemon')
      .map((one) => lastHopFor(network, link!, gateway, one));
    return ['silence', ...wrong.map((one) => (one ? toward(one, link!) : ('wrong-last-hop' as const)))];
  }
  // Whose it is, the daemon knows by the subnets of the link.
  if (isLinkLocal && numbering === 'none') return ['silence'];
  // A native gateway asks the router itself, and knows of no daemon that stands in for it.
  if (gateway.speaker.kind === 'native' && next.speaker.kind === 'daemon') return [toward(next, link!)];
  const asked = name.link === undefined ? undefined : lastHopFor(network, name.link, gateway, next);
  const way: GatewayWay = asked === undefined ? 'wrong-last-hop' : toward(asked, name.link!);
  return isLinkLocal && !isPlain(network, gateway, link!) ? [way, 'silence'] : [way];
}

function toward(router: Router, link: number): Way {
  return { router, arrivals: [arrivalOn(router, link)] };
}

/** Of the gateway's link, the last hop in the eyes of who is asked: a native router, or a daemon with all of its own. */
function lastHopFor(network: Network, link: number, gateway: Router, next: Router): Router | undefined {
  const others = routersOn(network, link).filter((router) => router !== gateway);
  if (next.speaker.kind !== 'native')
    return properLastHop(
      network,
      link,
      others.filter((router) => isSameDaemon(router, next)),
    );
  if (interfaceOn(next, link) === undefined) return undefined;
  return properLastHop(network, link, others) === next ? next : undefined;
}

/**
 * In whose name it asks: the address of its RPF interface, unless the daemon would not hear what comes there (src/README.md:
 * then another one where it stands in). `undefined`: it has none.
 */
function nameOf(network: Network, gateway: Router, link: number | undefined): { readonly link?: number } | undefined {
  const isNamed = ({ address }: Interface) => address !== undefined;
  const incoming = interfaceOn(gateway, link);
  if (incoming !== undefined && isNamed(incoming)) return { link: incoming.link };
  if (gateway.speaker.kind === 'native') return undefined;
  const [standIn] = standInsOf(network, gateway);
  if (standIn === undefined) return undefined;
  const owner = gateway.interfaces.find(({ address }) => address === standIn);
  return owner === undefined || owner.link < 0 ? {} : { link: owner.link };
}
