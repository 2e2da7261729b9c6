/**
 * Several commands in one round trip, where each round trip is a program of its own: they are joined as the platform's shell
 * takes them, and what comes back is split. A shell that stops at a command is asked for the rest anew.
 */
import { ReaderError } from '../../port.ts';
import type { Executor, Session } from './session.ts';

/** How several commands travel in one round trip. */
export interface Batching {
  join(commands: readonly string[]): string;
  /**
   * The outputs in order, at least one and at most `count`; fewer when the router stopped at a command that it did not
   * like, whose output is then the last one. Throws a `ReaderError` when it can tell that the output was cut off.
   */
  split(output: string, count: number): readonly string[];
  /** Whether a router that stopped at one command would stop at this later one as well: then it is not sent. */
  fallsWith?(stoppedAt: string, later: string): boolean;
}

/** Of a platform whose shell takes one command at a time. */
export const ONE_BY_ONE: Batching = { join: ([first = '']) => first, split: (output) => [output] };

/** The executor becomes the session's, which closes it. */
export function batched(executor: Executor, batching: Batching = ONE_BY_ONE): Session {
  return {
    description: executor.description,
    run: (commands, signal) => runAll(executor, batching, commands, signal),
    close: () => executor.close(),
  };
}

/** One round trip, or none when there is nothing to ask; one more for each stop at a command. */
async function runAll(
  executor: Executor,
  batching: Batching,
  commands: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const outputs: string[] = [];
  let stoppedAt: string | undefined;
  while (outputs.length < commands.length) {
    const rest = commands.slice(outputs.length);
    if (stoppedAt !== undefined && batching.fallsWith?.(stoppedAt, rest[0]!)) {
      outputs.push('');
      continue;
    }
    try {
      outputs.push(...batching.split(await executor.run(batching.join(rest), signal), rest.length));
    } catch (error) {
      // Behind a stop, a command that only complains is one that this router does not have. Whoever reads the outputs
      // decides whether the answer is whole without it.
      if (outputs.length === 0 || !(error instanceof ReaderError) || error.code !== 'ERR_READER_COMMAND') throw error;
      outputs.push('');
    }
    stoppedAt = commands[outputs.length - 1];
  }
  return outputs;
}
