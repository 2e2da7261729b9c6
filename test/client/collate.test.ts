/** Replies in pieces become one path again, RFC 8487 §5.9: whatever order they come in, and never a path with a hole in it. */
import { describe, expect, test } from 'vitest';
import { STANDARD_RESPONSE_BLOCK, standardResponseBlockV4 } from '../../proto/mtrace2.ts';
import { hopsOf } from '../../src/client/collate.ts';
import { endingOf, moreToCome } from '../../src/client/ending.ts';
import type { Reply } from '../../src/client/hop-block.ts';
import { headline, printPath } from '../../src/client/path.ts';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { checkMessage, emptyMessage, memoryOf } from '../../src/wire/view.ts';
import { CHAIN, chain, chainAddress } from '../support/chain.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';

const EVERYBODY = ['0.0.0.0/0', '::/0'].map((text) => parsePrefix(text)!);

/** The Replies to one Query through so many routers; the last of them is next to the source. */
function replies(
  family: 4 | 6,
  routers: number,
  hops = 255,
  gateways: readonly string[] = [],
  isHidden = false,
): Reply[] {
  const { client, source, group } = CHAIN[family];
  const snapshots = chain(routers).map((one, i) =>
    i === routers - 1 ? { ...one, rpf: [{ prefix: source, interface: 1, neighbor: null }], routes: [] } : one,
  );
  const identities = snapshots.map(({ name }) => ({
    name,
    addresses: [],
    standIn: [],
    gateway: gateways.includes(name) ? EVERYBODY : [],
  }));
  const driver = new EngineDriver({ snapshots, identities, hideFrom: isHidden ? EVERYBODY : [] });
  driver.deliver(query(client, source, group, { hops }), client);
  return driver.sent.map(({ octets }) => {
    const memory = memoryOf(octets);
    const message = emptyMessage();
    expect(checkMessage(memory.view, 0, octets.length, message)).toBeUndefined();
    return { memory, message };
  });
}

const numbers = (some: readonly Reply[]) => hopsOf(some).map((hop) => hop.number);
const isIncomplete = (some: readonly Reply[]) => moreToCome(some) !== 'no';
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);

describe.each([4, 6] as const)('IPv%i, a hundred routers', (family) => {
  const all = replies(family, 100);
  const most = { 4: 27, 6: 14 }[family];

  test('come in several Replies and are one path', () => {
    expect(all.length).toBeGreaterThan(3);
    expect(numbers(all)).toEqual(upTo(100));
    expect(isIncomplete(all)).toBe(false);
    expect(endingOf(all)).toBe('reached-source');
  });

  test('in whatever order they arrive', () => {
    for (const order of [all.toReversed(), [...all.slice(2), ...all.slice(0, 2)]]) {
      expect(numbers(order)).toEqual(upTo(100));
      expect(endingOf(order)).toBe('reached-source');
    }
  });

  test('one that came twice counts once', () => {
    expect(numbers([all[0]!, all[1]!, all[1]!, all[0]!, ...all.slice(2)])).toEqual(upTo(100));
  });

  test('the first part, from a Request that was doubled on its way, is not what comes behind it', () => {
    const again = replies(family, 100)[0]!;
    const { queryArrivalTime } = STANDARD_RESPONSE_BLOCK[family].f;
    queryArrivalTime.set(again.memory.view, again.message.lastStandardBlock, 1);
    expect(numbers([all[0]!, again])).toEqual(upTo(most));
    expect(isIncomplete([all[0]!, again])).toBe(true);
  });

  test('one that is missing leaves a hole, and the trace is not complete', () => {
    const [first, , ...others] = all;
    const holed = [first!, ...others];
    const second = all[1]!.message.standardBlockCount;
    expect(numbers(holed)).toEqual([...upTo(most), ...upTo(100 - most - second, most + second + 1)]);
    expect(isIncomplete(holed)).toBe(true);
    expect(endingOf(holed)).toBe('incomplete');
  });

  test('the first that is missing is a hole, too', () => {
    const rest = all.slice(1);
    expect(numbers(rest)[0]).toBe(most + 1);
    expect([isIncomplete(rest), endingOf(rest)]).toEqual([true, 'incomplete']);
  });

  test('the last that is missing: what is there is the path, up to where room ended', () => {
    const some = all.slice(0, 2);
    expect([isIncomplete(some), endingOf(some)]).toEqual([true, 'ended-before']);
  });

  test('a hole is a row of its own', () => {
    const { client, source, group } = CHAIN[family];
    const options = {
      source: parseAddress(source)!,
      receiver: parseAddress(client)!,
      group: parseAddress(group)!,
      sentUnixMs: Date.UTC(2026, 10, 22, 10),
      roundTripMs: 5,
      nameOf: () => undefined,
    };
    expect(headline(options)).toContain(group);
    const [first, second, third] = all;
    const lines = printPath([first!, third!], options).split('\n');
    const gap = second!.message.standardBlockCount;
    expect(lines[most + 1]).toBe(`      (${gap} routers: their Reply did not arrive)`);
    const next = lines[most + 2]!;
    expect(next.startsWith(`${-(most + gap + 1)}`.padStart(3))).toBe(true);
    const shown = family === 4 ? chainAddress(4, most + gap, most + gap + 1) : undefined;
    if (shown !== undefined) expect(next).toContain(formatAddress(parseAddress(shown)!));
    expect(lines.at(-1)).toBe('Round trip time 5 ms; the trace is not complete.');
  });
});

