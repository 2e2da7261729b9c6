/**
 * What the configuration's contract knows and this version does not do yet, in one place: a router could not be read.
 * When a feature arrives, its lines here go.
 */
import type { Finding } from '../document/problem.ts';
import type { Platform } from './config.ts';

/** Without a CLI that is typed to. */
const SHELL_PLATFORMS: readonly unknown[] = ['linux', 'mrouted'] satisfies readonly Platform[];
/** Read in their default VRF alone. */
const PLAIN_PLATFORMS: readonly unknown[] = ['mrouted'] satisfies readonly Platform[];

/**
 * The keys that `check` and `run` refuse. Looked for in the text itself, so that they are found beside what breaks the
 * contract: parts that have another shape are passed over.
 */
export function refusals(text: unknown): Finding[] {
  return entries(valueAt(text, 'routers')).flatMap((router, i) =>
    entries(valueAt(router, 'readers')).flatMap((reader, j) =>
      unsupported(reader).map((key) => ({
        path: ['routers', i, 'readers', j, key],
        what: `${key === 'vrf' ? 'a VRF' : 'telnet'} is not supported in this version with platform ${valueAt(reader, 'platform')}`,
      })),
    ),
  );
}

function unsupported(reader: unknown): string[] {
  if (valueAt(reader, 'kind') !== 'cli') return [];
  const platform = valueAt(reader, 'platform');
  return [
    ...(valueAt(reader, 'transport') === 'telnet' && SHELL_PLATFORMS.includes(platform) ? ['transport'] : []),
    ...(valueAt(reader, 'vrf') !== undefined && PLAIN_PLATFORMS.includes(platform) ? ['vrf'] : []),
  ];
}

function entries(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

function valueAt(map: unknown, key: string): unknown {
  return typeof map === 'object' && map !== null ? (map as Record<string, unknown>)[key] : undefined;
}
