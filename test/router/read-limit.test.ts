import { expect, test } from 'vitest';
import { ReadLimit } from '../../src/router/read-limit.ts';

const limit = () => new ReadLimit({ concurrency: 1, waitMs: 60_000, monotonicMs: () => performance.now() });
const busy = { code: 'ERR_READER_BUSY' };

test('who may wait least is given up first, and at its time, whoever came before', async () => {
  const reads = limit();
  const leave = await reads.enter().granted;
  const given = reads.enter();
  await expect(reads.enter(50).granted).rejects.toMatchObject(busy);
  leave();
  (await given.granted)();
  reads.close();
});
