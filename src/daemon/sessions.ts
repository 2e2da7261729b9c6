/**
 * The sessions with routers, over reloads. Readers that differ in their VRF only have one together: a device that is several
 * routers of the configuration, one for each VRF, is logged in to once, and a password that it refuses is tried once.
 */
import type { CliReaderConfig } from '../config/config.ts';
import type { Platform } from '../router/cli/platform.ts';
import type { Session } from '../router/cli/session/session.ts';
import type { ReaderTurns } from '../router/port.ts';
import { sessionOf } from './cli-session.ts';
import { keyOf } from './key.ts';
import { SessionTurns } from './session-turns.ts';
import { type Made, Shared } from './shared.ts';
import { SshTargets } from './ssh-targets.ts';

export interface SharedSession {
  readonly session: Session;
  /** Undefined: all may read at the same time. */
  readonly turns: ReaderTurns | undefined;
}

export class Sessions {
  readonly #targets = new SshTargets();
  readonly #shared = new Shared<SharedSession>();

  /** The session becomes the caller's, who closes it, once. */
  of(config: CliReaderConfig, platform: Platform): SharedSession {
    // Of a local command nothing stays open.
    if (config.transport === 'exec') return { session: sessionOf(config, platform, this.#targets), turns: undefined };
    const { vrf: _, ...login } = config;
    const key = keyOf(login);
    return this.#shared.take(key, () => this.#made(key, config, platform));
  }

  #made(key: string, config: CliReaderConfig, platform: Platform): Made<SharedSession> {
    const session = sessionOf(config, platform, this.#targets);
    const turns = new SessionTurns(session, config.transport === 'telnet' && config.platform === 'frr');
    return {
      value: {
        session: {
          description: session.description,
          run: (commands, signal) => session.run(commands, signal),
          close: () => this.#shared.leave(key),
        },
        turns,
      },
      close: async () => {
        turns.close();
        await session.close();
        if (config.transport === 'ssh') await this.#targets.leave(config);
      },
    };
  }
}
