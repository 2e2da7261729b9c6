/**
 * One router behind several sessions, each of which knows some of its commands: FRR's daemons listen one by one. What is
 * asked of each goes at the same time.
 */
import { ReaderError } from '../port.ts';
import type { Session } from './session.ts';

export interface SplitOptions<Key extends string> {
  readonly description: string;
  readonly sessions: Readonly<Record<Key, Session>>;
  /** Who knows the command. */
  keyOf(command: string): Key;
  /**
   * Those that need not be there: whoever refuses the connection says nothing; whoever cannot be reached for another reason
   * says that, as a router says an error. Where the first command is theirs, that is the whole answer (ERR_READER_COMMAND).
   */
  readonly optional: readonly Key[];
}

export function splitSession<Key extends string>(options: SplitOptions<Key>): Session {
  const sessions = Object.values<Session>(options.sessions);
  return {
    description: options.description,
    run: (commands, signal) => runSplit(options, commands, signal),
    close: async () => {
      await Promise.all(sessions.map((session) => session.close()));
    },
  };
}

async function runSplit<Key extends string>(
  { sessions, keyOf, optional }: SplitOptions<Key>,
  commands: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const outputs = commands.map(() => '');
  const keys = [...new Set(commands.map(keyOf))];
  await Promise.all(
    keys.map(async (key) => {
      const own = commands.flatMap((command, at) => (keyOf(command) === key ? [{ command, at }] : []));
      try {
        const answers = await sessions[key].run(
          own.map(({ command }) => command),
          signal,
        );
        for (const [i, { at }] of own.entries()) outputs[at] = answers[i] ?? '';
      } catch (error) {
        const isAway = error instanceof ReaderError && error.code === 'ERR_READER_UNREACHABLE';
        if (!isAway || !optional.includes(key)) throw error;
        if (own[0]?.at === 0) throw new ReaderError('ERR_READER_COMMAND', error.message, { cause: error });
        if (!isRefusal(error)) for (const { at } of own) outputs[at] = `% ${error.message}`;
      }
    }),
  );
  return outputs;
}

/** Whether nobody listens there, also where that is why it is not tried again yet. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && (('code' in error && error.code === 'ECONNREFUSED') || isRefusal(error.cause));
}
