/** One Query and its Replies over real loopback: from where to where it goes, and how long the client waits. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { ALL_ROUTERS, ForwardingCode } from '../../proto/registry.ts';
import { type ExchangeOptions, exchange } from '../../src/client/exchange.ts';
import { formatAddress, parseAddress } from '../../src/wire/address.ts';
import { memoryOf } from '../../src/wire/view.ts';
import { hasIpv6 } from '../dgram-extended/support.ts';
import { vector } from '../support/vectors.ts';

const address = (text: string) => parseAddress(text)!;
const LOOPBACK = { 4: '127.0.0.1', 6: '::1' } as const;
const ONE_BLOCK = { 4: vector('reply4').octets.subarray(20, 72), 6: vector('reply6').octets.subarray(56) };

const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

interface Asked {
  readonly octets: Uint8Array;
  readonly remote: RemoteInfo;
}

/** A router that answers each Query with whatever `answers` makes of it, and keeps what it was asked. */
async function router(family: 4 | 6, answers: (query: Uint8Array) => readonly Uint8Array[], group?: string) {
  const asked: Asked[] = [];
  const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6' });
  opened.push(socket);
  socket.on('message', (octets, remote) => {
    asked.push({ octets, remote });
    for (const answer of answers(octets)) socket.send(answer, remote.port, remote.address);
  });
  // Bound to a group, it hears what was sent to that one and to no other.
  socket.bind(0, group ?? LOOPBACK[family]);
  await once(socket, 'listening');
  if (group !== undefined) socket.addMembership(group, LOOPBACK[family]);
  return { asked, port: socket.address().port };
}

function question(family: 4 | 6, port: number, changes: Partial<ExchangeOptions> = {}): ExchangeOptions {
  return {
    family,
    gateway: address(LOOPBACK[family]),
    interface: undefined,
    port,
    clientAddress: undefined,
    group: address(family === 4 ? '232.1.1.1' : 'ff3e::1'),
    source: address(family === 4 ? '10.1.0.2' : '2001:db8::1'),
    maxHops: 255,
    queryId: 0x1234,
    waitMs: 10_000,
    ...changes,
  };
}

/** The Reply of one block that says NO_ERROR and has no upstream router. */
function replyTo(query: Uint8Array): Uint8Array {
  const family = query.length === 20 ? 4 : 6;
  const reply = Uint8Array.of(...query, ...ONE_BLOCK[family]);
  reply[0] = 3;
  reply[reply.length - 1] = 0;
  return reply;
}

describe.each([4, 6] as const)('IPv%i', (family) => {
  const isAbsent = family === 6 && !hasIpv6;

  test.skipIf(isAbsent)('the Query leaves from the address and port that it names, for the gateway', async () => {
    const { asked, port } = await router(family, (query) => [replyTo(query)]);
    const { query, clientAddress, replies } = await exchange(question(family, port));
    expect(replies).toHaveLength(1);
    const [{ octets, remote }] = asked as [Asked];
    expect(asked).toHaveLength(1);
    expect(octets).toEqual(Buffer.from(query.octets));
    expect(remote.address).toBe(LOOPBACK[family]);
    expect(formatAddress(clientAddress)).toBe(LOOPBACK[family]);
    const named = octets.subarray(-4 - (family === 4 ? 4 : 16), -4);
    expect(formatAddress(Uint8Array.from(named))).toBe(LOOPBACK[family]);
    expect(memoryOf(octets).view.getUint16(octets.length - 2)).toBe(remote.port);
  });

  test.skipIf(isAbsent)('two Queries at a time have ports of their own', async () => {
    const { asked, port } = await router(family, (query) => [replyTo(query)]);
    await Promise.all([exchange(question(family, port)), exchange(question(family, port))]);
    expect(new Set(asked.map(({ remote }) => remote.port)).size).toBe(2);
  });
});

test('what ICMP says of the gateway ends the wait', async () => {
  const { port } = await router(4, () => []);
  opened.splice(0).map((socket) => socket.close());
  expect(await exchange(question(4, port))).toMatchObject({
    replies: [],
    refusal: 'nothing listens there (ECONNREFUSED)',
  });
});

test('from the address that is asked for', async () => {
  const { asked, port } = await router(4, (query) => [replyTo(query)]);
  await exchange(question(4, port, { clientAddress: address('127.0.0.77') }));
  expect(asked[0]?.remote.address).toBe('127.0.0.77');
  expect([...asked[0]!.octets.subarray(12, 16)]).toEqual([127, 0, 0, 77]);
});

