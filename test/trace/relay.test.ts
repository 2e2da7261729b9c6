import { describe, expect, test } from 'vitest';
import { stateOf } from '../../src/router/state.ts';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { type DriverOptions, EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const ALL = LAB_ROUTERS.map(labSnapshot);
const address = (text: string) => parseAddress(text)!;

/** The domain split in two: r4 r3 at 192.0.2.1 / 2001:db8::1, r2 r1 at 192.0.2.2 / 2001:db8::2. */
function twoDaemons() {
  const receiverSide = new EngineDriver({
    snapshots: ALL.slice(0, 2),
    peers: [
      {
        name: 'east',
        addresses: [address('192.0.2.2'), address('2001:db8::2')],
        port: 33435,
        routers: ['10.23.0.2/32', '10.12.0.0/16', 'fd00:23::2/128'].map((text) => parsePrefix(text)!),
      },
    ],
  });
  const sourceSide = new EngineDriver({
    snapshots: ALL.slice(2),
    peers: [{ name: 'west', addresses: [address('192.0.2.1'), address('2001:db8::1')], port: 33435, routers: [] }],
  });
  return { receiverSide, sourceSide };
}

describe.each([4, 6] as const)('two daemons as peers, IPv%i', (family) => {
  const from = { 4: '192.0.2.1', 6: '2001:db8::1' }[family];
  const to = { 4: '192.0.2.2 33435', 6: '2001:db8::2 33435' }[family];
  const question = query(RECEIVER[family], SOURCE[family], SSM_GROUP[family]);

  test('one Request between them, and the same Reply as from one daemon', () => {
    const { receiverSide, sourceSide } = twoDaemons();
    receiverSide.deliver(question, RECEIVER[family]);
    expect(receiverSide.sent).toHaveLength(1);
    const [request] = receiverSide.sent;
    expect(request).toMatchObject({ to, header: { typeName: 'REQUEST' } });
    expect(request?.blocks).toHaveLength(2);
    expect(request?.transmit.hopLimit).toBe(255);

    sourceSide.deliver(request!.octets, from);
    expect(sourceSide.drops).toEqual([]);
    expect(sourceSide.sent).toHaveLength(1);

    const alone = new EngineDriver({ snapshots: ALL });
    alone.deliver(question, RECEIVER[family]);
    expect(sourceSide.sent[0]!.to).toBe(alone.sent[0]!.to);
    expect(sourceSide.sent[0]!.octets).toEqual(alone.sent[0]!.octets);
  });

  test('the peer’s port is unreachable: a Reply with FATAL_ERROR in the last block at once', () => {
    const { receiverSide } = twoDaemons();
    receiverSide.deliver(question, RECEIVER[family]);
    const { destination, destinationPort } = receiverSide.sent[0]!.transmit;
    const event = {
      port: 0,
      destination,
      destinationPort,
      errno: 'ECONNREFUSED',
      quoted: new Uint8Array(0),
      offender: undefined,
    };
    receiverSide.engine.unreachable(event, receiverSide.now);
    receiverSide.drain();
    expect(receiverSide.sent).toHaveLength(2);
    expect(receiverSide.sent[1]).toMatchObject({ header: { typeName: 'REPLY' }, to: `${RECEIVER[family]} 40000` });
    expect(receiverSide.sent[1]!.blocks.map((block) => block.forwardingCodeName)).toEqual(['NO_ERROR', 'FATAL_ERROR']);
    expect(receiverSide.freeSlots).toBe(8);
    receiverSide.engine.unreachable(event, receiverSide.now);
    receiverSide.drain();
    expect(receiverSide.sent).toHaveLength(2);
  });

  test('bad news about another destination changes nothing, and the slot is free when the wait is over', () => {
    const { receiverSide } = twoDaemons();
    receiverSide.deliver(question, RECEIVER[family]);
    expect(receiverSide.freeSlots).toBe(7);
    const { destination } = receiverSide.sent[0]!.transmit;
    receiverSide.engine.unreachable(
      {
        port: 0,
        destination,
        destinationPort: 1,
        errno: 'ECONNREFUSED',
        quoted: new Uint8Array(0),
        offender: undefined,
      },
      receiverSide.now,
    );
    receiverSide.pass(3999);
    expect(receiverSide.freeSlots).toBe(7);
    receiverSide.pass(1);
    expect(receiverSide.freeSlots).toBe(8);
    expect(receiverSide.sent).toHaveLength(1);
    expect(receiverSide.engine.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a peer’s router, while a router of ours has never been read', () => {
  const { receiverSide } = twoDaemons();
  const [east] = [
    { name: 'east', addresses: [address('192.0.2.2')], port: 33435, routers: [parsePrefix('10.23.0.2/32')!] },
  ];
  const unread = { ...labSnapshot(1), name: 'r9' };
  const question = query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]);
  receiverSide.deliver(question, RECEIVER[4]);
  const relayed = receiverSide.sent[0]?.octets;
  const starting = (changes: Partial<DriverOptions>) => {
    const driver = new EngineDriver({
      snapshots: [...ALL.slice(0, 2), unread],
      peers: [east],
      isLearned: false,
      ...changes,
    });
    for (const snapshot of ALL.slice(0, 2))
      driver.domain.learn(snapshot.name, [...stateOf(snapshot).interfaces.values()]);
    return driver;
  };
  const asked = (driver: EngineDriver) => driver.asks.some((ask) => ask.router === 'r9');

  test('is relayed to at once when that one’s first read has failed', () => {
    const driver = starting({ silent: ['r9'] });
    driver.domain.couldNotLearn('r9');
    driver.deliver(question, RECEIVER[4]);
    expect([driver.sent[0]?.octets, asked(driver)]).toEqual([relayed, false]);
  });

  test('else when that one has been asked, and is none of ours', () => {
    const driver = starting({ broken: ['r9'] });
    driver.deliver(question, RECEIVER[4]);
    expect([driver.sent[0]?.octets, asked(driver)]).toEqual([relayed, true]);
  });

  test('may be ours: that one answers', () => {
    const driver = starting({ snapshots: ALL.slice(0, 3), identities: ['r4', 'r3', 'r2'].map(named) });
    driver.deliver(question, RECEIVER[4]);
    expect(driver.sent[0]?.blocks).toHaveLength(3);
  });
});

const named = (name: string) => ({ name, addresses: [], standIn: [] });

test('kept Requests are bounded: the oldest slot is let go', () => {
  const { receiverSide } = twoDaemons();
  for (let queryId = 0; queryId < 20; queryId++) {
    receiverSide.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { queryId }), RECEIVER[4]);
  }
  expect(receiverSide.sent).toHaveLength(20);
  expect(receiverSide.freeSlots).toBe(4);
});

