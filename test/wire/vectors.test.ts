import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../src/wire/address.ts';
import { emitQuery } from '../../src/wire/emit.ts';
import { messageToJson, printMessage } from '../../src/wire/print.ts';
import { checkMessage, emptyMessage, type Message, memoryOf } from '../../src/wire/view.ts';
import { vector, vectors } from '../support/vectors.ts';

const NEAR = Date.UTC(2026, 10, 22, 12);

function read(octets: Uint8Array) {
  const memory = memoryOf(octets);
  const message = emptyMessage();
  return { memory, message, fault: checkMessage(memory.view, 0, octets.length, message) };
}

describe.each(vectors())('$name, written by hand', ({ octets, tlvs }) => {
  test('is read as its author says, field by field', () => {
    const { memory, message, fault } = read(octets);
    expect(fault).toBeUndefined();
    const lines = printMessage(memory, message, NEAR).split('\n');
    expect(lines.map((line) => line.trim().split(', '))).toEqual(tlvs);
  });

  test('is read alike at any place of a larger memory', () => {
    const slab = new Uint8Array(octets.length + 7).fill(0xa5);
    slab.set(octets, 5);
    const memory = memoryOf(slab);
    const message = emptyMessage();
    expect(checkMessage(memory.view, 5, octets.length, message)).toBeUndefined();
    expect(printMessage(memory, message, NEAR)).toBe(printMessage(read(octets).memory, read(octets).message, NEAR));
  });

  test('loses only what is cut off, and says why when that is the header', () => {
    const whole = read(octets).message;
    for (let length = 0; length < octets.length; length++) {
      const { memory, message, fault } = read(octets.slice(0, length));
      if (length < 4) expect(fault).toBe('too-short');
      else if (length < (whole.family === 4 ? 20 : 56)) expect(fault).toBe('truncated-header');
      else {
        expect(fault).toBeUndefined();
        expect(message.end + message.droppedOctets).toBe(length);
        expect(message.end).toBeLessThanOrEqual(length);
        // RFC 8487 §3: what stands before the truncated TLV is kept.
        const kept = printMessage(memory, message, NEAR);
        expect(printMessage(read(octets).memory, whole, NEAR).startsWith(kept)).toBe(true);
      }
    }
  });
});

test('counts what it read', () => {
  const { message } = read(vector('request4').octets);
  expect(message).toEqual<Message>({
    family: 4,
    base: 0,
    end: 80,
    standardBlockCount: 1,
    lastStandardBlock: 20,
    returnedBlockCount: 27,
    intransitiveQueryCount: 0,
    droppedOctets: 0,
  });
});

test('JSON has every field, code points by number and by name, unknown counts as null', () => {
  const { memory, message } = read(vector('reply4').octets);
  const { header, blocks } = messageToJson(memory, message, NEAR);
  expect(header).toMatchObject({ type: 3, typeName: 'REPLY', hops: 32, sourceAddress: '10.1.0.2', queryId: 0x1234 });
  expect(blocks[1]).toEqual({
    type: 4,
    typeName: 'STANDARD_RESPONSE_BLOCK',
    length: 52,
    mbz: 0,
    queryArrivalTime: 0x3ba08000,
    queryArrivalTimeUtc: '2026-11-22T10:00:00.500Z',
    incomingInterfaceAddress: '10.1.0.1',
    outgoingInterfaceAddress: '10.12.0.1',
    upstreamRouterAddress: '0.0.0.0',
    inputPacketCount: null,
    outputPacketCount: '18446744073709551614',
    sourceGroupPacketCount: '201',
    routingProtocol: 2,
    routingProtocolName: 'local',
    multicastRoutingProtocol: 8,
    multicastRoutingProtocolName: 'pimSparseMode',
    forwardingTtl: 1,
    mbz2: 0,
    s: 1,
    sourceMask: 24,
    forwardingCode: 0x83,
    forwardingCodeName: 'ADMIN_PROHIB',
  });
});

test('a code point without a name keeps its number', () => {
  const { memory, message } = read(vector('reply6').octets);
  expect(messageToJson(memory, message, NEAR).blocks[0]).toMatchObject({
    forwardingCode: 0x82,
    forwardingCodeName: null,
  });
});

test('an arrival time of 0 is none: a block may be zero but for its code (RFC 8487 §4.1.1)', () => {
  const { memory, message } = read(vector('reply4').octets.slice());
  memory.octets.fill(0, 24, 28);
  expect(messageToJson(memory, message, NEAR).blocks[0]).toMatchObject({
    queryArrivalTime: 0,
    queryArrivalTimeUtc: null,
  });
  expect(printMessage(memory, message, NEAR)).toContain('Query Arrival Time not known, ');
});

test('a Query of ours is the one written by hand', () => {
  const address = (...octets: number[]) => Uint8Array.from(octets);
  const { octets } = emitQuery({
    hops: 32,
    multicastAddress: address(232, 1, 1, 1),
    sourceAddress: address(10, 1, 0, 2),
    clientAddress: address(10, 4, 0, 2),
    queryId: 0x1234,
    clientPort: 40000,
  });
  expect(octets).toEqual(vector('query4').octets);
});

test('no group and no source are all ones in IPv4 and :: in IPv6 (RFC 8487 §3.2.1)', () => {
  for (const [octets, none] of [
    [4, '255.255.255.255'],
    [16, '::'],
  ] as const) {
    const clientAddress = new Uint8Array(octets).fill(0x20);
    const query = emitQuery({
      hops: 1,
      multicastAddress: undefined,
      sourceAddress: undefined,
      clientAddress,
      queryId: 1,
      clientPort: 1,
    });
    expect(formatAddress(query.octets.subarray(4, 4 + octets))).toBe(none);
    expect(formatAddress(query.octets.subarray(4 + octets, 4 + 2 * octets))).toBe(none);
  }
});
