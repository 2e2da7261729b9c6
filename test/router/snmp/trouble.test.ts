/** Agents and networks at their worst, over many asks: nothing is lost but the answers that are, and nothing is kept. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { type ForwardingQuery, ReaderError } from '../../../src/router/port.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { Agent, type AgentOptions, encodeResponse } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';

const PLACE = '232.1.1.1.10.1.0.2.255.255.255.255';
const QUERY: ForwardingQuery = { family: 4, group: '232.1.1.1', source: '10.1.0.2' };
const ROUTER = new mib.Mib({
  '1.3.6.1.2.1.1.3.0': mib.timeTicks(100),
  '1.3.6.1.2.1.4.20.1.2.10.1.0.1': mib.integer(1),
  '1.3.6.1.2.1.4.20.1.3.10.1.0.1': mib.ipAddress('255.255.255.0'),
  '1.3.6.1.2.1.83.1.1.4.1.2.1': mib.integer(1),
  [`1.3.6.1.2.1.83.1.1.2.1.5.${PLACE}`]: mib.integer(1),
  [`1.3.6.1.2.1.83.1.1.2.1.8.${PLACE}`]: mib.counter32(7),
  [`1.3.6.1.2.1.83.1.1.2.1.12.${PLACE}`]: mib.integer(2),
});

/** More than an agent is asked at a time: some wait. */
const AT_ONCE = 12;

/** mulberry32: the same losses every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Run {
  readonly good: number;
  readonly codes: readonly string[];
}

/** So many asks, a few at a time, each with as much time as a router has in a trace. */
async function asks(count: number, options: Omit<AgentOptions, 'mib'>): Promise<Run> {
  await using agent = await Agent.start({ mib: ROUTER, ...options });
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  let good = 0;
  const codes = new Set<string>();
  const next = async () => {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new ReaderError('ERR_READER_TIMEOUT', 'too late')), 2400);
    try {
      const { routes } = await reader.readForwarding(QUERY, deadline.signal);
      if (routes?.[0]?.packets === '7') good++;
    } catch (error) {
      codes.add(String((error as { code?: unknown }).code));
    } finally {
      clearTimeout(timer);
    }
  };
  for (let left = count; left > 0; left -= AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, left) }, next));
  await reader.close();
  return { good, codes: [...codes] };
}

test('every fifth datagram is lost, in both directions', async () => {
  const chance = random(7);
  const isLost = () => chance() < 0.2 || chance() < 0.2;
  const { good, codes } = await asks(72, { instead: (_, response) => (isLost() ? undefined : response) });
  // Within its time an ask is sent at least four times.
  expect(good).toBeGreaterThan(68);
  expect(codes.every((code) => code === 'ERR_READER_TIMEOUT')).toBe(true);
});

test('garbage, cut messages, doubled messages, and messages for somebody else', async () => {
  const chance = random(9);
  const { good } = await asks(96, {
    instead: (request, response) => {
      const octets = encodeResponse(request, response);
      const dice = chance();
      if (dice < 0.1) return octets.subarray(0, Math.floor(chance() * octets.length));
      if (dice < 0.2) return octets.map((octet) => (chance() < 0.02 ? chance() * 256 : octet));
      if (dice < 0.25) return encodeResponse({ ...request, id: request.id + 1 }, response);
      if (dice < 0.3) return encodeResponse({ ...request, version: 3 }, response);
      if (dice < 0.35) return encodeResponse({ ...request, community: 'x' }, response);
      return response;
    },
  });
  expect(good).toBeGreaterThan(48);
});

test('answers that come after the deadline', async () => {
  const began = performance.now();
  const { good, codes } = await asks(4, { delayMs: 3000 });
  expect([good, codes]).toEqual([0, ['ERR_READER_TIMEOUT']]);
  expect(performance.now() - began).toBeLessThan(3000);
});

/** Of what can still be reached. */
async function heapMiB(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 50)); // what is closed is let go in the background
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

test('what is asked is over when it is over: no socket, no timer, no memory stays', { timeout: 120_000 }, async () => {
  const resources = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50)); // sockets close in the background
    const active = process.getActiveResourcesInfo();
    return ['UDPWRAP', 'UDPWrap', 'Timeout'].map((kind) => active.filter((one) => one === kind).length);
  };
  const before = await resources();
  await asks(1000, {});
  const heapBefore = await heapMiB();
  const { good } = await asks(10_000, {});
  expect(good).toBe(10_000);
  expect((await heapMiB()) - heapBefore).toBeLessThan(4);
  const chance = random(11);
  await asks(24, { instead: (_, response) => (chance() < 0.5 ? undefined : response) });
  const after = await resources();
  // Of the test runner's own timers one may have ended.
  expect(after.every((count, at) => count <= before[at]!)).toBe(true);
});
