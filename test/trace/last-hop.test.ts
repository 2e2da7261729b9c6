/** Which of several routers on the client's link is the last hop. RFC 8487 §4.1.1; src/README.md */
import { describe, expect, test } from 'vitest';
import type { Snapshot, SnapshotInterface } from '../../src/router/snapshot.ts';
import { stateOf } from '../../src/router/state.ts';
import { parseAddress } from '../../src/wire/address.ts';
import { type DriverOptions, EngineDriver, query } from '../support/engine-driver.ts';
import { RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const CLIENT_LINK = 2;
const OTHER_LINK = 3;
const forwarding = (index: number) => ({ index, state: 'forwarding' as const });
const pruned = (index: number) => ({ index, state: 'pruned' as const });

/** Where a router sends what it gets of the group: the outgoing interfaces of its (S,G) row. */
const DOES = {
  forward: [pruned(OTHER_LINK), forwarding(CLIENT_LINK)],
  prune: [pruned(CLIENT_LINK)],
  forwardElsewhere: [forwarding(OTHER_LINK)],
  pruneHereAndForwardElsewhere: [pruned(CLIENT_LINK), forwarding(OTHER_LINK)],
  nothing: undefined,
} as const;
type Doing = keyof typeof DOES;

function router(address: string, doing: Doing, source: string | null): Snapshot {
  const family = address.includes(':') ? 6 : 4;
  const outgoing = DOES[doing];
  const row = { group: SSM_GROUP[family], source, incoming: 1, upstream: null };
  return {
    name: address,
    interfaces: [
      { index: 1, name: 'up0', addresses: [], multicast: true },
      { index: CLIENT_LINK, name: 'down0', addresses: [`${address}/${family === 4 ? 16 : 64}`], multicast: true },
      { index: OTHER_LINK, name: 'down1', addresses: [], multicast: true },
    ],
    routes: outgoing === undefined ? [] : [{ ...row, outgoing }],
    // So that every block names its router: without any way to the source it would say NO_ROUTE and nothing else.
    rpf: [{ prefix: SOURCE[family], interface: 1, neighbor: null }],
  };
}

/** The address of the router whose block comes first: the same in whatever order the routers are configured. */
function lastHop(snapshots: readonly Snapshot[], changes: { source?: undefined; group?: undefined } = {}) {
  const family = snapshots[0]?.name.includes(':') ? 6 : 4;
  const { source, group } = { source: SOURCE[family], group: SSM_GROUP[family], ...changes };
  const chosen = [snapshots, snapshots.toReversed()].map((inOrder) => {
    const driver = new EngineDriver({ snapshots: inOrder });
    driver.deliver(query(RECEIVER[family], source, group, { hops: 1 }), RECEIVER[family]);
    return driver.sent[0]?.blocks[0]?.[family === 4 ? 'outgoingInterfaceAddress' : 'localAddress'];
  });
  expect(chosen[1]).toBe(chosen[0]);
  return chosen[0];
}

describe('the one that forwards the source and group onto the client’s link', () => {
  test.each<[Doing]>([['nothing'], ['prune'], ['forwardElsewhere'], ['pruneHereAndForwardElsewhere']])(
    'before one with a higher address that does this: %s',
    (doing) => {
      expect(lastHop([router('10.4.0.4', 'forward', SOURCE[4]), router('10.4.0.9', doing, SOURCE[4])])).toBe(
        '10.4.0.4',
      );
      expect(lastHop([router('fd00:4::4', 'forward', SOURCE[6]), router('fd00:4::9', doing, SOURCE[6])])).toBe(
        'fd00:4::4',
      );
    },
  );

  test('not one that forwards another source', () => {
    expect(lastHop([router('10.4.0.4', 'forward', SOURCE[4]), router('10.4.0.9', 'forward', '10.1.0.3')])).toBe(
      '10.4.0.4',
    );
  });

  test('whether by source or by group state; but by group state alone where no source is asked for', () => {
    const bySource = router('10.4.0.4', 'forward', SOURCE[4]);
    const byGroup = router('10.4.0.9', 'forward', null);
    expect(lastHop([bySource, byGroup])).toBe('10.4.0.9');
    expect(
      lastHop([router('10.4.0.9', 'forward', SOURCE[4]), router('10.4.0.4', 'forward', null)], { source: undefined }),
    ).toBe('10.4.0.4');
  });

  test('among these, the one with the highest address', () => {
    const does = (address: string, doing: Doing) => router(address, doing, SOURCE[4]);
    expect(
      lastHop([
        does('10.4.0.3', 'forward'),
        does('10.4.0.5', 'forward'),
        does('10.4.0.4', 'forward'),
        does('10.4.0.6', 'prune'),
      ]),
    ).toBe('10.4.0.5');
  });
});

describe.each<[Doing]>([['forward'], ['prune'], ['nothing']])('the highest address, where all do this: %s', (doing) => {
  test.each([
    ['by octets as numbers, not as text', ['10.4.0.9', '10.4.0.10'], '10.4.0.10'],
    ['by octets without a sign', ['10.4.0.127', '10.4.0.128'], '10.4.0.128'],
    ['the first octet that differs decides', ['10.4.0.200', '10.4.1.2'], '10.4.1.2'],
    ['by octets, in IPv6', ['fd00:4::ff', 'fd00:4::100'], 'fd00:4::100'],
    ['by octets, in IPv6, not as text', ['fd00:4::9', 'fd00:4::10'], 'fd00:4::10'],
  ])('%s', (_name, addresses, expected) => {
    const source = SOURCE[expected.includes(':') ? 6 : 4];
    expect(lastHop(addresses.map((address) => router(address, doing, source)))).toBe(expected);
  });
});

describe('PIM’s Designated Router of the client’s link, where nobody forwards onto it', () => {
  const electing = (address: string, elected: string, doing: Doing = 'nothing'): Snapshot => {
    const family = address.includes(':') ? 6 : 4;
    const snapshot = router(address, doing, SOURCE[family]);
    const linkLocal = `fe80::${address.slice(-1)}`;
    const change = (one: SnapshotInterface) =>
      one.index === CLIENT_LINK
        ? { ...one, addresses: [...one.addresses, `${linkLocal}/64`], designatedRouters: [elected] }
        : one;
    return { ...snapshot, interfaces: snapshot.interfaces.map(change) };
  };
  const answer = (snapshots: readonly Snapshot[], isMulticast: boolean, group: string | undefined = SSM_GROUP[4]) => {
    const driver = new EngineDriver({ snapshots });
    const destination = isMulticast ? { destination: parseAddress('224.0.0.2')! } : {};
    driver.deliver(query(RECEIVER[4], SOURCE[4], group, { hops: 1 }), RECEIVER[4], destination);
    return driver.sent[0]?.blocks[0]?.forwardingCodeName ?? driver.drops[0]?.reason;
  };

  test('comes before the highest address', () => {
    expect(lastHop([electing('10.4.0.4', '10.4.0.4'), electing('10.4.0.9', '10.4.0.4')])).toBe('10.4.0.4');
    expect(lastHop([electing('10.4.0.4', '10.4.0.4'), router('10.4.0.9', 'nothing', SOURCE[4])])).toBe('10.4.0.4');
    expect(lastHop([electing('fd00:4::4', 'fe80::4'), electing('fd00:4::9', 'fe80::4')])).toBe('fd00:4::4');
  });

  test('of the other family it says nothing', () => {
    expect(lastHop([electing('10.4.0.4', 'fe80::4'), electing('10.4.0.9', 'fe80::4')])).toBe('10.4.0.9');
  });

  test('comes after one that forwards', () => {
    expect(lastHop([electing('10.4.0.4', '10.4.0.9', 'forward'), electing('10.4.0.9', '10.4.0.9')])).toBe('10.4.0.4');
  });

  test('a stranger: ours is the last hop only if it forwards', () => {
    expect(answer([electing('10.4.0.4', '10.4.0.8')], false)).toBe('WRONG_LAST_HOP');
    expect(answer([electing('10.4.0.4', '10.4.0.8')], true)).toBe('query-by-multicast-not-last-hop');
    expect(answer([electing('10.4.0.4', '10.4.0.8', 'forward')], false)).toBe('NO_ERROR');
    expect(answer([electing('10.4.0.4', '10.4.0.8', 'forward')], true)).toBe('NO_ERROR');
  });

  describe('is downstream of that very link', () => {
    const path = { prefix: `${SOURCE[4]}/32`, interface: CLIENT_LINK, neighbor: '10.4.0.4' };
    const idle = { ...electing('10.4.0.9', '10.4.0.9'), rpf: [path] };
    const row = { group: SSM_GROUP[4], source: SOURCE[4], incoming: CLIENT_LINK, upstream: '10.4.0.4' };
    const joined = { ...idle, routes: [{ ...row, outgoing: [forwarding(OTHER_LINK)] }] };
    const upstream = electing('10.4.0.4', '10.4.0.9');

    test('and gets the group from there: so its neighbor forwards', () => {
      expect(lastHop([upstream, joined])).toBe('10.4.0.4');
      expect([answer([joined], false), answer([joined], true)]).toEqual([
        'WRONG_LAST_HOP',
        'query-by-multicast-not-last-hop',
      ]);
    });

    test('and does not: nobody can know of each other, so it answers', () => {
      expect([answer([idle], false), answer([idle], true), answer([upstream], true)]).toEqual([
        'RPF_IF',
        'RPF_IF',
        'query-by-multicast-not-last-hop',
      ]);
    });
  });

  test('with the source itself on that link: nobody would forward, and it says so', () => {
    const snapshot = electing('10.4.0.9', '10.4.0.9');
    const connected = { ...snapshot, rpf: [{ prefix: '10.1.0.0/16', interface: CLIENT_LINK, neighbor: null }] };
    expect([answer([connected], false), answer([connected], true)]).toEqual(['RPF_IF', 'RPF_IF']);
  });

  test('a stranger, and no group that anybody would forward', () => {
    const asked = (elected: string) => answer([electing('10.4.0.4', elected)], false, undefined);
    expect([asked('10.4.0.4'), asked('10.4.0.8')]).toEqual(['NO_ERROR', 'WRONG_LAST_HOP']);
  });

  test('as it was read just now: the election may be over since the table was', () => {
    const driver = new EngineDriver({ snapshots: [electing('10.4.0.4', '10.4.0.4')] });
    driver.domain.learn('10.4.0.4', [...stateOf(electing('10.4.0.4', '10.4.0.8')).interfaces.values()]);
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 1 }), RECEIVER[4]);
    expect(driver.sent[0]?.blocks[0]?.forwardingCodeName).toBe('NO_ERROR');
  });
});

