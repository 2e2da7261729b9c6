/**
 * Numbers for interfaces whose ifIndex a CLI does not tell. They are none that an ifIndex can be (InterfaceIndex ends at
 * 2^31-1, RFC 2863), so that nobody takes them for one, and they stay the same from read to read. Pure.
 */
import type { InterfacePart } from '../platform.ts';

const FIRST = 2 ** 31;

/** The interfaces' numbers by name. */
export function indexesOf(interfaces: readonly InterfacePart[]): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  const taken = new Set<number>();
  let free = FIRST;
  for (const { name, index } of interfaces) {
    let own = index ?? FIRST + hashOf(name);
    if (index === null && taken.has(own)) {
      while (taken.has(free)) free++;
      own = free;
    }
    taken.add(own);
    indexes.set(name, own);
  }
  return indexes;
}

/** FNV-1a, 31 bits of it. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash & 0x7fffffff;
}