test('# Hops that are used up across several Replies: stopped as asked', () => {
  const some = replies(4, 100, 60);
  expect(numbers(some)).toEqual(upTo(60));
  expect(endingOf(some)).toBe('ended-before');
});

describe.each([4, 6] as const)('behind gateways (§4.5), IPv%i', (family) => {
  const all = replies(family, 60, 255, ['c5', 'c40']);

  test('the path goes on, in as many Replies as come', () => {
    expect(all.length).toBeGreaterThan(3);
    expect(numbers(all)).toEqual(upTo(60));
    expect([isIncomplete(all), endingOf(all)]).toEqual([false, 'reached-source']);
  });

  test('each Reply that came twice counts once', () => {
    expect(numbers(all.flatMap((one) => [one, one]))).toEqual(upTo(60));
    expect(numbers([...all, ...all])).toEqual(upTo(60));
  });

  test('up to the gateway it is not complete, and has ended there when nothing more comes', () => {
    const [first] = all;
    expect(numbers([first!])).toEqual(upTo(5));
    expect([isIncomplete([first!]), endingOf([first!])]).toEqual([true, 'ended-before']);
  });

  test('a Reply in the middle that did not arrive is a hole', () => {
    for (let missing = 1; missing < all.length - 1; missing++) {
      const some = all.filter((_, i) => i !== missing);
      const found = numbers(some);
      expect(endingOf(some), `without Reply ${missing}`).toBe('incomplete');
      expect(new Set(found).size).toBe(found.length);
    }
  });

  test('what comes from behind the gateway does not fill the hole that a lost Reply has left before it', () => {
    const [first, second, behind] = replies(family, family === 4 ? 60 : 30, 255, [family === 4 ? 'c40' : 'c20']);
    const before = first!.message.standardBlockCount;
    expect(second!.message.returnedBlockCount).toBe(before);
    const all = second!.message.standardBlockCount + behind!.message.standardBlockCount;
    expect(numbers([second!, behind!])).toEqual(upTo(all, before + 1));
    expect(numbers([second!, behind!, first!]).toSorted((a, b) => a - b)).toEqual(upTo(before + all));
  });

  test('of two that ran out of room, the later one goes on', () => {
    const [full, second] = family === 4 ? [27, 'c40'] : [14, 'c20'];
    const last = Number(second.slice(1)) + 2 * full + 1;
    const [first, , ...others] = replies(family, last + 5, 255, [second, `c${last}`]);
    expect(first!.message.standardBlockCount).toBe(full);
    const at = Number(second.slice(1));
    expect(others.map(({ message }) => message.returnedBlockCount)).toEqual([at, at + full, at + 2 * full, last]);
    expect(numbers([first!, ...others])).toEqual([...upTo(full), ...upTo(last + 5 - at, at + 1)]);
  });

  test('gateways that are all alike, because their domain hides what is between them (§4.6), are as many as they are', () => {
    const hidden = replies(family, 6, 255, ['c2', 'c3', 'c4', 'c5'], true);
    expect(hidden).toHaveLength(5);
    expect(numbers(hidden)).toEqual(upTo(6));
    expect([isIncomplete(hidden), endingOf(hidden)]).toEqual([false, 'reached-source']);
  });

  test('as many routers as were asked for: nothing more is waited for', () => {
    const five = replies(family, 60, 5, ['c5']);
    expect([five.length, isIncomplete(five), endingOf(five)]).toEqual([1, false, 'ended-before']);
  });
});

