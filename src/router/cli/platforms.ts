/** The platforms that can be configured, by name. */
import { frr } from './frr/platform.ts';
import { juniperJunos } from './juniper-junos/platform.ts';
import { linux } from './linux/platform.ts';
import type { Platform, PlatformOptions } from './platform.ts';

export const platforms = {
  frr: () => frr,
  'juniper-junos': juniperJunos,
  linux: () => linux,
} as const satisfies Readonly<Record<string, (options?: PlatformOptions) => Platform>>;
