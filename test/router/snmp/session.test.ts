import { createSocket } from 'node:dgram';
import dns from 'node:dns/promises';
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import type { Credentials } from '../../../src/router/snmp/session/credentials.ts';
import { RoundTrip } from '../../../src/router/snmp/session/round-trip.ts';
import type { Session } from '../../../src/router/snmp/session/session.ts';
import { Agent, encodeResponse, type Response } from '../../support/snmp/agent.ts';
import { Tag } from '../../support/snmp/ber.ts';
import * as mib from '../../support/snmp/mib.ts';

const NAME = '1.3.6.1.2.1.1.1';
const V2C: Credentials = { version: '2c', community: 'public' };

const sessions: Session[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const session of sessions.splice(0)) session.close();
});

function sessionWith(port: number, credentials: Credentials = V2C, host = '127.0.0.1'): Session {
  const session = createAgentSession({ host, port, credentials });
  sessions.push(session);
  return session;
}

function served(value: mib.Value): mib.Mib {
  return new mib.Mib({ [`${NAME}.0`]: value });
}

/** A value whose type has no meaning in SNMP. */
function withUnknownType(response: Response): Response {
  const bindings = response.bindings.map(({ oid }) => ({ oid, value: Buffer.of(0x99, 1, 0) }));
  return { ...response, bindings };
}

async function valueFrom(session: Session, ms = 2000): Promise<unknown> {
  const { singles } = await session.ask([NAME], [], 0, AbortSignal.timeout(ms));
  return singles[0]?.value;
}

describe('values', () => {
  test.each([
    ['Integer32', mib.integer(-5), -5],
    ['Counter32', mib.counter32(4294967295), 4294967295],
    ['Gauge32', mib.gauge32(4000000000), 4000000000],
    ['TimeTicks', mib.timeTicks(4294967295), 4294967295],
    ['Counter64', mib.counter64(18446744073709551615n), 18446744073709551615n],
    ['Counter64 of one octet', mib.counter64(0n), 0n],
    ['Counter64 of more than 64 bits', { tag: Tag.COUNTER64, value: Uint8Array.of(1, ...Array(8).fill(0)) }, undefined],
    ['OCTET STRING', mib.text('eth0'), Buffer.from('eth0')],
    ['OCTET STRING of none', mib.octets(), Buffer.alloc(0)],
    ['IpAddress', mib.ipAddress('10.255.0.4'), Uint8Array.of(10, 255, 0, 4)],
    ['OBJECT IDENTIFIER', mib.pointer('1.3.6.1.2.1.4.32.1.5.7.4294967295'), '1.3.6.1.2.1.4.32.1.5.7.4294967295'],
  ])('%s', async (_, value, expected) => {
    await using agent = await Agent.start({ mib: served(value) });
    expect(await valueFrom(sessionWith(agent.port))).toEqual(expected);
  });

  test('the end of the MIB is nothing', async () => {
    await using agent = await Agent.start({ mib: new mib.Mib() });
    expect(await valueFrom(sessionWith(agent.port))).toBeUndefined();
  });
});

test('IPv6', async () => {
  await using agent = await Agent.start({ mib: served(mib.integer(6)), address: '::1' });
  expect(await valueFrom(sessionWith(agent.port, V2C, '::1'))).toBe(6);
});

test('a host name', async () => {
  await using agent = await Agent.start({ mib: served(mib.integer(4)) });
  expect(await valueFrom(sessionWith(agent.port, V2C, 'localhost'))).toBe(4);
});