describe('neighbors on the client’s link, where nobody tells the Designated Router', () => {
  const beside = (neighbors: Snapshot['neighbors'], doing: Doing = 'nothing', own = '10.4.0.4') => {
    const driver = new EngineDriver({ snapshots: [{ ...router(own, doing, SOURCE[4]), neighbors }] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 1 }), RECEIVER[4]);
    return driver.sent[0]?.blocks[0]?.forwardingCodeName;
  };

  test('the highest address would be elected', () => {
    expect(beside([{ address: '10.4.0.9', interface: CLIENT_LINK }])).toBe('WRONG_LAST_HOP');
    expect(beside([{ address: '10.4.0.3', interface: CLIENT_LINK }])).toBe('NO_ERROR');
    expect(beside([{ address: '10.9.0.9', interface: OTHER_LINK }])).toBe('NO_ERROR');
    expect(beside([{ address: 'fe80::9', interface: CLIENT_LINK }])).toBe('NO_ERROR');
    expect(beside([])).toBe('NO_ERROR');
  });

  test('but ours is the last hop when it forwards', () => {
    expect(beside([{ address: '10.4.0.9', interface: CLIENT_LINK }], 'forward')).toBe('NO_ERROR');
  });
});

test('of several subnets that the client is in, the longest is its link', () => {
  const overlay = router('10.9.0.9', 'nothing', SOURCE[4]);
  const interfaces = overlay.interfaces.map((one) =>
    one.index === CLIENT_LINK ? { ...one, addresses: ['10.9.0.9/8'] } : one,
  );
  expect(lastHop([{ ...overlay, interfaces }, router('10.4.0.4', 'nothing', SOURCE[4])])).toBe('10.4.0.4');
});

