/**
 * A thousand traces through five routers of five vendors, typed to by the built daemon, while one router after the other
 * misbehaves: every trace ends in time, with the right code at the right router, and no session is left.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { messageToJson } from '../../src/wire/print.ts';
import { checkMessage, emptyMessage, memoryOf } from '../../src/wire/view.ts';
import { Box, type BoxOptions } from '../router/cli/support/box/box.ts';
import { DOMAIN, SOURCE } from '../router/cli/support/box/domain.ts';
import { generateKeys } from '../router/cli/support/keys.ts';
import { query } from '../support/engine-driver.ts';
import { type Program, Stage } from '../support/programs.ts';

const GROUP = '232.1.1.1';
/** Of this test run alone, so that two may run at once. */
const NETWORK = `127.${64 + (process.pid % 60)}.${(process.pid >> 6) % 256}`;
const DAEMON = `${NETWORK}.41`;
const CLIENT = `${NETWORK}.42`;
const REPLY_TIMEOUT_MS = 4000;
const ROUND = 100;
const PAUSE_MS = 10;

const stage = new Stage();
const keys = generateKeys();
const boxes = new Map<string, Box>();
let daemon: Program;
let client: Socket;
let queryId = 0;
/** By Query ID. */
const waiting = new Map<number, (outcome: Outcome) => void>();
let traces = 0;
/** Descriptors of the daemon with one session for each router. */
let descriptorCount: number;

beforeAll(async () => {
  const routers = [];
  for (const { name, platform, prompt, outputs } of DOMAIN) {
    const box = new Box({ prompt, outputs, user: 'mt', password: 'secret' });
    boxes.set(name, box);
    const [transport, port] = name === 'r2' ? ['telnet', await box.telnet()] : ['ssh', await box.ssh(keys.private)];
    const knownHosts = stage.write(`known-${name}`, `[127.0.0.1]:${port} ${keys.public}\n`);
    const reader = { kind: 'cli', platform, transport, host: '127.0.0.1', port, user: 'mt', password: 'secret' };
    routers.push({
      name,
      maxAge: '0s',
      standIn: name === 'r5' ? [DAEMON] : [],
      readers: [transport === 'ssh' ? { ...reader, knownHosts } : reader],
    });
  }
  daemon = await stage.daemon(
    'faults',
    JSON.stringify({
      listen: [{ address: DAEMON, port: 33435 }],
      routers,
      native: { forward: false },
      replyTimeout: `${REPLY_TIMEOUT_MS}ms`,
      limits: { queries: { perSecond: 1000, burst: 1000 } },
    }),
  );
  client = createSocket('udp4');
  client.bind(0, CLIENT);
  await once(client, 'listening');
  client.on('message', receive);
  expect(await trace()).toEqual(WHOLE);
  descriptorCount = descriptors();
});
afterAll(async () => {
  client.close();
  await stage.close();
  for (const box of boxes.values()) await box[Symbol.asyncDispose]();
});

const descriptors = () => readdirSync(`/proc/${daemon.pid}/fd`).length;

interface Outcome {
  readonly hops: number;
  /** Of the last block. */
  readonly code: unknown;
}
const WHOLE: Outcome = { hops: 5, code: 'NO_ERROR' };

/** One Query, and the Reply to it; rejects when there is none in time. */
function trace(): Promise<Outcome> {
  traces++;
  const id = ++queryId;
  client.send(query(CLIENT, SOURCE[4], GROUP, { queryId: id, clientPort: client.address().port }), 33435, DAEMON);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no Reply to ${id}`)), REPLY_TIMEOUT_MS);
    waiting.set(id, (outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    });
  });
}

function receive(octets: Buffer): void {
  const memory = memoryOf(octets);
  const message = emptyMessage();
  expect(checkMessage(memory.view, 0, octets.length, message)).toBeUndefined();
  const { header, blocks } = messageToJson(memory, message, Date.now());
  waiting.get(Number(header.queryId))?.({ hops: blocks.length, code: blocks.at(-1)?.forwardingCodeName });
}

/** A hundred traces, one every ten milliseconds: their outcomes, each once. */
async function round(): Promise<Outcome[]> {
  const all: Promise<Outcome>[] = [];
  for (let i = 0; i < ROUND; i++) {
    all.push(trace());
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  const different = new Map((await Promise.all(all)).map((outcome) => [JSON.stringify(outcome), outcome]));
  return [...different.values()];
}

function change(router: string, changes: Partial<BoxOptions>): Box {
  const box = boxes.get(router)!;
  box.options = { ...box.options, ...changes };
  return box;
}

/** Until traces go through again: what failed is left alone for a while. */
async function recovered(): Promise<void> {
  await vi.waitFor(async () => expect(await trace()).toEqual(WHOLE), { timeout: 15_000, interval: 200 });
}

const endsAt = (hops: number): Outcome => ({ hops, code: 'FATAL_ERROR' });

describe('a thousand traces', { timeout: 60_000 }, () => {
  test('while all is well', async () => {
    expect(await round()).toEqual([WHOLE]);
    expect([...boxes.values()].map(({ logins }) => logins)).toEqual([1, 1, 1, 1, 1]);
  });

  test.each<[string, string, number, Partial<BoxOptions>]>([
    ['that says nothing more', 'r1', 5, { fault: () => 'hang' }],
    ['that stops in mid-output', 'r3', 3, { fault: () => 'half' }],
    ['that takes too long', 'r2', 4, { delayMs: REPLY_TIMEOUT_MS }],
    ['that refuses every command', 'r1', 5, { outputs: {} }],
    ['that answers with half a megabyte of something else', 'r3', 3, flood('r3')],
  ])('through a router %s', async (_what, router, hops, changes) => {
    const before = boxes.get(router)!.options;
    change(router, changes);
    const outcomes = await round();
    expect(outcomes).toEqual([endsAt(hops)]);
    boxes.get(router)!.options = before;
    await recovered();
  });

  test('through a router that ends a session, and the next one, too', async () => {
    let count = 0;
    change('r4', { fault: () => (count++ < 2 ? 'close' : undefined) });
    const outcomes = await round();
    expect(outcomes).toContainEqual(endsAt(2));
    expect([endsAt(2), WHOLE]).toEqual(expect.arrayContaining(outcomes));
    await recovered();
  });

  test('through a router that restarts with another password, which is tried once', async () => {
    const box = change('r5', { password: 'other' });
    const before = box.logins;
    box.drop();
    while (box.logins === before) expect(await round()).toEqual([endsAt(1)]);
    expect(box.logins).toBe(before + 1);
    change('r5', { password: 'secret' });
    await recovered();
  });

  test('leave one session for each router, and with the end of the daemon none', async () => {
    while (traces < 1000) await round();
    await recovered();
    expect([...boxes.values()].map(({ open }) => open)).toEqual([1, 1, 1, 1, 1]);
    expect(descriptors()).toBeLessThanOrEqual(descriptorCount);
    expect(await daemon.stop()).toBe(0);
    await vi.waitFor(() => expect([...boxes.values()].map(({ open }) => open)).toEqual([0, 0, 0, 0, 0]));
  });
});

/** Every command of a router is answered by 10,000 lines of routes. */
function flood(router: string): Partial<BoxOptions> {
  const lines = Array.from(
    { length: 10_000 },
    (_, i) => `O    10.${i >> 8}.${i & 255}.0/24 [110/20] via 10.0.0.1, 1d02h`,
  );
  const { outputs } = DOMAIN.find(({ name }) => name === router)!;
  return { outputs: Object.fromEntries(Object.keys(outputs).map((command) => [command, lines.join('\n')])) };
}