test('a host of several addresses: the next one is tried where nobody answers', async () => {
  vi.spyOn(dns, 'lookup').mockResolvedValue([
    { address: '127.0.0.9', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ] as never);
  await using agent = await Agent.start({ mib: served(mib.integer(4)) });
  await using silent = await Agent.start({
    mib: new mib.Mib(),
    address: '127.0.0.9',
    port: agent.port,
    instead: () => undefined,
  });
  const session = sessionWith(agent.port, V2C, 'twice.example');
  await expect(valueFrom(session, 50)).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
  expect(silent.requests).toHaveLength(1);
  expect(await valueFrom(session)).toBe(4);
  expect(await valueFrom(session)).toBe(4);
});

describe('trouble', () => {
  test('nothing listens there: at once', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    const session = sessionWith(port);
    const refused = {
      code: 'ERR_READER_UNREACHABLE',
      message: `v2c at 127.0.0.1:${port}: nothing listens there (ECONNREFUSED)`,
    };
    await expect(valueFrom(session, 60_000)).rejects.toMatchObject(refused);
    await using _ = await Agent.start({ mib: served(mib.integer(1)) });
    await expect(valueFrom(session, 60_000)).rejects.toMatchObject(refused);
  });

  test('no such host', async () => {
    await expect(valueFrom(sessionWith(161, V2C, 'nowhere.invalid'), 30_000)).rejects.toMatchObject({
      code: 'ERR_READER_UNREACHABLE',
      message: expect.stringMatching(/^v2c at nowhere.invalid:161: (there is no such host \(ENOTFOUND\)|EAI_AGAIN)$/),
    });
  });

  test('a wrong community is silence, and the message thinks of it', async () => {
    await using agent = await Agent.start({ mib: served(mib.integer(1)), community: 'secret' });
    await expect(valueFrom(sessionWith(agent.port), 50)).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
      message: `v2c at 127.0.0.1:${agent.port}: no answer; the agent cannot be reached, or does not know the community`,
    });
  });

  test('a datagram that is lost is sent again, sooner where the agent is near', async () => {
    let left = 0;
    await using agent = await Agent.start({
      mib: served(mib.integer(1)),
      instead: (_, response) => (left-- > 0 ? undefined : response),
    });
    const session = sessionWith(agent.port);
    await valueFrom(session);
    left = 2;
    await valueFrom(session, 900);
    expect(agent.requests).toHaveLength(4);
  });

  test('who gives up does not go on asking', async () => {
    await using agent = await Agent.start({ mib: served(mib.integer(1)), instead: () => undefined });
    await expect(valueFrom(sessionWith(agent.port), 30)).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(agent.requests).toHaveLength(1);
  });

  test('who gives up does not go on asking, though others are answered', async () => {
    await using agent = await Agent.start({ mib: served(mib.integer(1)) });
    const session = sessionWith(agent.port);
    for (let i = 0; i < 8; i++) await valueFrom(session); // after which it would be sent again soon
    let left = 1;
    agent.change({ delayMs: 20, instead: (_, response) => (left-- > 0 ? response : undefined) });
    agent.reset();
    await Promise.allSettled([valueFrom(session), valueFrom(session, 60)]);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(agent.requests).toHaveLength(2);
  });

  test('an answer that comes too late is not taken for the next one', async () => {
    await using agent = await Agent.start({ mib: served(mib.integer(1)), delayMs: 120 });
    const session = sessionWith(agent.port);
    await expect(valueFrom(session, 60)).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    agent.change({ mib: served(mib.integer(2)), delayMs: 0 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await valueFrom(session)).toBe(2);
  });

  test('octets that are no message are as if lost', async () => {
    let at = 0;
    await using agent = await Agent.start({
      mib: served(mib.integer(1)),
      instead: (request, response) => {
        const whole = encodeResponse(request, response);
        if (at++ === 0) return whole.subarray(0, 20);
        if (at === 2) return Buffer.from('30820000', 'hex');
        return response;
      },
    });
    expect(await valueFrom(sessionWith(agent.port), 4000)).toBe(1);
  });

  test('an answer that cannot be read is asked for again at once, once', async () => {
    let left = 1;
    await using agent = await Agent.start({
      mib: served(mib.integer(1)),
      instead: (_, response) => (left-- > 0 ? withUnknownType(response) : response),
    });
    const session = sessionWith(agent.port);
    const began = performance.now();
    expect(await valueFrom(session)).toBe(1);
    left = 2;
    await expect(valueFrom(session)).rejects.toMatchObject({ name: 'PduError', status: 'unreadable' });
    expect(agent.requests).toHaveLength(4);
    expect(performance.now() - began).toBeLessThan(900); // A lost one would be sent again after a second.
  });

  test('an error-status that nobody has defined is one all the same', async () => {
    await using agent = await Agent.start({
      mib: served(mib.integer(1)),
      instead: (_, response) => ({ ...response, errorStatus: 77, errorIndex: 1 }),
    });
    await expect(valueFrom(sessionWith(agent.port))).rejects.toMatchObject({
      name: 'PduError',
      status: 'genErr',
    });
  });

  test('an agent that has become slow is not asked again ever sooner than it can answer', async () => {
    await using agent = await Agent.start({ mib: served(mib.integer(1)) });
    const session = sessionWith(agent.port);
    for (let i = 0; i < 20; i++) await valueFrom(session);
    agent.change({ delayMs: 400 });
    const sent: number[] = [];
    for (let i = 0; i < 6; i++) {
      agent.reset();
      expect(await valueFrom(session)).toBe(1);
      sent.push(agent.requests.length);
      await new Promise((resolve) => setTimeout(resolve, 450)); // until all that was sent again is answered, too
    }
    expect(sent[0]).toBeGreaterThan(1);
    expect(sent.at(-1)).toBe(1);
  });

  test('an agent that answers others at the same time knows the community', async () => {
    let left = 1;
    await using agent = await Agent.start({
      mib: served(mib.integer(1)),
      delayMs: 20,
      instead: (_, response) => (left-- > 0 ? response : undefined),
    });
    const session = sessionWith(agent.port);
    const [answered, silent] = await Promise.allSettled([valueFrom(session), valueFrom(session, 100)]);
    expect(answered).toMatchObject({ value: 1 });
    expect(silent).toMatchObject({
      reason: { code: 'ERR_READER_TIMEOUT', message: `v2c at 127.0.0.1:${agent.port}: no answer in time` },
    });
  });

  test('nobody but the agent is heard', async () => {
    const stranger = createSocket('udp4').bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    const agent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(agent, 'listening');
    agent.on('message', (datagram, from) => {
      // The whole request is sent back with the tag of a response: an answer without an error.
      const forged = Buffer.from(datagram);
      forged[forged.indexOf(0xa1)] = 0xa2;
      stranger.send(forged, from.port, from.address);
    });
    await expect(valueFrom(sessionWith(agent.address().port), 300)).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
    });
    stranger.close();
    agent.close();
  });

  test('a session that is closed answers so, at once', async () => {
    await using agent = await Agent.start({ mib: served(mib.integer(1)), delayMs: 500 });
    const session = sessionWith(agent.port);
    const asked = valueFrom(session, 5000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    session.close();
    await expect(asked).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
    await expect(valueFrom(session)).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
  });
});

