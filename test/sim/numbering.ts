/** Which addresses the interfaces have: numbered and unnumbered links, scopes, names of neighbours, what else there is. */
import { CLIENT_LINK, type Graph, SOURCE_LINK } from './graph.ts';
import { type Family, type Interface, type Link, LOOPBACK, type Speaker } from './model.ts';
import type { Random } from './random.ts';

export interface NumberingKnobs {
  readonly family: Family;
  readonly hasUnnumbered: boolean;
  /** IPv6: fe80::1 on many routers, told apart by the link only. */
  readonly hasSharedLinkLocal: boolean;
  readonly hasSmallMtu: boolean;
  /** IPv6: these also on links without any subnet, where a daemon cannot tell whose they are. */
  readonly isAmbiguous: boolean;
}

const MTUS = [undefined, 1500, 9000, 1500, 1500];
const SMALL_MTUS = { 4: [576, 600, 1000, 1280, 1400], 6: [1280, 1281, 1400] } as const;
const MULTICAST_PROTOCOLS = ['pimSparseMode', 'pimSparseMode', 'pimDenseMode', 'dvmrp', 'bgmp', 'igmpOnly', null];
const FULL = { 4: 32, 6: 128 } as const;

export function numberLinks(graph: Graph, speakers: readonly Speaker[], knobs: NumberingKnobs, random: Random): Link[] {
  return graph.links.map((members, id) => {
    const isPublic = id === SOURCE_LINK || id === CLIENT_LINK;
    // A native router and a daemon know each other by addresses that a host elsewhere can send to.
    const kinds = new Set(members.map((router) => speakers[router]!.kind));
    const isMixed = kinds.has('native') && kinds.size > 1;
    const isBare = knobs.hasUnnumbered && !isPublic && !isMixed && random.chance(0.3);
    const isUniqueLocal = knobs.family === 6 && random.chance(0.25);
    // Between daemons a link-local name has to be told apart by the block alone: by Local Address, if it is on the link.
    const daemons = new Set(members.map((router) => voiceOf(speakers[router]!)));
    const isPlain = daemons.size === 1 || (daemons.size === 2 && !isUniqueLocal) || knobs.isAmbiguous;
    const naming = isBare || (!isMixed && isPlain && random.chance(0.7)) ? 'link-local' : 'global';
    return {
      id,
      members: [...members],
      numbering: isBare ? 'none' : isUniqueLocal ? 'unique-local' : 'global',
      prefixLength: lengthOf(knobs.family, isPublic, members.length, random),
      naming,
    };
  });
}

function voiceOf(speaker: Speaker): string {
  return speaker.kind === 'daemon' ? `daemon ${speaker.daemon}` : speaker.kind;
}

function lengthOf(family: Family, isPublic: boolean, members: number, random: Random): number {
  if (isPublic) return family === 4 ? 24 : 64;
  if (family === 6) return random.pick([64, 64, 112]);
  return random.pick(members > 2 ? [24, 27, 29] : [24, 28, 30, 31]);
}

/** Interfaces by router, each list in an order of its own, ifIndexes of any size. */
export function numberInterfaces(
  graph: Graph,
  links: readonly Link[],
  needsLoopback: ReadonlySet<number>,
  knobs: NumberingKnobs,
  random: Random,
): Interface[][] {
  const { family } = knobs;
  const hosts = links.map(({ members, prefixLength }) => {
    const first = prefixLength === 31 ? 0 : 1;
    return random.shuffled(members.map((_, position) => first + position));
  });
  const otherFamily = new Set(links.flatMap(({ id }) => (random.chance(0.3) ? [id] : [])));
  const isPerLink = Array.from({ length: graph.routers }, () => knobs.hasSharedLinkLocal && random.chance(0.7));
  return Array.from({ length: graph.routers }, (_, router) => {
    const indexes = new Set<number>();
    const interfaces: Interface[] = [];
    const add = (
      link: number,
      position: number,
      address: string | undefined,
      prefixLength: number,
      linkLocal: string | undefined,
    ) => {
      let index = 0;
      do index = random.chance(0.1) ? 1 + random.below(2 ** 31 - 2) : 1 + random.below(500);
      while (indexes.has(index));
      indexes.add(index);
      interfaces.push({
        index,
        link,
        address,
        prefixLength,
        linkLocal,
        others:
          link === LOOPBACK ? [] : otherAddresses(family, link, position, address !== undefined, otherFamily, random),
        protocol: random.pick(MULTICAST_PROTOCOLS),
        inPackets: random.count(),
        outPackets: random.count(),
        multicast: link !== LOOPBACK || random.chance(0.5),
        ttlThreshold: random.chance(0.7) ? 1 : random.below(256),
        mtu: random.pick(knobs.hasSmallMtu && random.chance(0.7) ? SMALL_MTUS[family] : MTUS),
      });
    };
    for (const link of links) {
      const position = link.members.indexOf(router);
      if (position < 0) continue;
      const host = hosts[link.id]![position]!;
      const own = link.numbering === 'none' ? undefined : addressOf(family, link, host);
      // Without any subnet nothing tells two links apart, so that there the router's own has to.
      const isShared = isPerLink[router] && (own !== undefined || knobs.isAmbiguous);
      const linkLocal = `fe80::${isShared ? hex(host) : `1:${hex(router + 1)}`}`;
      add(link.id, position, own, link.prefixLength, family === 6 ? linkLocal : undefined);
    }
    if (needsLoopback.has(router) || random.chance(family === 4 ? 0.6 : 0.4)) {
      add(LOOPBACK, 0, loopbackOf(family, router, random), FULL[family], undefined);
    }
    return random.shuffled(interfaces);
  });
}

/** A host's address on the link. */
export function addressOf(family: Family, { id, numbering }: Pick<Link, 'id' | 'numbering'>, host: number): string {
  if (family === 4) return id === SOURCE_LINK ? `172.20.0.${host}` : `10.${id >> 8}.${id & 255}.${host}`;
  const scope = numbering === 'unique-local' ? 'fd00:1' : '2001:db8';
  return id === SOURCE_LINK ? `${scope}:5:5::${hex(host)}` : `${scope}:1:${hex(id)}::${hex(host)}`;
}

function loopbackOf(family: Family, router: number, random: Random): string {
  if (family === 4) return `10.255.${router >> 8}.${router & 255}`;
  return `${random.chance(0.2) ? 'fd00:1' : '2001:db8'}:ff:${hex(router + 1)}::1`;
}

/** Of the other family, where the link has it, and in IPv4 a second subnet of this router's own. */
function otherAddresses(
  family: Family,
  link: number,
  position: number,
  isNumbered: boolean,
  otherFamily: ReadonlySet<number>,
  random: Random,
): string[] {
  const hasOther = otherFamily.has(link);
  const host = position + 1;
  if (family === 6) return hasOther ? [`192.${168 + (link >> 8)}.${link & 255}.${host}/24`] : [];
  const v6 = hasOther ? [`fd66:${hex(link + 1)}::${host}/64`, `fe80::6:${host}/64`] : [];
  const hasSecond = isNumbered && random.chance(0.2);
  return hasSecond ? [...v6, `100.${64 + (link >> 4)}.${(link & 15) * 16 + position}.7/24`] : v6;
}

export function hex(n: number): string {
  return n.toString(16);
}
