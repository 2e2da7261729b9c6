/**
 * The sessions with routers, over reloads. Readers that differ in their VRF only have one together: a device that is several
 * routers of the configuration, one for each VRF, is logged in to once, and a password that it refuses is tried once.
 */
import type { CliReaderConfig } from '../config/config.ts';
import type { Platform } from '../router/cli/platform.ts';
import type { Session } from '../router/cli/session.ts';
import { ReadLimit } from '../router/read-limit.ts';
import { sessionOf } from './cli-session.ts';
import { keyOf } from './key.ts';
import { type Made, Shared } from './shared.ts';
import { SshTargets } from './ssh-targets.ts';

/** How long a read waits for others over the same session. */
const TURN_MS = 3_000;

/** A session, and its turns: those who read over it do so one at a time, the newest first. */
export interface SharedSession {
  readonly session: Session;
  /** As `enter` of `Reader`; absent: all may read at the same time. */
  readonly enter?: () => Promise<() => void>;
}

export class Sessions {
  readonly #targets = new SshTargets();
  readonly #shared = new Shared<SharedSession>();

  /** The session becomes the caller's, who closes it, once. */
  of(config: CliReaderConfig, platform: Platform): SharedSession {
    if (config.transport === 'exec') return { session: sessionOf(config, platform, this.#targets) }; // Nothing stays open.
    const { vrf: _, ...login } = config;
    const key = keyOf(login);
    return this.#shared.take(key, () => this.#made(key, config, platform));
  }

  #made(key: string, config: CliReaderConfig, platform: Platform): Made<SharedSession> {
    const session = sessionOf(config, platform, this.#targets);
    const turns = new ReadLimit({ concurrency: 1, waitMs: TURN_MS, monotonicMs: () => performance.now() });
    return {
      value: {
        session: {
          description: session.description,
          run: (commands, signal) => session.run(commands, signal),
          close: () => this.#shared.leave(key),
        },
        enter: () => turns.enter().granted,
      },
      close: async () => {
        turns.close();
        await session.close();
        if (config.transport === 'ssh') await this.#targets.leave(config);
      },
    };
  }
}