describe('behind a gateway that does not count what it has returned', () => {
  /** Of ours, with its count taken back. */
  const uncounted = (family: 4 | 6, gateway: number) =>
    replies(family, 60, 255, [`c${gateway}`]).map(({ memory, message }, i) => {
      if (message.returnedBlockCount >= gateway) memory.view.setUint16(message.end - 2, 0);
      expect(checkMessage(memory.view, 0, memory.octets.length, message), `Reply ${i}`).toBeUndefined();
      return { memory, message };
    });
  test.each([
    [4, 5],
    [4, 27],
    [6, 5],
    [6, 14],
  ] as const)(
    'IPv%i, gateway %i: Replies stand where they go on from others, in whatever order they come',
    (family, gateway) => {
      const [first, ...others] = uncounted(family, gateway);
      for (const order of [
        [first!, ...others],
        [first!, ...others.toReversed()],
      ]) {
        expect(numbers(order)).toEqual(upTo(60));
        expect(endingOf(order)).toBe('reached-source');
      }
    },
  );

  test('the last one comes first, and its count is that of the gateway: it is waited for what fits there', () => {
    const [first, second, last] = uncounted(4, 27);
    expect(last!.message.returnedBlockCount).toBe(27);
    expect(isIncomplete([first!, last!])).toBe(true);
    expect(isIncomplete([first!, last!, second!])).toBe(false);
  });
});

describe('a gateway whose Incoming Interface is unnumbered names no upstream router (§3.2.4)', () => {
  const { upstreamRouterAddress, incomingInterfaceAddress, outgoingInterfaceAddress } = standardResponseBlockV4.f;
  const unnumbered = (some: Reply[]) => {
    const { octets } = some[0]!.memory;
    const { lastStandardBlock } = some[0]!.message;
    for (const { at } of [upstreamRouterAddress, incomingInterfaceAddress])
      octets.fill(0, lastStandardBlock + at, lastStandardBlock + at + 4);
    return some;
  };

  test('the path goes on behind it', () => {
    const all = unnumbered(replies(4, 4, 255, ['c2']));
    expect(numbers(all)).toEqual(upTo(4));
    expect(endingOf(all)).toBe('reached-source');
  });

  test('two of them that have no address at all are two', () => {
    const all = replies(4, 4, 255, ['c1', 'c2', 'c3']);
    for (const one of all) unnumbered([one]);
    for (const { memory, message } of all) {
      const at = message.lastStandardBlock + outgoingInterfaceAddress.at;
      memory.octets.fill(0, at, at + 4);
    }
    expect(numbers(all)).toEqual(upTo(4));
  });

  test('as many routers as were asked for: nothing more is waited for', () => {
    expect(isIncomplete(unnumbered(replies(4, 4, 2, ['c2'])))).toBe(false);
    expect(isIncomplete(unnumbered(replies(4, 4, 3, ['c2'])).slice(0, 1))).toBe(true);
  });
});