describe('a router on the client’s subnet that had no multicast there when its table was last read', () => {
  const on = router('10.4.0.4', 'forward', SOURCE[4]);
  const off = { ...on, interfaces: on.interfaces.map((one) => ({ ...one, multicast: false })) };
  const asked = (now: Snapshot, client: string = RECEIVER[4]) => {
    const driver = new EngineDriver({ snapshots: [now] });
    driver.domain.learn(now.name, [...stateOf(off).interfaces.values()]);
    driver.deliver(query(client, SOURCE[4], SSM_GROUP[4], { hops: 1 }), client);
    return [driver.sent[0]?.blocks[0]?.forwardingCodeName, driver.asks.map((ask) => ask.wanted === 'interfaces')];
  };

  test('is asked again before anybody is told that it is not the last hop', () => {
    expect(asked(on)).toEqual(['NO_ERROR', [true, false]]);
    expect(asked(off)).toEqual(['WRONG_LAST_HOP', [true]]);
  });

  test('is not asked for clients elsewhere', () => {
    expect(asked(on, '192.0.2.77')).toEqual(['WRONG_LAST_HOP', []]);
  });
});

test('without a group the highest address, and nobody is asked which of them forwards', () => {
  const snapshots = [router('10.4.0.4', 'forward', SOURCE[4]), router('10.4.0.9', 'nothing', SOURCE[4])];
  expect(lastHop(snapshots, { group: undefined })).toBe('10.4.0.9');
  const driver = new EngineDriver({ snapshots });
  driver.deliver(query(RECEIVER[4], SOURCE[4], undefined, { hops: 1 }), RECEIVER[4]);
  expect(driver.asks.map((ask) => ask.router)).toEqual(['10.4.0.9']);
});

