/**
 * The sessions with routers, over reloads. Readers that differ in their VRF only have one together: a device that is several
 * routers of the configuration, one for each VRF, is logged in to once, and a password that it refuses is tried once.
 */
import type { CliReaderConfig } from '../config/config.ts';
import type { Platform } from '../router/cli/platform.ts';
import type { Session } from '../router/cli/session/session.ts';
import type { Leave, ReaderTurns } from '../router/port.ts';
import { ReadLimit } from '../router/read-limit.ts';
import { sessionOf } from './cli-session.ts';
import { keyOf } from './key.ts';
import { type Made, Shared } from './shared.ts';
import { SshTargets } from './ssh-targets.ts';

/** How long an interface table waits for other tables over the same session. */
const LEARN_MS = 60_000;

export interface SharedSession {
  readonly session: Session;
  /** Absent: all may read at the same time. */
  readonly turns?: ReaderTurns;
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
    const oneAtATime = { concurrency: 1, monotonicMs: () => performance.now() };
    const questions = new ReadLimit({ ...oneAtATime, waitMs: LEARN_MS });
    const tables = new ReadLimit({ ...oneAtATime, waitMs: LEARN_MS });
    return {
      value: {
        session: {
          description: session.description,
          run: (commands, signal) => session.run(commands, signal),
          close: () => this.#shared.leave(key),
        },
        turns: {
          toAsk: (waitMs) => settledTurn(questions.enter(waitMs).granted, session),
          toLearn: () => tables.enter().granted,
        },
      },
      close: async () => {
        questions.close();
        tables.close();
        await session.close();
        if (config.transport === 'ssh') await this.#targets.leave(config);
      },
    };
  }
}

/** What was left behind on the session is waited for with the turn, and not by whoever has the next one. */
async function settledTurn(granted: Promise<() => void>, session: Session): Promise<Leave> {
  const leave = await granted;
  return async () => {
    await session.settled?.();
    leave();
  };
}
