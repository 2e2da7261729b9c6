/** The platforms that can be configured, by name. */
import { aristaEos } from './arista-eos/platform.ts';
import { ciscoIos } from './cisco-ios/platform.ts';
import { ciscoIosXr } from './cisco-iosxr/platform.ts';
import { ciscoNxos } from './cisco-nxos/platform.ts';
import { frr } from './frr/platform.ts';
import { juniperJunos } from './juniper-junos/platform.ts';
import { linux } from './linux/platform.ts';
import { mrouted } from './mrouted/platform.ts';
import type { Platform, PlatformOptions } from './platform.ts';

export const platforms = {
  'arista-eos': aristaEos,
  'cisco-ios': ciscoIos,
  'cisco-iosxr': ciscoIosXr,
  'cisco-nxos': ciscoNxos,
  frr,
  'juniper-junos': juniperJunos,
  linux,
  mrouted: () => mrouted,
} as const satisfies Readonly<Record<string, (options?: PlatformOptions) => Platform>>;