describe('one that cannot be read is not known not to forward', () => {
  const does = (address: string, doing: Doing) => router(address, doing, SOURCE[4]);
  const chosen = (snapshots: readonly Snapshot[], trouble: Pick<DriverOptions, 'silent' | 'broken'>) => {
    const driver = new EngineDriver({ snapshots, ...trouble });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 1 }), RECEIVER[4]);
    driver.pass(3000);
    expect(driver.asks).toHaveLength(snapshots.length);
    return driver.sent[0]?.blocks.map((block) => [block.outgoingInterfaceAddress, block.forwardingCodeName]);
  };

  test.each([['silent'], ['broken']] as const)(
    '%s: it comes before those that do not, or it would be passed over',
    (how) => {
      const snapshots = [does('10.4.0.4', 'nothing'), does('10.4.0.9', 'nothing'), does('10.4.0.6', 'nothing')];
      expect(chosen(snapshots, { [how]: ['10.4.0.9'] })).toEqual([['10.4.0.9', 'FATAL_ERROR']]);
      expect(chosen(snapshots, { [how]: ['10.4.0.6'] })).toEqual([['10.4.0.6', 'FATAL_ERROR']]);
    },
  );

  test.each([['silent'], ['broken']] as const)('%s: but not before one that does forward', (how) => {
    const snapshots = [does('10.4.0.9', 'nothing'), does('10.4.0.6', 'nothing'), does('10.4.0.4', 'forward')];
    expect(chosen(snapshots, { [how]: ['10.4.0.9'] })).toEqual([['10.4.0.4', 'NO_ERROR']]);
  });

  test.each([['silent'], ['broken']] as const)('%s: nor before the Designated Router', (how) => {
    const snapshot = does('10.4.0.9', 'nothing');
    const change = (one: SnapshotInterface) =>
      one.index === CLIENT_LINK ? { ...one, designatedRouters: ['10.4.0.9'] } : one;
    const elected = { ...snapshot, interfaces: snapshot.interfaces.map(change) };
    expect(chosen([elected, does('10.4.0.6', 'nothing')], { [how]: ['10.4.0.6'] })).toEqual([['10.4.0.9', 'NO_ERROR']]);
  });

  test.each([['silent'], ['broken']] as const)('all %s: the highest address', (how) => {
    const snapshots = [does('10.4.0.4', 'nothing'), does('10.4.0.9', 'nothing')];
    expect(chosen(snapshots, { [how]: ['10.4.0.4', '10.4.0.9'] })).toEqual([['10.4.0.9', 'FATAL_ERROR']]);
  });
});

