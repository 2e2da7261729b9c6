/** The platforms that can be configured, by name. */
import { ciscoIosXr } from './cisco-iosxr/platform.ts';
import { frr } from './frr/platform.ts';
import { linux } from './linux/platform.ts';
import type { Platform, PlatformOptions } from './platform.ts';

export const platforms = {
  'cisco-iosxr': ciscoIosXr,
  frr: () => frr,
  linux: () => linux,
} as const satisfies Readonly<Record<string, (options?: PlatformOptions) => Platform>>;