describe('an interface', () => {
  test.each([undefined, '127.0.0.1'])(
    'that this host does not have is an error, RECEIVER being %s',
    async (receiver) => {
      const { port } = await router(4, (query) => [replyTo(query)]);
      const changes = { interface: 'nowhere0', clientAddress: receiver === undefined ? undefined : address(receiver) };
      await expect(exchange(question(4, port, changes))).rejects.toMatchObject({
        code: 'ERR_ARGUMENT',
        message: 'this host has no interface nowhere0 that is up and has an address',
      });
    },
  );

  test('is the one of RECEIVER', async () => {
    const { asked, port } = await router(4, (query) => [replyTo(query)]);
    const changes = { interface: 'lo', clientAddress: address('127.0.0.77') };
    await exchange(question(4, port, changes));
    expect(asked[0]?.remote.address).toBe('127.0.0.77');
  });

  const other = Object.entries(networkInterfaces()).flatMap(([name, rows]) =>
    name === 'lo' ? [] : (rows ?? []).flatMap((row) => (row.family === 'IPv4' ? [{ name, address: row.address }] : [])),
  )[0];
  // Where this host has none but loopback, there is no other.
  test.skipIf(other === undefined)('that is not the one of RECEIVER is an error', async () => {
    const { asked, port } = await router(4, (query) => [replyTo(query)]);
    const changes = { interface: 'lo', clientAddress: address(other!.address) };
    await expect(exchange(question(4, port, changes))).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: `${other!.address} is an address of ${other!.name}, not of lo`,
    });
    expect(asked).toEqual([]);
  });
});

// IPv4: loopback takes no multicast of IPv6.
test('without a gateway the Query goes to all routers on the interface', async () => {
  const { asked, port } = await router(4, () => [], formatAddress(ALL_ROUTERS[4]));
  await exchange(question(4, port, { gateway: undefined, interface: 'lo', waitMs: 200 }));
  expect(asked.map(({ remote }) => remote.address)).toEqual(['127.0.0.1']);
});

test('a Reply comes from wherever the trace has ended', async () => {
  const elsewhere = createSocket('udp4').bind(0, '127.0.0.99');
  opened.push(elsewhere);
  await once(elsewhere, 'listening');
  const { port } = await router(4, (query) => {
    elsewhere.send(replyTo(query), memoryOf(query).view.getUint16(18), LOOPBACK[4]);
    return [];
  });
  const { replies, refusal } = await exchange(question(4, port));
  expect(replies.map(({ from }) => from)).toEqual(['127.0.0.99']);
  expect(refusal).toBe(undefined);
});

test('what is not the Reply to this Query is passed over, and one that came twice counts once', async () => {
  const { port } = await router(4, (query) => {
    const [good, other, noSpace] = [replyTo(query), replyTo(query), replyTo(query)];
    other[17]! ^= 1;
    noSpace[noSpace.length - 1] = 0x81;
    return [Uint8Array.of(9), query, other, noSpace, noSpace, good];
  });
  const { replies } = await exchange(question(4, port));
  expect(replies.map(({ memory }) => memory.octets.at(-1))).toEqual([0x81, 0]);
});

test('waits as long as it is told, and no longer', async () => {
  const { asked, port } = await router(4, () => []);
  const { replies } = await exchange(question(4, port, { waitMs: 50 }));
  expect([replies, asked.length]).toEqual([[], 1]);
});

test('a flood of Replies is kept up to what the longest path can bring about', async () => {
  const unfinished = (query: Uint8Array, number: number) => {
    const reply = replyTo(query);
    reply[27] = number & 0xff; // Query Arrival Time: each is another one
    reply[26] = number >> 8;
    reply[reply.length - 1] = ForwardingCode.NO_SPACE;
    return reply;
  };
  const flooding = createSocket('udp4');
  opened.push(flooding);
  const { port } = await router(4, (query) => {
    const clientPort = memoryOf(query).view.getUint16(18);
    // In waves that the client's socket can hold.
    for (let wave = 0; wave < 5; wave++) {
      const numbers = Array.from({ length: 80 }, (_, i) => wave * 80 + i);
      const send = () => numbers.map((n) => flooding.send(unfinished(query, n), clientPort, LOOPBACK[4]));
      setTimeout(send, wave * 150);
    }
    return [];
  });
  const { replies } = await exchange(question(4, port, { waitMs: 1500 }));
  expect(replies.length).toBe(255);
});
