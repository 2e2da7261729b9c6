/**
 * A session without a router: answers single commands from a table, and does with several lines what the real shells
 * were seen to do (vtysh of FRR 8.4.4, dash).
 */

import type { Platform } from '../../../../src/router/cli/platform.ts';
import { createCliReader } from '../../../../src/router/cli/reader.ts';
import { batched } from '../../../../src/router/cli/session/batch.ts';
import type { Executor } from '../../../../src/router/cli/session/session.ts';
import { type Reader, ReaderError } from '../../../../src/router/port.ts';

/** For a command whose daemon is not there: vtysh stops without output. */
export const NOT_RUNNING = Symbol('not running');
export type Outputs = Readonly<Record<string, string | typeof NOT_RUNNING>>;

export interface FakeShell extends Executor {
  /** The commands of each round trip, without what only separates them. */
  readonly trips: string[][];
  outputs: Outputs;
  isClosed: boolean;
}

export function readerWith(platform: Platform, executor: Executor): Reader {
  return createCliReader({ name: 'core', platform, session: batched(executor, platform.batching) });
}

/** A CLI that takes one command at a time. */
export function fakeCli(outputs: Outputs): FakeShell {
  return fakeShell(outputs, ([line = ''], shell, trip) => {
    trip.push(line);
    return String(Object.hasOwn(shell.outputs, line) ? shell.outputs[line] : `% Invalid input: ${line}`);
  });
}

export function fakeVtysh(outputs: Outputs): FakeShell {
  return fakeShell(outputs, (lines, shell, trip) => {
    let answer = '';
    for (const line of lines) {
      if (line === 'find [mtrace2d') {
        answer += '% Unbalanced square brackets\n';
        continue;
      }
      trip.push(line);
      // Each pimd knows it; it says nothing of a VRF that it does not know.
      const unlisted = line.includes(' nexthop-lookup ') ? '' : undefined;
      const output = Object.hasOwn(shell.outputs, line) ? shell.outputs[line] : unlisted;
      if (output === undefined) return `${answer}% Unknown command: ${line}\n`;
      if (output === NOT_RUNNING && answer !== '') return answer;
      if (output === NOT_RUNNING) throw new ReaderError('ERR_READER_COMMAND', 'fake: pimd is not running');
      answer += (output as string).replace(/([^\n])$/, '$1\n');
    }
    return answer;
  });
}

export function fakeSh(outputs: Outputs): FakeShell {
  return fakeShell(outputs, (lines, shell, trip) => {
    let answer = '';
    for (const line of lines) {
      const echo = /^echo '(.*)'$/.exec(line);
      const command = /^(.*) 2>&1$/.exec(line)?.[1];
      if (echo !== null) answer += `${echo[1]}\n`;
      if (command === undefined) continue;
      trip.push(command);
      answer += (shell.outputs[command] as string | undefined) ?? `sh: 1: ${command.split(' ')[0]}: not found\n`;
    }
    return answer;
  });
}

function fakeShell(outputs: Outputs, answer: (lines: string[], shell: FakeShell, trip: string[]) => string): FakeShell {
  const shell: FakeShell = {
    description: 'fake',
    trips: [],
    outputs,
    isClosed: false,
    run: async (command, signal) => {
      signal.throwIfAborted();
      const trip: string[] = [];
      shell.trips.push(trip);
      return answer(command.split('\n'), shell, trip);
    },
    close: async () => {
      shell.isClosed = true;
    },
  };
  return shell;
}
