/** Asks what nobody waits for: command by command, so that whoever has a trace to answer comes between. */
import { abortError, inTime, unlessAborted } from '../abort.ts';
import { type Leave, ReaderError, type ReaderTurns } from '../port.ts';
import type { Session } from './session/session.ts';

/** For one step: whoever is silent for so long answers the others no better. */
const STEP_MS = 10_000;

/**
 * Rejects with ERR_READER_BUSY where the time was that of others.
 * @param turns absent: whoever asks need not wait for others
 * @param isOneByOne whether each command takes its time; else all are one step
 */
export function inSteps(session: Session, turns: ReaderTurns | undefined, isOneByOne: boolean): Pick<Session, 'run'> {
  if (turns === undefined) return session;
  return {
    run: async (commands, signal) => {
      const outputs: string[] = [];
      const beganMs = performance.now();
      let waitedMs = 0;
      for (const step of isOneByOne ? commands.map((command) => [command]) : [commands]) {
        const enteredMs = performance.now();
        const leave = await turnOf(turns, signal, session.description);
        waitedMs += performance.now() - enteredMs;
        try {
          outputs.push(...(await inTime(STEP_MS, signal, (either) => session.run(step, either))));
        } catch (error) {
          const isForOthers = isOver(signal) && waitedMs > (performance.now() - beganMs) / 2;
          throw isForOthers ? noTurn(session.description) : error;
        } finally {
          await leave(); // Else this would be the newest that waits.
        }
      }
      return outputs;
    },
  };
}

/** Those who have to be quick are newer, and go first, however many they are. */
async function turnOf(turns: ReaderTurns, signal: AbortSignal, description: string): Promise<Leave> {
  const turn = turns.toAsk();
  try {
    return await unlessAborted(turn, signal, description);
  } catch (error) {
    turn.then((leave) => leave()).catch(() => {});
    throw isOver(signal) ? noTurn(description) : error;
  }
}

/** Whether it fired because of the time. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted && abortError(signal, '').code === 'ERR_READER_TIMEOUT';
}

function noTurn(description: string): ReaderError {
  return new ReaderError('ERR_READER_BUSY', `${description}: taken by other reads all the time`);
}
