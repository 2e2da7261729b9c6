/** Commands that nobody waits for, between those of others. */
import { expect, test } from 'vitest';
import { unlessAborted } from '../../../src/router/abort.ts';
import { inSteps } from '../../../src/router/cli/in-steps.ts';
import type { Session } from '../../../src/router/cli/session/session.ts';
import { ReaderError, type ReaderTurns } from '../../../src/router/port.ts';
import { ReadLimit } from '../../../src/router/read-limit.ts';

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function oneAtATime(): ReaderTurns {
  const limit = new ReadLimit({ concurrency: 1, waitMs: 60_000, monotonicMs: () => performance.now() });
  return { toAsk: (waitMs) => limit.enter(waitMs).granted, toLearn: () => limit.enter().granted };
}

/** A router that takes its time for each command. */
function router(takesMs: number) {
  const commands: string[] = [];
  const session: Session = {
    description: 'r1',
    run: async (asked, signal) => {
      commands.push(...asked);
      await unlessAborted(after(takesMs), signal, 'r1');
      return asked.map((command) => `of ${command}`);
    },
    close: async () => {},
  };
  return { commands, session };
}

test('each has a turn of its own, or all together have one', async () => {
  const { commands, session } = router(0);
  const entered: number[] = [];
  const turns: ReaderTurns = {
    toAsk: async () => {
      entered.push(commands.length);
      return () => {};
    },
    toLearn: async () => () => {},
  };
  const { signal } = new AbortController();
  expect(await inSteps(session, turns, true).run(['a', 'b'], signal)).toEqual(['of a', 'of b']);
  expect(await inSteps(session, turns, false).run(['c', 'd'], signal)).toEqual(['of c', 'of d']);
  expect(entered).toEqual([0, 1, 2]);
});

test('none is sent whose turn comes too late: that is no trouble of the router, and the turn is free again', async () => {
  const turns = oneAtATime();
  const { commands, session } = router(0);
  const leave = await turns.toAsk(1_000);
  setTimeout(leave, 150);
  const asking = inSteps(session, turns, true).run(['a'], AbortSignal.timeout(50));
  await expect(asking).rejects.toMatchObject({ code: 'ERR_READER_BUSY' });
  (await turns.toAsk(1_000))();
  expect(commands).toEqual([]);
});

test('one whose time others have used up is no trouble of the router either', async () => {
  const turns = oneAtATime();
  const { session } = router(1_000);
  const leave = await turns.toAsk(1_000);
  const asking = inSteps(session, turns, true).run(['a'], AbortSignal.timeout(300));
  setTimeout(leave, 200);
  await expect(asking).rejects.toMatchObject({ code: 'ERR_READER_BUSY' });
});

test('one that takes too long by itself is', async () => {
  const asking = inSteps(router(1_000).session, oneAtATime(), true).run(['a'], AbortSignal.timeout(100));
  await expect(asking).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
});

test('a reader that is closed while one waits says so', async () => {
  const turns = oneAtATime();
  const leave = await turns.toAsk(1_000);
  const control = new AbortController();
  const asking = inSteps(router(0).session, turns, true).run(['a'], control.signal);
  control.abort(new ReaderError('ERR_READER_CLOSED', 'closed'));
  await expect(asking).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
  await leave();
});
