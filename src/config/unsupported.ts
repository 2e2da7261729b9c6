/**
 * What the configuration's contract knows and this version does not do yet, in one place: errors where a router could
 * not be read, warnings where a key would have no effect. When a feature arrives, its lines here go.
 */
import type { Finding, Path } from '../document/problem.ts';
import type { Config, Platform, ReaderConfig } from './config.ts';

const PLATFORMS_READ: readonly Platform[] = ['frr', 'linux'];

/** Keys that are accepted, but not enforced. */
const WITHOUT_EFFECT: readonly Path[] = [
  ['access', 'prohibit'],
  ['limits', 'queries'],
  ['limits', 'requests'],
];

/** The keys that `check` and `run` refuse. */
export function refusals(config: Config): Finding[] {
  return config.routers.flatMap(({ readers }, i) =>
    readers.flatMap((reader, j) =>
      unsupported(reader).map(([key, value]) => ({
        path: ['routers', i, 'readers', j, key],
        what: `${value} is not supported in this version`,
      })),
    ),
  );
}

/** The keys that have no effect; `isGiven` tells whether the text itself has a key. */
export function keysWithoutEffect(isGiven: (path: Path) => boolean): Finding[] {
  return WITHOUT_EFFECT.filter(isGiven).map((path) => ({ path, what: 'not supported in this version: has no effect' }));
}

function unsupported(reader: ReaderConfig): [key: string, value: string][] {
  if (reader.kind === 'snmp') return [['kind', reader.kind]];
  if (reader.kind === 'file') return [];
  const found: [string, string][] = [];
  if (!PLATFORMS_READ.includes(reader.platform)) found.push(['platform', reader.platform]);
  if (reader.transport === 'telnet') found.push(['transport', reader.transport]);
  return found;
}
