/** RFC 8487 §3.1: a Reply that is over the MTU of its way is told in two, RFC 8487 §4.3.3. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HEADER } from '../../proto/mtrace2.ts';
import { TlvType } from '../../proto/registry.ts';
import { halveReply } from '../../src/wire/halve.ts';
import { messageToJson, type TlvJson } from '../../src/wire/print.ts';
import { checkMessage, emptyMessage, memoryOf } from '../../src/wire/view.ts';
import { arbitraryMessage } from '../support/arbitrary-message.ts';

const RUNS = 500;

function read(octets: Uint8Array) {
  const memory = memoryOf(octets);
  const message = emptyMessage();
  expect(checkMessage(memory.view, 0, octets.length, message)).toBeUndefined();
  expect(message.droppedOctets).toBe(0);
  const { header, blocks } = messageToJson(memory, message, 0);
  const of = (typeName: string) => blocks.filter((block) => block.typeName === typeName);
  const isCount = (block: TlvJson) => block.augmentedResponseTypeName === 'RETURNED_STANDARD_RESPONSE_BLOCKS';
  return {
    header,
    returned: message.returnedBlockCount,
    extended: of('EXTENDED_QUERY_BLOCK'),
    standard: of('STANDARD_RESPONSE_BLOCK'),
    others: blocks.filter((block) => block.typeName !== 'EXTENDED_QUERY_BLOCK' && !isCount(block)),
  };
}

/** The Reply in the middle of other octets, and what becomes of it. */
function halve(reply: Uint8Array) {
  const octets = new Uint8Array(3 * 2048).fill(0xa5);
  octets.set(reply, 2048);
  const halves = halveReply(memoryOf(octets), 2048, reply.length, 4096);
  expect(octets.subarray(0, 2048).every((octet) => octet === 0xa5)).toBe(true);
  return { octets, halves };
}

const replies = arbitraryMessage({ min: 1, max: 65_535 }).map((octets) => {
  HEADER[4].f.type.set(memoryOf(octets).view, 0, TlvType.REPLY);
  return octets;
});
const small = replies.filter((octets) => read(octets).returned < 60_000);

describe('a Reply that does not fit', () => {
  test('of two blocks at least: the parts together say what the whole did', () => {
    const property = fc.property(
      small.filter((octets) => read(octets).standard.length > 1),
      (reply) => {
        const { octets, halves } = halve(reply);
        const [first, second] = [octets.subarray(2048, halves!.first.end), octets.subarray(4096, halves!.second.end)];
        const [a, b, whole] = [read(first), read(second), read(reply)];
        expect([a.header, b.header]).toEqual([whole.header, whole.header]);
        expect([a.extended, b.extended]).toEqual([whole.extended, whole.extended]);
        expect([a.returned, b.returned]).toEqual([whole.returned, whole.returned + a.standard.length]);
        expect(a.standard.length).toBeGreaterThan(0);
        expect(a.standard.length).toBeLessThanOrEqual(whole.standard.length / 2);
        expect(a.standard.at(-1)).toMatchObject({ forwardingCodeName: 'NO_SPACE' });
        const spared = whole.standard.slice(0, whole.standard.length >> 1).findLast((one) => one.forwardingCode === 0);
        const last = whole.standard[a.standard.length - 1]!;
        expect(last.forwardingCode).toBe(spared === undefined ? last.forwardingCode : 0);
        const { forwardingCode, forwardingCodeName } = last;
        const codes = { forwardingCode, forwardingCodeName };
        const lastAt = a.others.findLastIndex((block) => block.typeName === 'STANDARD_RESPONSE_BLOCK');
        const mended = a.others.map((block, i) => (i === lastAt ? { ...block, ...codes } : block));
        expect([...mended, ...b.others]).toEqual(whole.others);
        expect(Math.max(first.length, second.length)).toBeLessThan(reply.length);
      },
    );
    fc.assert(property, { numRuns: RUNS, seed: 8487 });
  });

  test('of one block, or anything else: nothing is changed', () => {
    const others = arbitraryMessage({ min: 1, max: 65_535 }).filter((octets) => {
      return octets[0] !== TlvType.REPLY || read(octets).standard.length < 2;
    });
    const property = fc.property(others, (datagram) => {
      const { octets, halves } = halve(datagram);
      expect(halves).toBeUndefined();
      expect(octets.subarray(2048, 2048 + datagram.length)).toEqual(datagram);
    });
    fc.assert(property, { numRuns: RUNS, seed: 8487 });
  });
});
