import { describe, expect, test } from 'vitest';
import { endingOf, hopsOf, isIncomplete, type Reply } from '../../src/client/collate.ts';
import { headline, printPath } from '../../src/client/path.ts';
import { addressKey, parseAddress } from '../../src/wire/address.ts';
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
): Reply {
  const driver = new EngineDriver({ snapshots: ALL, broken });
  driver.deliver(query(RECEIVER[family], source, group), RECEIVER[family]);
  return replyOf(driver.sent[0]!.octets);
}

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
    expect(text).toContain('REACHED_RP: reached the RP');
    expect(text.split('\n').at(-1)).toBe('Round trip time 12 ms; reached the RP.');
  });

  test('a router that could not be read: where it ended, and why', () => {
    const text = printPath([traced(4, SOURCE[4], SSM_GROUP[4], ['r2'])], options(4, SOURCE[4]));
    expect(text).toMatch(/^ -3 {2}10\.23\.0\.2 .*FATAL_ERROR: cannot go on from here$/m);
    expect(text.split('\n').at(-1)).toBe('Round trip time 12 ms; the trace ended before the source.');
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

test('Replies in pieces are one path; NO_SPACE says that more will come (RFC 8487 §5.9)', () => {
  const first = traced(4, SOURCE[4], SSM_GROUP[4]);
  const code = hopsOf([first]).at(-1)!.base + 51;
  first.memory.octets[code] = 0x81;
  expect(isIncomplete([first])).toBe(true);
  const second = traced(4, SOURCE[4], SSM_GROUP[4]);
  expect(isIncomplete([first, second])).toBe(false);
  expect(hopsOf([first, second])).toHaveLength(8);
  expect(printPath([first, second], options(4, SOURCE[4]))).not.toContain('NO_SPACE');
  expect(printPath([first], options(4, SOURCE[4]))).toContain(
    'NO_SPACE: no room for more blocks, and no further Reply came',
  );
});
