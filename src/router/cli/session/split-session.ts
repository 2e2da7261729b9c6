/**
 * One router behind several sessions, each of which knows some of its commands: FRR's daemons listen one by one. What is
 * asked of each goes at the same time.
 */
import { withEither } from '../../abort.ts';
import { ReaderError } from '../../port.ts';
import type { Session } from './session.ts';

export interface SplitOptions<Key extends string> {
  readonly description: string;
  readonly sessions: Readonly<Record<Key, Session>>;
  /** Who knows the command. */
  keyOf(command: string): Key;
  /**
   * Those that need not be there: whoever refuses the connection says nothing; whoever has other trouble, or does not answer
   * when all others have, says that, as a router says an error. Where the first command is theirs, that is the whole answer:
   * ERR_READER_COMMAND, and for its cause the trouble, which says nothing of the others.
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

/** How long those that need not be there may go on when the others have answered: a firewall may drop all that is for them. */
const GRACE_MS = 1_000;

async function runSplit<Key extends string>(
  { sessions, keyOf, optional }: SplitOptions<Key>,
  commands: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const outputs = commands.map(() => '');
  const keys = [...new Set(commands.map(keyOf))];
  const isNeeded = (key: Key) => !optional.includes(key);
  const ask = async (key: Key, until: AbortSignal) => {
    const own = commands.flatMap((command, at) => (keyOf(command) === key ? [{ command, at }] : []));
    try {
      const answers = await sessions[key].run(
        own.map(({ command }) => command),
        until,
      );
      for (const [i, { at }] of own.entries()) outputs[at] = answers[i] ?? '';
    } catch (error) {
      if (!(error instanceof ReaderError) || isNeeded(key) || error.code === 'ERR_READER_CLOSED') throw error;
      if (own[0]?.at === 0) throw new ReaderError('ERR_READER_COMMAND', error.message, { cause: error });
      if (!isRefusal(error)) for (const { at } of own) outputs[at] = `% ${error.message}`;
    }
  };
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  await withEither([signal, over.signal], async (either) => {
    try {
      const needed = Promise.all(keys.filter(isNeeded).map((key) => ask(key, either)));
      const others = Promise.all(keys.filter((key) => !isNeeded(key)).map((key) => ask(key, either)));
      others.catch(() => {}); // The trouble of those that are needed comes first.
      await needed;
      if (isNeeded(keyOf(commands[0] ?? ''))) timer = setTimeout(() => over.abort(), GRACE_MS);
      await others;
    } finally {
      clearTimeout(timer);
      over.abort(); // Who is still asked is asked for nobody.
    }
  });
  return outputs;
}

/** Whether nobody listens there, also where that is why it is not tried again yet. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && (('code' in error && error.code === 'ECONNREFUSED') || isRefusal(error.cause));
}
