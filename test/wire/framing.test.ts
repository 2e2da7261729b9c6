import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printMessage } from '../../src/wire/print.ts';
import { checkMessage, emptyMessage, memoryOf } from '../../src/wire/view.ts';
import { vector, vectors } from '../support/vectors.ts';

function fault(octets: Uint8Array) {
  return checkMessage(memoryOf(octets).view, 0, octets.length, emptyMessage());
}

/** The vector with some octets replaced. */
function changed(name: string, changes: Record<number, number>): Uint8Array {
  const octets = vector(name).octets.slice();
  for (const [at, octet] of Object.entries(changes)) octets[Number(at)] = octet;
  return octets;
}

describe('a datagram that is not a message says why (RFC 8487 §3, §3.1, §3.2)', () => {
  test.each<[string, Uint8Array, ReturnType<typeof fault>]>([
    ['nothing', new Uint8Array(0), 'too-short'],
    ['three octets', Uint8Array.of(1, 0, 20), 'too-short'],
    ['type 0', changed('query4', { 0: 0 }), 'unknown-tlv-type'],
    ['type 7', changed('query4', { 0: 7 }), 'unknown-tlv-type'],
    ['a block first', changed('query4', { 0: 4 }), 'no-header'],
    ['an Extended Query Block first', changed('query4', { 0: 6 }), 'no-header'],
    ['header of 24', changed('query4', { 2: 24 }), 'header-length'],
    ['header of 0', changed('query4', { 2: 0 }), 'header-length'],
    ['IPv6 header in 20 octets', changed('query4', { 2: 56 }), 'truncated-header'],
    ['unknown block type', changed('reply4', { 72: 9 }), 'unknown-tlv-type'],
    ['block type 0', changed('reply4', { 72: 0 }), 'unknown-tlv-type'],
    ['block of length 0', changed('reply4', { 74: 0 }), 'length-below-4'],
    ['block of length 3', changed('reply4', { 74: 3 }), 'length-below-4'],
    ['block of length 53', changed('reply4', { 74: 53 }), 'length-not-multiple-of-4'],
    ['standard block of 48', changed('reply4', { 74: 48 }), 'block-length'],
    ['augmented block of 4', changed('request4', { 74: 4 }), 'block-length'],
    ['extended block of 4', changed('query6', { 58: 4 }), 'block-length'],
    ['a second header', changed('reply4', { 20: 3 }), 'misplaced-tlv'],
    ['a Query with response blocks', changed('reply4', { 0: 1 }), 'misplaced-tlv'],
    ['an Augmented block before any Standard one', changed('query6', { 56: 5 }), 'misplaced-tlv'],
    ['an Extended Query Block behind a Standard one', changed('request4', { 72: 6 }), 'misplaced-tlv'],
  ])('%s', (_name, octets, reason) => {
    expect(fault(octets)).toBe(reason);
  });
});

test('a TLV longer than what is left goes with the rest; what stands before it is kept', () => {
  const octets = changed('reply4', { 74: 56 });
  const message = emptyMessage();
  expect(checkMessage(memoryOf(octets).view, 0, octets.length, message)).toBeUndefined();
  expect(message).toMatchObject({ end: 72, standardBlockCount: 1, droppedOctets: 52 });
});

test('fewer than four octets behind the last TLV are no TLV and no fault, whatever they are', () => {
  for (const rest of [[9], [9, 0], [9, 0, 0]]) {
    const octets = Uint8Array.of(...vector('query4').octets, ...rest);
    const message = emptyMessage();
    expect(checkMessage(memoryOf(octets).view, 0, octets.length, message)).toBeUndefined();
    expect(message).toMatchObject({ end: 20, droppedOctets: rest.length });
  }
  expect(fault(Uint8Array.of(...vector('query4').octets, 9, 0, 4, 0))).toBe('unknown-tlv-type');
});

test('nothing of one message is left in what describes the next', () => {
  const message = emptyMessage();
  for (const name of ['request4', 'query6', 'reply6', 'query4', 'request4'])
    expect(checkMessage(memoryOf(vector(name).octets).view, 0, vector(name).octets.length, message)).toBeUndefined();
  const after = { ...message };
  const { octets } = vector('request4');
  const fresh = emptyMessage();
  checkMessage(memoryOf(octets).view, 0, octets.length, fresh);
  expect(after).toEqual(fresh);
  checkMessage(memoryOf(vector('query4').octets).view, 0, 20, message);
  expect(message).toEqual({ ...emptyMessage(), end: 20 });
});

test('only Augmented blocks count returned ones, whatever a Standard one has in the same octets', () => {
  const octets = vector('reply4').octets.slice();
  octets.set([0, 1, 0, 7], 20 + 4); // Query Arrival Time
  const message = emptyMessage();
  expect(checkMessage(memoryOf(octets).view, 0, octets.length, message)).toBeUndefined();
  expect(message).toMatchObject({ standardBlockCount: 2, returnedBlockCount: 0 });
});

test('MBZ fields are ignored, whatever they are (RFC 8487 §3.2.4, §3.2.5, §3.2.6)', () => {
  for (const [name, places] of [
    ['request4', { 23: 0xff, 69: 0xff, 75: 0xff }],
    ['reply6', { 59: 0xff, 132: 0xff, 133: 0xff }],
    ['query6', { 59: 0xff }],
  ] as const) {
    const { octets } = vector(name);
    const [plain, filled] = [octets, changed(name, places)].map((one) => {
      const message = emptyMessage();
      return [checkMessage(memoryOf(one).view, 0, one.length, message), message];
    });
    expect(filled).toEqual(plain);
    expect(plain?.[0]).toBeUndefined();
  }
});

test('the count of returned blocks is read from two octets and from four', () => {
  const four = new Uint8Array(84);
  four.set(vector('request4').octets);
  four.set([0x05, 0, 12, 0, 0, 1, 0, 0, 0, 200, 0, 0], 72);
  const message = emptyMessage();
  expect(checkMessage(memoryOf(four).view, 0, 84, message)).toBeUndefined();
  expect(message.returnedBlockCount).toBe(200);
});

describe('never throws, whatever comes', () => {
  function readAll(octets: Uint8Array): void {
    const memory = memoryOf(octets);
    const message = emptyMessage();
    if (checkMessage(memory.view, 0, octets.length, message) !== undefined) return;
    expect(message.end + message.droppedOctets).toBe(octets.length);
    printMessage(memory, message, 0);
  }

  test('random octets', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 1600 }), readAll), { numRuns: 3000, seed: 8487 });
  });

  test('vectors with random octets in them', () => {
    const mutation = fc.tuple(
      fc.constantFrom(...vectors().map((one) => one.octets)),
      fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 8 }),
      fc.nat(300),
    );
    fc.assert(
      fc.property(mutation, ([octets, changes, cut]) => {
        const mutated = octets.slice(0, Math.max(4, octets.length - (cut % octets.length)));
        for (const [at, octet] of changes) mutated[at % mutated.length] = octet;
        readAll(mutated);
      }),
      { numRuns: 5000, seed: 8487 },
    );
  });
});
