/** Asks what nobody waits for: command by command, so that whoever has a trace to answer comes between. */
import { inTime } from '../abort.ts';
import { isBusy, type Leave, type ReaderTurns } from '../port.ts';
import type { Session } from './session/session.ts';

/** For one step: whoever is silent for so long answers the others no better. */
const STEP_MS = 10_000;

/**
 * @param turns absent: whoever asks need not wait for others
 * @param isOneByOne whether each command takes its time; else all are one step
 */
export function inSteps(session: Session, turns: ReaderTurns | undefined, isOneByOne: boolean): Pick<Session, 'run'> {
  if (turns === undefined) return session;
  return {
    run: async (commands, signal) => {
      const outputs: string[] = [];
      for (const step of isOneByOne ? commands.map((command) => [command]) : [commands]) {
        const leave = await turnOf(turns, signal);
        try {
          outputs.push(...(await inTime(STEP_MS, signal, (either) => session.run(step, either))));
        } finally {
          await leave(); // Else this would be the newest that waits.
        }
      }
      return outputs;
    },
  };
}

/** Those who have to be quick go first, however many they are. */
async function turnOf(turns: ReaderTurns, signal: AbortSignal): Promise<Leave> {
  for (;;) {
    try {
      return await turns.toAsk(STEP_MS);
    } catch (error) {
      if (!isBusy(error) || signal.aborted) throw error;
    }
  }
}