test('a report that quotes a Request is about that one; one that quotes too little, about all that went there', () => {
  const { receiverSide } = twoDaemons();
  for (const queryId of [1, 2, 3])
    receiverSide.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { queryId }), RECEIVER[4]);
  const [, second] = receiverSide.sent;
  const { destination, destinationPort } = second!.transmit;
  const report = (quoted: Uint8Array) => {
    receiverSide.engine.unreachable(
      { port: 0, destination, destinationPort, errno: 'ECONNREFUSED', quoted, offender: undefined },
      receiverSide.now,
    );
    receiverSide.drain();
    return receiverSide.sent.slice(3).map((one) => one.header.queryId);
  };
  expect(report(second!.octets.subarray(0, 64))).toEqual([2]);
  expect(report(second!.octets.subarray(0, 64))).toEqual([2]);
  expect(report(second!.octets.subarray(0, 8))).toEqual([2, 1, 3]);
});

describe('finishing gives every slot back', () => {
  function finish(driver: EngineDriver) {
    expect(driver.freeSlots).toBe(7);
    const asked = driver.asks.length;
    driver.engine.finish(driver.now);
    driver.drain();
    expect(driver.freeSlots).toBe(8);
    expect(driver.engine.isIdle).toBe(true);
    expect(driver.asks).toHaveLength(asked);
    driver.pass(20_000);
    return driver.sent.map((one) => [one.header.typeName, ...one.blocks.map((block) => block.forwardingCodeName)]);
  }

  test('of relayed Requests, whose Replies go past us', () => {
    const { receiverSide } = twoDaemons();
    receiverSide.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(finish(receiverSide)).toEqual([['REQUEST', 'NO_ERROR', 'NO_ERROR']]);
  });

  test('of a trace that waits for a router: the client gets what is known', () => {
    const driver = new EngineDriver({ snapshots: ALL, silent: ['r2'] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(finish(driver)).toEqual([['REPLY', 'NO_ERROR', 'NO_ERROR', 'FATAL_ERROR']]);
  });

  test('of a trace that waits for interface tables', () => {
    const driver = new EngineDriver({ snapshots: ALL, silent: ALL.map(({ name }) => name), isLearned: false });
    driver.deliver(query('192.0.2.7', SOURCE[4], SSM_GROUP[4]), '192.0.2.7');
    expect(finish(driver)).toEqual([['REPLY', 'WRONG_LAST_HOP']]);
  });

  test('of a trace that waits for all routers on the client’s link, one of which has answered', () => {
    const second = { ...labSnapshot(4), name: 'r5' };
    const driver = new EngineDriver({ snapshots: [second, ...ALL], silent: ['r5', 'r3'] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(finish(driver)).toEqual([['REPLY', 'NO_ERROR', 'FATAL_ERROR']]);
  });
});

test('Requests that leave after the end give their slots back, too', () => {
  const second = { ...labSnapshot(4), name: 'r5' };
  const driver = new EngineDriver({
    snapshots: [second, labSnapshot(4)],
    silent: ['r5'],
    native: { forward: true, port: 33435 },
  });
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
  driver.engine.finish(driver.now);
  driver.drain();
  expect(driver.sent).toMatchObject([{ header: { typeName: 'REQUEST' }, to: '10.34.0.3 33435' }]);
  expect(driver.freeSlots).toBe(8);
});

describe('native routers', () => {
  test('the kernel has no way to the upstream router: a Reply with FATAL_ERROR at once', () => {
    const driver = new EngineDriver({
      snapshots: ALL.slice(0, 1),
      native: { forward: true, port: 33435 },
      unsendable: ['10.34.0.3 33435'],
    });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(driver.sent.map((one) => one.header.typeName)).toEqual(['REQUEST', 'REPLY']);
    expect(driver.sent[1]?.blocks).toMatchObject([{ forwardingCodeName: 'FATAL_ERROR' }]);
    expect(driver.freeSlots).toBe(8);
  });

  test('the Request goes to the upstream router itself, on the native port', () => {
    const driver = new EngineDriver({ snapshots: ALL.slice(0, 1), native: { forward: true, port: 33433 } });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(driver.sent[0]).toMatchObject({ to: '10.34.0.3 33433', header: { typeName: 'REQUEST' } });
  });

  test('an upstream router known only by its link-local address cannot be reached from here: FATAL_ERROR', () => {
    const driver = new EngineDriver({ snapshots: ALL.slice(0, 1), native: { forward: true, port: 33435 } });
    driver.deliver(query(RECEIVER[6], SOURCE[6], SSM_GROUP[6]), RECEIVER[6]);
    expect(driver.sent[0]).toMatchObject({
      header: { typeName: 'REPLY' },
      blocks: [{ forwardingCodeName: 'FATAL_ERROR' }],
    });
  });
});

describe('a peer’s Request for a router that is not known here: the peer sent it to us, so its client is told at once', () => {
  const codes = (driver: EngineDriver) =>
    driver.sent.map((one) => [one.header.typeName, ...one.blocks.map((block) => block.forwardingCodeName)]);

  function request() {
    const { receiverSide } = twoDaemons();
    receiverSide.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    return receiverSide.sent[0]!.octets;
  }
  const west = [{ name: 'west', addresses: [address('192.0.2.1')], port: 33435, routers: [] }];

  test('because it is nobody of ours', () => {
    const driver = new EngineDriver({ snapshots: [labSnapshot(1)], peers: west });
    driver.deliver(request(), '192.0.2.1');
    expect(codes(driver)).toEqual([['REPLY', 'NO_ERROR', 'FATAL_ERROR']]);
    expect(driver.sent[0]?.to).toBe(`${RECEIVER[4]} 40000`);
    expect(driver.freeSlots).toBe(8);
  });

  test('because it could never be read', () => {
    const driver = new EngineDriver({ snapshots: [labSnapshot(2)], peers: west, silent: ['r2'], isLearned: false });
    driver.deliver(request(), '192.0.2.1');
    driver.pass(3000);
    expect(codes(driver)).toEqual([['REPLY', 'NO_ERROR', 'FATAL_ERROR']]);
  });
});

test.each([
  ['127.0.0.1', '192.0.2.2', 'REPLY'],
  ['127.0.0.1', '127.0.0.2', 'REQUEST'],
  ['::1', '2001:db8::2', 'REPLY'],
])('a client on loopback, of which only its own host can hear: %s, peer %s', (client, peer, type) => {
  const family = client === '::1' ? 6 : 4;
  const standIn = address(family === 4 ? '192.0.2.101' : '2001:db8::101');
  const driver = new EngineDriver({
    snapshots: [labSnapshot(4)],
    identities: [{ name: 'r4', addresses: [], standIn: [standIn] }],
    queryNetworks: ['127.0.0.0/8', '::1/128'].map((text) => parsePrefix(text)!),
    peers: [
      {
        name: 'east',
        addresses: [address(peer)],
        port: 33435,
        routers: ['10.34.0.3/32', 'fd00:34::3/128'].map((text) => parsePrefix(text)!),
      },
    ],
  });
  driver.deliver(query(client, SOURCE[family], SSM_GROUP[family]), client, { destination: standIn });
  const code = type === 'REPLY' ? 'FATAL_ERROR' : 'NO_ERROR';
  expect(driver.sent.map(({ header, blocks }) => [header.typeName, blocks[0]?.forwardingCodeName])).toEqual([
    [type, code],
  ]);
});

describe('a Request is ignored in silence (RFC 8487 §4.2.1)', () => {
  function request() {
    const { receiverSide, sourceSide } = twoDaemons();
    receiverSide.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    return { octets: receiverSide.sent[0]!.octets, sourceSide };
  }

  test('from nobody we know', () => {
    const { octets, sourceSide } = request();
    sourceSide.deliver(octets, '198.51.100.7');
    expect(sourceSide.drops.map((drop) => drop.reason)).toEqual(['sender-not-allowed']);
    expect(sourceSide.sent).toEqual([]);
  });

  test('from a peer’s address but another port it is not the peer', () => {
    const { octets, sourceSide } = request();
    sourceSide.deliver(octets, '192.0.2.1', { sourcePort: 5353 });
    expect(sourceSide.drops.map((drop) => drop.reason)).toEqual(['sender-not-allowed']);
  });

  test('from a router on our link it is taken only with TTL 255 (GTSM)', () => {
    const { octets, sourceSide } = request();
    sourceSide.deliver(octets, '10.23.0.3', { hopLimit: 254 });
    expect(sourceSide.drops.map((drop) => drop.reason)).toEqual(['not-adjacent']);
    sourceSide.deliver(octets, '10.23.0.3', { hopLimit: 255 });
    expect(sourceSide.sent).toHaveLength(1);
  });

  test('when # Hops are used up', () => {
    const { octets, sourceSide } = request();
    octets[3] = 2;
    sourceSide.deliver(octets, '192.0.2.1');
    expect(sourceSide.drops.map((drop) => drop.reason)).toEqual(['hops-exhausted']);
    octets[3] = 3;
    sourceSide.deliver(octets, '192.0.2.1');
    expect(sourceSide.sent[0]?.blocks).toHaveLength(3);
  });

  test('without a block, or for a router that is not ours, or naming none', () => {
    const { octets, sourceSide } = request();
    sourceSide.deliver(octets.slice(0, 20), '10.23.0.3');
    octets[20 + 52 + 16] = 11; // 11.23.0.2
    sourceSide.deliver(octets, '10.23.0.3');
    octets.fill(0, 20 + 52 + 16, 20 + 52 + 20);
    sourceSide.deliver(octets, '10.23.0.3');
    expect(sourceSide.drops.map((drop) => drop.reason)).toEqual([
      'request-without-block',
      'request-not-for-us',
      'request-names-no-upstream',
    ]);
    expect(sourceSide.freeSlots).toBe(8);
    expect(formatAddress(sourceSide.drops[1]!.sender)).toBe('10.23.0.3');
  });

  test('when it is longer than any message may be (RFC 8487 §3)', () => {
    const { octets, sourceSide } = request();
    const block = octets.subarray(20, 72);
    const long = new Uint8Array([
      ...octets,
      ...Array(26)
        .fill([...block])
        .flat(),
    ]);
    long.set(octets.subarray(72), long.length - 52);
    sourceSide.deliver(long.subarray(0, 20 + 27 * 52), '10.23.0.3');
    sourceSide.deliver(long, '10.23.0.3');
    expect(sourceSide.drops.map((drop) => drop.reason)).toEqual(['request-not-for-us', 'request-too-long']);
  });
});
