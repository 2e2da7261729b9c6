/** The hosts that daemons run on: each has an address of its own, away from all routers, and may be on links of theirs as well. */
import type { Family, Link, Network, Router } from './model.ts';
import { addressOf } from './numbering.ts';
import type { Random } from './random.ts';

/** Addresses that are on no link of the network: stand-ins (2), daemons (1). */
export function hostAddress(family: Family, kind: 1 | 2, id: number): string {
  if (family === 4) return `198.18.${kind * 8 + (id >> 8)}.${id & 255}`;
  return `2001:db8:99:${kind}::${(id + 1).toString(16)}`;
}

/** The address of a daemon's host on a link; `undefined`: that has no subnet, or no room in it. */
export function addressOnLink(family: Family, link: Link, daemon: number): string | undefined {
  if (link.numbering === 'none') return undefined;
  // Behind those of the routers.
  const host = link.members.length + 1 + daemon;
  const isFull = family === 4 && host > 2 ** (32 - link.prefixLength) - 2;
  return isFull ? undefined : addressOf(family, link, host);
}

/** What a host calls its interface to a link. */
export function interfaceIndexOf(link: number): number {
  return link + 10;
}

export function isHostOn({ hostLinks }: Network, daemon: number, link: number): boolean {
  return hostLinks[daemon]!.has(link);
}

/**
 * For each daemon, links of its routers.
 * @param always where it hears the client
 */
export function chooseHostLinks(
  { family, links, routers, daemons }: Pick<Network, 'family' | 'links' | 'routers' | 'daemons'>,
  always: number,
  share: number,
  random: Random,
): Set<number>[] {
  return Array.from({ length: daemons }, (_, daemon) => {
    const isOurs = ({ speaker }: Router) => speaker.kind === 'daemon' && speaker.daemon === daemon;
    const on = links.filter((link) => {
      const isWanted = random.chance(share) || link.id === always;
      const hasRoom = addressOnLink(family, link, daemon) !== undefined;
      return isWanted && hasRoom && link.members.some((id) => isOurs(routers[id]!));
    });
    return new Set(on.map(({ id }) => id));
  });
}
