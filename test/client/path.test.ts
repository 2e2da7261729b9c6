import { describe, expect, test } from 'vitest';
import { standardResponseBlockV4 } from '../../proto/mtrace2.ts';
import { ForwardingCode } from '../../proto/registry.ts';
import { hopsOf } from '../../src/client/collate.ts';
import { endingOf, moreToCome } from '../../src/client/ending.ts';
import type { Reply } from '../../src/client/hop-block.ts';
import { headline, printPath } from '../../src/client/path.ts';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { addressKey, type Prefix, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { checkMessage, emptyMessage, memoryOf } from '../../src/wire/view.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { ASM_GROUP, LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const ALL = LAB_ROUTERS.map(labSnapshot);
const address = (text: string) => parseAddress(text)!;

function replyOf(octets: Uint8Array): Reply {
  const memory = memoryOf(octets);
  const message = emptyMessage();
  if (checkMessage(memory.view, 0, octets.length, message) !== undefined) throw new Error('not a message');
  return { memory, message };
}

/** What a daemon for all routers of the lab replies. */
function traced(
  family: 4 | 6,
  source: string | undefined,
  group: string | undefined,
  broken: readonly string[] = [],
  { client = RECEIVER[family] as string, hops = 64 } = {},
): Reply {
  const driver = new EngineDriver({ snapshots: ALL, broken });
  driver.deliver(query(client, source, group, { hops }), client);
  return replyOf(driver.sent[0]!.octets);
}

/** Changes fields of the n-th router's block, from 1. */
function changed(reply: Reply, n: number, change: (octets: Uint8Array) => void): Reply {
  const { base } = hopsOf([reply])[n - 1]!;
  change(reply.memory.octets.subarray(base, base + (reply.message.family === 4 ? 52 : 80)));
  return reply;
}
const ARRIVAL = 4;
const V4 = { incoming: 8, outgoing: 12, upstream: 16, code: 51 };
const V6 = { local: 16, remote: 32 };

const sentUnixMs = Date.UTC(2026, 10, 22, 10, 0, 0, 990);
const options = (family: 4 | 6, source: string | undefined, names: Record<string, string> = {}) => ({
  source: source === undefined ? undefined : address(source),
  receiver: address(RECEIVER[family]),
  group: undefined,
  sentUnixMs,
  roundTripMs: 12.3,
  nameOf: (one: Uint8Array) =>
    Object.entries(names).find(([text]) => addressKey(address(text)) === addressKey(one))?.[1],
});

describe('the path as text', () => {
  test('IPv4 to the source', () => {
    const reply = traced(4, SOURCE[4], SSM_GROUP[4]);
    expect(printPath([reply], options(4, SOURCE[4])).split('\n')).toEqual([
      '  0  10.4.0.2',
      ' -1  10.4.0.4   PIM-SM  thresh^ 1  10 ms',
      ' -2  10.34.0.3  PIM-SM  thresh^ 1  10 ms',
      ' -3  10.23.0.2  PIM-SM  thresh^ 1  10 ms',
      ' -4  10.12.0.1  PIM-SM  thresh^ 1  10 ms',
      ' -5  10.1.0.2',
      '',
      'Round trip time 12 ms; total ttl of 5 required; reached the source’s router.'.replace('’', "'"),
    ]);
  });

  test('names where there are some', () => {
    const text = printPath([traced(4, SOURCE[4], SSM_GROUP[4])], options(4, SOURCE[4], { '10.34.0.3': 'r3.example' }));
    expect(text).toContain(' -2  r3.example (10.34.0.3)  PIM-SM');
  });

  test('IPv6 by Local Address', () => {
    const text = printPath([traced(6, SOURCE[6], SSM_GROUP[6])], options(6, SOURCE[6]));
    expect(text.split('\n')[1]).toMatch(/^ -1 {2}fd00:34::4 +PIM-SM +10 ms$/);
    expect(text).not.toContain('total ttl');
  });

  test('the shared tree ends at the RP', () => {
    const text = printPath([traced(4, undefined, ASM_GROUP[4])], options(4, undefined));
    expect(text).toMatch(/^ -3 .* REACHED_RP$/m);
    expect(text).not.toContain('router ');
    expect(text.split('\n').at(-1)).toBe('Round trip time 12 ms; reached the RP.');
  });

  test('a router that could not be read: where it ended, and why', () => {
    const text = printPath([traced(4, SOURCE[4], SSM_GROUP[4], ['r2'])], options(4, SOURCE[4]));
    expect(text.split('\n').slice(3)).toEqual([
      expect.stringMatching(/^ -3 {2}10\.23\.0\.2 .* {2}FATAL_ERROR$/),
      '',
      'router 10.23.0.2: FATAL_ERROR (cannot go on from here)',
      'Round trip time 12 ms; the trace ended before the source.',
    ]);
  });

  test('a code on the way is explained, and does not hide that the source was reached', () => {
    const reply = changed(traced(4, SOURCE[4], SSM_GROUP[4]), 2, (octets) => octets.set([1], V4.code));
    const text = printPath([reply], options(4, SOURCE[4]));
    expect(text).toMatch(/^ -2 {2}10\.34\.0\.3 .* {2}WRONG_IF$/m);
    expect(text).toContain('\nrouter 10.34.0.3: WRONG_IF (does not forward the group downstream)\n');
    expect(text).toContain("reached the source's router.");
  });

  test('every code that says something is explained', () => {
    const reply = traced(4, SOURCE[4], SSM_GROUP[4]);
    const { NO_ERROR: _, REACHED_RP: __, ...codes } = ForwardingCode;
    for (const [name, code] of Object.entries(codes)) {
      changed(reply, 4, (octets) => octets.set([code], V4.code));
      expect(printPath([reply], options(4, SOURCE[4]))).toMatch(new RegExp(`\\nrouter 10.12.0.1: ${name} \\([a-z]`));
    }
  });

  test('a code that no registry has', () => {
    const reply = changed(traced(4, SOURCE[4], SSM_GROUP[4]), 4, (octets) => octets.set([0x82], V4.code));
    expect(printPath([reply], options(4, SOURCE[4]))).toContain('\nrouter 10.12.0.1: 0x82\n');
  });

  test('fits 80 columns with any code, IPv4 and no names', () => {
    const reply = traced(4, SOURCE[4], SSM_GROUP[4]);
    for (let code = 0; code < 256; code++) {
      changed(reply, 3, (octets) => octets.set([code], V4.code));
      for (const line of printPath([reply], options(4, SOURCE[4])).split('\n')) {
        expect(line.length, line).toBeLessThanOrEqual(80);
      }
    }
  });

  test('a router that says nothing but that it is the wrong one', () => {
    const reply = traced(4, SOURCE[4], SSM_GROUP[4], [], { client: '192.0.2.77' });
    expect(printPath([reply], options(4, SOURCE[4])).split('\n').slice(1)).toEqual([
      ' -1  ?             ?  WRONG_LAST_HOP',
      '',
      'hop -1: WRONG_LAST_HOP (not the last-hop router of this client)',
      'Round trip time 12 ms; the trace ended before the source.',
    ]);
  });

  test('a block without arrival time', () => {
    const reply = changed(traced(4, SOURCE[4], SSM_GROUP[4]), 3, (octets) => octets.fill(0, ARRIVAL, ARRIVAL + 4));
    expect(printPath([reply], options(4, SOURCE[4])).split('\n').slice(2, 5)).toEqual([
      ' -2  10.34.0.3  PIM-SM  thresh^ 1  10 ms',
      ' -3  10.23.0.2  PIM-SM  thresh^ 1      ?',
      ' -4  10.12.0.1  PIM-SM  thresh^ 1  10 ms',
    ]);
  });

  test('what is traced stands on top', () => {
    const [source, receiver, group] = ['10.1.0.2', '10.4.0.2', '232.1.1.1'].map(address) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(headline({ source, receiver, group })).toBe('Mtrace2 from 10.1.0.2 to 10.4.0.2 via group 232.1.1.1');
    expect(headline({ source: undefined, receiver, group })).toBe('Mtrace2 from any to 10.4.0.2 via group 232.1.1.1');
    expect(headline({ source, receiver, group: undefined })).toBe('Mtrace2 from 10.1.0.2 to 10.4.0.2 by RPF');
  });
});

describe('what a path that ended before says of its end', () => {
  const lastLines = (reply: Reply, family: 4 | 6 = 4, source: string | undefined = SOURCE[family]) =>
    printPath([reply], options(family, source)).split('\n\n')[1]!.split('\n');

  test.each([
    [1, '1 router', '10.34.0.3'],
    [3, '3 routers', '10.12.0.1'],
  ])('# Hops %i', (hops, routers, next) => {
    expect(lastLines(traced(4, SOURCE[4], SSM_GROUP[4], [], { hops }))).toEqual([
      `Round trip time 12 ms; stopped after ${routers} as asked (-m ${hops}).`,
      `The next router upstream is ${next}.`,
    ]);
  });

  test('nothing of # Hops when they are just enough, or when the last router failed', () => {
    expect(lastLines(traced(4, SOURCE[4], SSM_GROUP[4], [], { hops: 4 }))).toEqual([
      expect.stringContaining("reached the source's router."),
    ]);
    expect(lastLines(traced(4, SOURCE[4], SSM_GROUP[4], ['r3'], { hops: 2 }))).toEqual([
      'router 10.34.0.3: FATAL_ERROR (cannot go on from here)',
      'Round trip time 12 ms; the trace ended before the source.',
    ]);
  });

  test('no route: no next router, whatever # Hops', () => {
    expect(lastLines(traced(4, '203.0.113.1', undefined, [], { hops: 1 }))).toEqual([
      'router 10.4.0.4: NO_ROUTE (no route to the source or RP)',
      'Round trip time 12 ms; the trace ended before the source.',
    ]);
  });

  test('no reason given: where to go on', () => {
    const reply = changed(traced(4, SOURCE[4], SSM_GROUP[4]), 4, (octets) => octets.set([10, 9, 9, 9], V4.upstream));
    expect(lastLines(reply)).toEqual([
      'Round trip time 12 ms; the trace ended before the source.',
      'The next router upstream is 10.9.9.9.',
    ]);
  });

  test('the shared tree leads to no source', () => {
    const reply = traced(4, undefined, ASM_GROUP[4], ['r3']);
    expect(printPath([reply], options(4, undefined))).toContain('the trace ended before the RP.');
  });

  test.each([
    ['its Outgoing Interface', V4.outgoing, [10, 34, 0, 3]],
    ['its Incoming Interface', V4.incoming, [10, 23, 0, 3]],
  ])('a router that comes again with %s', (_, at, own) => {
    const reply = changed(traced(4, SOURCE[4], SSM_GROUP[4]), 4, (octets) => {
      octets.set([10, 9, 9, 9], V4.upstream);
      octets.set(own, at);
    });
    expect(lastLines(reply)).toEqual([
      `Round trip time 12 ms; the path loops: hop -4 is hop -2 again (${own.join('.')}).`,
    ]);
  });

  test.each([
    ['fd00:34::4', 'the path loops: hop -4 is hop -1 again (fd00:34::4).'],
    ['fe80::1', 'the trace ended before the source.'],
  ])('IPv6: two routers with the Local Address %s', (local, end) => {
    const reply = traced(6, SOURCE[6], SSM_GROUP[6]);
    for (const n of [1, 4]) changed(reply, n, (octets) => octets.set(address(local), V6.local));
    changed(reply, 4, (octets) => octets.set(address('fe80::9'), V6.remote));
    expect(lastLines(reply, 6)[0]).toBe(`Round trip time 12 ms; ${end}`);
  });
});

describe.each([4, 6] as const)('what is hidden or not known, IPv%i', (family) => {
  function printed(snapshots: readonly Snapshot[], hideFrom: readonly Prefix[] = []): string[] {
    const driver = new EngineDriver({ snapshots, hideFrom });
    driver.deliver(query(RECEIVER[family], SOURCE[family], SSM_GROUP[family]), RECEIVER[family]);
    return printPath([replyOf(driver.sent[0]!.octets)], options(family, SOURCE[family])).split('\n');
  }

  test('hidden routers are rows without an address, and no loop', () => {
    const lines = printed(ALL, [parsePrefix(RECEIVER[family])!]);
    expect(lines[2]).toMatch(/^ -2 {2}\? .* INFO_HIDDEN$/);
    expect(lines).toContain('hop -2: INFO_HIDDEN (hops are hidden)');
    expect(lines.join()).not.toMatch(/loop|255\.255|ffff:/);
    expect(lines.at(-1)).toMatch(/reached the source's router\.$/);
  });

  test('an upstream router that is only known as a group of routers', () => {
    const [r4] = ALL as [Snapshot];
    const lost = { ...r4, rpf: [], routes: r4.routes!.map((row) => ({ ...row, upstream: null })) };
    expect(printed([lost]).at(-1)).toBe('The next router upstream is not known.');
  });
});

describe('how a trace ended (RFC 8487 §5.8)', () => {
  test.each([
    ['reached-source', [traced(4, SOURCE[4], SSM_GROUP[4])]],
    ['reached-source', [traced(6, SOURCE[6], SSM_GROUP[6])]],
    ['reached-rp', [traced(4, undefined, ASM_GROUP[4])]],
    ['ended-before', [traced(4, SOURCE[4], SSM_GROUP[4], ['r1'])]],
    ['ended-before', [traced(4, '203.0.113.1', undefined)]],
    ['no-reply', []],
  ] as const)('%s', (ending, replies) => {
    expect(endingOf(replies)).toBe(ending);
  });
});

test('a code with the high bit set is fatal, though the router is next to the source (RFC 8487 §5.8.2)', () => {
  const ending = (code: number) =>
    endingOf([changed(traced(4, SOURCE[4], SSM_GROUP[4]), 4, (octets) => octets.set([code], V4.code))]);
  expect([0x80, 0x83, 0xff].map(ending)).toEqual(Array(3).fill('ended-before'));
  expect([0x02, 0x04, 0x7f].map(ending)).toEqual(Array(3).fill('reached-source'));
});

test('Replies in pieces are one path; NO_SPACE says that more will come (RFC 8487 §5.9)', () => {
  const { outgoingInterfaceAddress, upstreamRouterAddress, forwardingCode } = standardResponseBlockV4.f;
  const upstream = [10, 5, 0, 4];
  const first = traced(4, SOURCE[4], SSM_GROUP[4]);
  const last = hopsOf([first]).at(-1)!.base;
  forwardingCode.set(first.memory.view, last, ForwardingCode.NO_SPACE);
  first.memory.octets.set(upstream, last + upstreamRouterAddress.at);
  expect(moreToCome([first])).toBe('yes');
  // It does not count, but begins with the router that the first part has named.
  const second = traced(4, SOURCE[4], SSM_GROUP[4]);
  second.memory.octets.set(upstream, hopsOf([second])[0]!.base + outgoingInterfaceAddress.at);
  expect(moreToCome([first, second])).toBe('no');
  expect(hopsOf([first, second])).toHaveLength(8);
  const lines = printPath([first, second], options(4, SOURCE[4])).split('\n');
  // What its router had to say is not known.
  expect(lines.filter((line) => line.includes('NO_SPACE'))).toEqual([expect.stringMatching(/^ -4 .* NO_SPACE$/)]);
  expect(printPath([first], options(4, SOURCE[4]))).toContain('NO_SPACE (no room for more, and no further Reply came)');
});

test('another last hop that answers, too, does not go on from where the first one has run out of room', () => {
  const first = traced(4, SOURCE[4], SSM_GROUP[4]);
  const last = hopsOf([first]).at(-1)!.base;
  standardResponseBlockV4.f.forwardingCode.set(first.memory.view, last, ForwardingCode.NO_SPACE);
  first.memory.octets.set([10, 5, 0, 4], last + standardResponseBlockV4.f.upstreamRouterAddress.at);
  const other = traced(4, SOURCE[4], SSM_GROUP[4]);
  const { at } = standardResponseBlockV4.f.outgoingInterfaceAddress;
  other.memory.octets.set([10, 4, 0, 5], hopsOf([other])[0]!.base + at);
  expect(hopsOf([first, other])).toHaveLength(4);
  expect(moreToCome([first, other])).toBe('yes');
});

describe('what is no arrival at the source', () => {
  test.each(['RPF_IF', 'WRONG_IF', 'NO_MULTICAST'] as const)(
    'a router that was asked at the wrong interface: %s',
    (code) => {
      const reply = traced(4, SOURCE[4], SSM_GROUP[4]);
      const last = hopsOf([reply]).at(-1)!.base;
      standardResponseBlockV4.f.forwardingCode.set(reply.memory.view, last, ForwardingCode[code]);
      expect([endingOf([reply]), moreToCome([reply])]).toEqual(['ended-before', 'no']);
      expect(printPath([reply], options(4, SOURCE[4]))).not.toContain('reached');
    },
  );

  test('the RP, whatever its router notes before REACHED_RP', () => {
    const reply = traced(4, undefined, ASM_GROUP[4]);
    const last = hopsOf([reply]).at(-1)!.base;
    standardResponseBlockV4.f.forwardingCode.set(reply.memory.view, last, ForwardingCode.SCOPED);
    expect(endingOf([reply])).toBe('reached-rp');
  });
});

test('a code that a gateway may have noted before REACHED_GW: more may come', () => {
  const reply = traced(4, SOURCE[4], SSM_GROUP[4], [], { hops: 2 });
  const header = standardResponseBlockV4.f;
  const last = hopsOf([reply]).at(-1)!.base;
  for (const [code, expected] of [
    ['SCOPED', 'perhaps'],
    ['NOT_FORWARDING', 'perhaps'],
    ['REACHED_GW', 'yes'],
    ['WRONG_IF', 'no'],
    ['FATAL_ERROR', 'no'],
  ] as const) {
    header.forwardingCode.set(reply.memory.view, last, ForwardingCode[code]);
    reply.memory.octets[3] = 255; // # Hops: they are not used up
    expect(moreToCome([reply]), code).toBe(expected);
  }
});
