/** The platforms that can be configured, by name. */
import { frr } from './frr/platform.ts';
import { linux } from './linux/platform.ts';
import type { Platform } from './platform.ts';

export const platforms = { frr, linux } as const satisfies Readonly<Record<string, Platform>>;
