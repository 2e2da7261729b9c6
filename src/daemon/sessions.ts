/**
 * The sessions with routers, over reloads. Readers that differ in their VRF only have one together: a device that is several
 * routers of the configuration, one for each VRF, is logged in to once, and a password that it refuses is tried once.
 */
import type { CliReaderConfig } from '../config/config.ts';
import type { Platform } from '../router/cli/platform.ts';
import type { Session } from '../router/cli/session.ts';
import { sessionOf } from './cli-session.ts';
import { keyOf } from './key.ts';
import { type Made, Shared } from './shared.ts';
import { SshTargets } from './ssh-targets.ts';

export class Sessions {
  readonly #targets = new SshTargets();
  readonly #shared = new Shared<Session>();

  /** Becomes the caller's, who closes it, once. */
  of(config: CliReaderConfig, platform: Platform): Session {
    if (config.transport === 'exec') return sessionOf(config, platform, this.#targets); // Nothing stays open.
    const { vrf: _, ...shared } = config;
    const key = keyOf(shared);
    return this.#shared.take(key, () => this.#made(key, config, platform));
  }

  #made(key: string, config: CliReaderConfig, platform: Platform): Made<Session> {
    const session = sessionOf(config, platform, this.#targets);
    return {
      value: {
        description: session.description,
        run: (commands, signal) => session.run(commands, signal),
        close: () => this.#shared.leave(key),
      },
      close: async () => {
        await session.close();
        if (config.transport === 'ssh') await this.#targets.leave(config);
      },
    };
  }
}