test('the only router on the link is asked once, also when it cannot be read', () => {
  const driver = new EngineDriver({ snapshots: [router('10.4.0.4', 'forward', SOURCE[4])], broken: ['10.4.0.4'] });
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
  expect(driver.sent[0]?.blocks).toMatchObject([{ forwardingCodeName: 'FATAL_ERROR' }]);
  expect(driver.asks).toHaveLength(1);
});

test.each([['192.0.2.1'], ['224.0.0.2']])(
  'to %s, right after a start: the tables that have not come are waited for',
  (to) => {
    const idle = router('10.4.0.9', 'nothing', SOURCE[4]);
    const forwards = router('10.4.0.4', 'forward', SOURCE[4]);
    const driver = new EngineDriver({ snapshots: [idle, forwards], isLearned: false });
    driver.domain.learn(idle.name, [...stateOf(idle).interfaces.values()]);
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 1 }), RECEIVER[4], {
      destination: parseAddress(to)!,
    });
    expect(driver.sent[0]?.blocks).toMatchObject([{ outgoingInterfaceAddress: '10.4.0.4' }]);
  },
);

describe('a Query by multicast, where nobody can tell who is the last hop', () => {
  const byMulticast = (snapshots: readonly Snapshot[], options: Partial<DriverOptions>, group?: string) => {
    const driver = new EngineDriver({ snapshots, ...options });
    const destination = parseAddress('224.0.0.2')!;
    driver.deliver(query(RECEIVER[4], SOURCE[4], group, { hops: 1 }), RECEIVER[4], { destination });
    driver.pass(4000);
    return driver.sent[0]?.blocks[0]?.forwardingCodeName ?? driver.drops[0]?.reason;
  };
  const one = router('10.4.0.9', 'nothing', SOURCE[4]);
  const elected = {
    ...one,
    interfaces: one.interfaces.map((on) =>
      on.index === CLIENT_LINK ? { ...on, designatedRouters: ['10.4.0.9'] } : on,
    ),
  };

  test.each([['silent'], ['broken']] as const)('because the router is %s: silence', (how) => {
    const trouble = { [how]: ['10.4.0.9'] };
    expect(byMulticast([one], trouble, SSM_GROUP[4])).toBe('query-by-multicast-not-last-hop');
  });

  test('but the Designated Router is it, read or not', () => {
    expect(byMulticast([elected], { silent: ['10.4.0.9'] }, SSM_GROUP[4])).toBe('FATAL_ERROR');
  });

  test('without a group the neighbors that were learned tell', () => {
    const hearing = (address: string) => ({ ...one, neighbors: [{ address, interface: CLIENT_LINK }] });
    expect(byMulticast([hearing('10.4.0.200')], {})).toBe('query-by-multicast-not-last-hop');
    expect(byMulticast([hearing('10.4.0.2')], {})).toBe('NO_ERROR');
  });
});

test('a Query by multicast is answered by the last hop, from an address that the kernel chooses', () => {
  const driver = new EngineDriver({
    snapshots: [router('10.4.0.4', 'forward', SOURCE[4])],
    identities: [{ name: '10.4.0.4', addresses: [], standIn: [parseAddress('192.0.2.104')!] }],
  });
  const destination = parseAddress('224.0.0.2')!;
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4], { destination });
  expect(driver.sent[0]).toMatchObject({ header: { typeName: 'REPLY' }, transmit: { source: undefined } });
});