describe('whoever gives up leaves the others what is theirs', () => {
  test('its turn, which it has not had yet', async () => {
    await using agent = await Agent.start({ mib: served(mib.integer(1)), delayMs: 150 });
    const session = sessionWith(agent.port);
    const first = Array.from({ length: 4 }, () => valueFrom(session));
    const waiting = await Promise.allSettled(Array.from({ length: 4 }, () => valueFrom(session, 20)));
    expect(waiting.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(await Promise.all(first)).toEqual([1, 1, 1, 1]);
    expect(await Promise.all(Array.from({ length: 4 }, () => valueFrom(session)))).toEqual([1, 1, 1, 1]);
  });

  test('its turn, which nobody has answered', async () => {
    await using agent = await Agent.start({ mib: served(mib.integer(1)), instead: () => undefined });
    const session = sessionWith(agent.port);
    const silent = await Promise.allSettled(Array.from({ length: 4 }, () => valueFrom(session, 30)));
    expect(silent.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    agent.change({ instead: (_, response) => response });
    expect(await valueFrom(session)).toBe(1);
  });

  test('their answers', async () => {
    await using agent = await Agent.start({ mib: served(mib.integer(1)), delayMs: 150 });
    const session = sessionWith(agent.port);
    const other = valueFrom(session);
    await expect(valueFrom(session, 20)).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    expect(await other).toBe(1);
  });
});

test('a host name that was not known before', async () => {
  await using agent = await Agent.start({ mib: served(mib.integer(4)) });
  const lookup = vi.spyOn(dns, 'lookup').mockRejectedValueOnce(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
  const session = sessionWith(agent.port, V2C, 'localhost');
  await expect(valueFrom(session)).rejects.toMatchObject({ code: 'ERR_READER_UNREACHABLE' });
  lookup.mockRestore();
  expect(await valueFrom(session)).toBe(4);
});

describe('when a request is sent again', () => {
  const after = (...trips: readonly number[]) => {
    const roundTrip = new RoundTrip();
    for (const ms of trips) roundTrip.measured(ms);
    return roundTrip;
  };

  test('a second at first; then by the time that answers took, in bounds', () => {
    expect(after().retransmitAfterMs).toBe(1000);
    expect(after(200).retransmitAfterMs).toBe(600); // twice as much besides: RFC 6298 §2.2
    expect(after(200, 200).retransmitAfterMs).toBe(500);
    expect(after(200, 1000).retransmitAfterMs).toBe(300 + 4 * (75 + 200));
    expect(after(1).retransmitAfterMs).toBe(150);
    expect(after(5000).retransmitAfterMs).toBe(3000);
  });

  test('twice as late after each that need not have been sent again, until one is measured', () => {
    const roundTrip = after(1);
    for (const ms of [300, 600, 1200, 2400, 3000, 3000]) {
      roundTrip.wasTooSoon();
      expect(roundTrip.retransmitAfterMs).toBe(ms);
    }
    roundTrip.measured(1);
    expect(roundTrip.retransmitAfterMs).toBe(150);
  });
});

describe('no socket is left behind', () => {
  const sockets = async () => {
    await new Promise((resolve) => setTimeout(resolve, 30)); // they close in the background
    return process.getActiveResourcesInfo().filter((kind) => /^UDP/i.test(kind)).length;
  };

  test('of many asks at once that are refused', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    const before = await sockets();
    const session = sessionWith(port);
    for (let round = 0; round < 20; round++) {
      const asked = await Promise.allSettled(Array.from({ length: 4 }, () => valueFrom(session, 1000)));
      expect(asked.every(({ status }) => status === 'rejected')).toBe(true);
    }
    session.close();
    expect(await sockets()).toBe(before);
  });

  test('of one that is given up before its socket is there', async () => {
    await using agent = await Agent.start({ mib: served(mib.integer(1)) });
    const before = await sockets();
    const session = sessionWith(agent.port, V2C, 'localhost');
    await expect(session.ask([NAME], [], 0, AbortSignal.abort())).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    expect(await valueFrom(session)).toBe(1);
    session.close();
    expect(await sockets()).toBe(before);
  });
});

test('an agent has sixteen requests to answer at a time', async () => {
  await using agent = await Agent.start({ mib: served(mib.integer(1)), delayMs: 80 });
  const session = sessionWith(agent.port);
  const asked = Array.from({ length: 33 }, () => valueFrom(session));
  await new Promise((resolve) => setTimeout(resolve, 60));
  const asks = () => new Set(agent.requests.map(({ id }) => id)).size; // one that has to wait may be sent twice
  expect(asks()).toBe(16);
  await Promise.all(asked);
  expect(asks()).toBe(33);
});
