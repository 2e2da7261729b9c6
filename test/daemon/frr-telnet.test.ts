/** FRR's daemons listen one by one: what one of them does must not be the others' trouble. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { Readers } from '../../src/daemon/readers.ts';
import { createLog } from '../../src/log/log.ts';
import type { ForwardingQuery } from '../../src/router/port.ts';
import { RouterReads } from '../../src/router/reads.ts';
import { Box } from '../router/cli/support/box/box.ts';
import { FRR_OUTPUTS } from '../router/cli/support/frr-outputs.ts';
import { takeStock } from '../router/cli/support/resources.ts';

const V4: ForwardingQuery = { family: 4, group: '232.1.1.1', source: '203.0.113.4' };
const V6: ForwardingQuery = { family: 6, group: 'ff3e::1', source: '2001:db8::2' };
const NOTHING = [
  'show ipv6 multicast count json',
  'show ipv6 pim interface json',
  'show ipv6 pim neighbor json',
  ...['mroute 232.1.1.1', 'pim rpf', 'pim upstream 232.1.1.1', 'pim join 232.1.1.1'].map((of) => `show ip ${of} json`),
];
/** Sources by the same way. */
const SOURCES = [4, 5, 6, 7, 8].map((host) => `203.0.113.${host}`);
const ROUTES = SOURCES.map((source) => [
  `show ip route ${source} json`,
  FRR_OUTPUTS['show ip route 203.0.113.4 json'] ?? '',
]);
const SOURCES6 = ['2001:db8::2', '2001:db8::3'];
const OUTPUTS = {
  ...Object.fromEntries(SOURCES6.map((source) => [`show ipv6 route ${source} json`, '{}'])),
  ...Object.fromEntries(ROUTES),
  ...Object.fromEntries(NOTHING.map((command) => [command, '{}'])),
  'terminal length 0': '',
  ...FRR_OUTPUTS,
};

let nothingLeft: () => Promise<void>;
let boxes: Box[];
let pim6d: Box;
let reads: RouterReads;
beforeEach(async () => {
  nothingLeft = takeStock();
  boxes = [1, 2, 3].map(() => new Box({ prompt: 'r1> ', outputs: OUTPUTS, password: 'secret' }));
  pim6d = boxes[2]!;
  const [zebra, pimd, last] = await Promise.all(boxes.map((box) => box.telnet()));
  const config = {
    kind: 'cli',
    platform: 'frr',
    transport: 'telnet',
    host: '127.0.0.1',
    ports: { zebra, pimd, pim6d: last },
    password: new Secret('secret'),
    loginsPerMinute: 6,
  } as const;
  const readers = new Readers(createLog({ level: 'silent' }));
  reads = new RouterReads({
    router: 'r1',
    readers: readers.of({ name: 'r1', standIn: [], gateway: [], maxAgeMs: 0, readers: [config] }),
    maxAgeMs: 0,
    timeoutMs: 2_000,
    learnTimeoutMs: 30_000,
    perSecond: 100,
    concurrency: 4,
    onTrouble: () => {},
    monotonicMs: () => performance.now(),
  });
});
afterEach(async () => {
  await reads.close();
  for (const box of boxes) await box[Symbol.asyncDispose]();
  await nothingLeft();
});

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const isRead = { name: 'r1' };

test('IPv4 is read while pim6d hangs in IPv6, and at once behind that', async () => {
  await reads.interfaces();
  pim6d.options = { ...pim6d.options, fault: () => 'hang' };
  let isOver = false;
  const six = reads.forwarding(V6).catch((error) => {
    isOver = true;
    return error;
  });
  await after(100);
  expect(await reads.forwarding(V4)).toMatchObject(isRead);
  expect(isOver).toBe(false);
  expect(await six).toMatchObject({ code: 'ERR_READER_COMMAND', cause: { code: 'ERR_READER_TIMEOUT' } });
  expect(await reads.forwarding(V4)).toMatchObject(isRead);
  await expect(reads.forwarding(V6)).rejects.toMatchObject({ code: 'ERR_READER_COMMAND' }); // left alone for a moment
});

test('so it is while a slow pim6d tells its part of the table, which is not waited for', async () => {
  await reads.interfaces();
  pim6d.options = { ...pim6d.options, delayMs: 4_000 };
  const table = reads.interfaces();
  await after(1_100);
  expect(await reads.forwarding(V4)).toMatchObject(isRead);
  expect((await table).interfaces.size).toBeGreaterThan(0);
});

test('IPv6 is read while pimd hangs', async () => {
  await reads.interfaces();
  const hangs = (command: string) => (command.startsWith('show ip ') ? ('hang' as const) : undefined);
  boxes[1]!.options = { ...boxes[1]!.options, fault: hangs };
  const four = reads.forwarding(V4).catch((error) => error);
  await after(100);
  for (const source of SOURCES6)
    expect(await reads.forwarding({ family: 6, group: null, source })).toMatchObject(isRead);
  expect(await four).toMatchObject({ code: 'ERR_READER_TIMEOUT' });
});

test('several questions at once take turns: who has none in time is refused, and that is no trouble', async () => {
  await reads.interfaces();
  boxes[1]!.options = { ...boxes[1]!.options, delayMs: 90 };
  const asked = await Promise.allSettled(SOURCES.slice(0, 4).map((source) => reads.forwarding({ ...V4, source })));
  const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
  expect(refused.every((code) => code === 'ERR_READER_BUSY')).toBe(true);
  expect(refused.length).toBeLessThan(4);
  expect(await reads.forwarding({ ...V4, source: SOURCES[4]! })).toMatchObject(isRead);
});

test('a table that takes longer than an answer may is learned', async () => {
  boxes[1]!.options = { ...boxes[1]!.options, delayMs: 500 };
  expect((await reads.interfaces()).interfaces.size).toBeGreaterThan(0);
});
