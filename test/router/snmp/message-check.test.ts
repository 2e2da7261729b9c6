import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayBeAnswer, messageIdOf } from '../../../src/router/snmp/session/message-check.ts';
import { encode, encodeAll, encodeInteger, Tag } from '../../support/snmp/ber.ts';

const REPORT = 0xa8;
const RESPONSE = 0xa2;
const V2C = { version: 1, securityFlags: 0 } as const;
const string = (...octets: readonly number[]) => encode(Tag.OCTET_STRING, Buffer.from(octets));

function community(version: number): Buffer {
  return encodeAll(Tag.SEQUENCE, [encodeInteger(version), string(112), encode(RESPONSE, Buffer.alloc(3))]);
}

/** RFC 3412 §6: version, header, security parameters, and a scoped PDU that is encrypted, or holds a PDU of this type. */
function v3(flags: number, pdu: number | 'encrypted'): Buffer {
  const scoped = encodeAll(Tag.SEQUENCE, [
    string(1, 2),
    string(),
    encode(pdu === 'encrypted' ? 0 : pdu, Buffer.alloc(200)),
  ]);
  return encodeAll(Tag.SEQUENCE, [
    encodeInteger(3),
    encodeAll(Tag.SEQUENCE, [encodeInteger(77777), encodeInteger(65507), string(flags), encodeInteger(3)]),
    string(...Buffer.alloc(150)),
    pdu === 'encrypted' ? string(...scoped) : scoped,
  ]);
}

test('the version has to be ours', () => {
  for (const version of [0, 1, 3] as const) {
    const expected = { version, securityFlags: 0 };
    expect([0, 1].map((other) => mayBeAnswer(community(other), expected))).toEqual([version === 0, version === 1]);
    expect(mayBeAnswer(v3(0, RESPONSE), expected)).toBe(version === 3);
  }
});

describe('a message of SNMPv3 is as secure as the request was, or a Report', () => {
  test.each([
    [0, 0, RESPONSE, true],
    [1, 0, RESPONSE, false],
    [1, 1, RESPONSE, true],
    [3, 1, RESPONSE, false],
    [3, 2, 'encrypted', false],
    [3, 3, 'encrypted', true],
    [1, 0, REPORT, true],
    [3, 0, REPORT, true],
    [3, 1, REPORT, true],
  ] as const)('wanted %i, flags %i, %s: %s', (securityFlags, flags, pdu, expected) => {
    expect(mayBeAnswer(v3(flags, pdu), { version: 3, securityFlags })).toBe(expected);
  });
});

test('a message is known by its ID: the request-id, of SNMPv3 the msgID', () => {
  const pdu = encodeAll(RESPONSE, [encodeInteger(0x12345678), encodeInteger(0), encodeInteger(0)]);
  expect(messageIdOf(encodeAll(Tag.SEQUENCE, [encodeInteger(1), string(112), pdu]))).toBe(0x12345678);
  expect(messageIdOf(v3(3, 'encrypted'))).toBe(77777);
  expect(messageIdOf(v3(0, RESPONSE).subarray(0, 12))).toBeUndefined();
});

test('no octets make it throw, or take them for an answer where they are cut off', () => {
  const whole = v3(0, REPORT);
  for (let length = 0; length < 180; length++) {
    expect(mayBeAnswer(whole.subarray(0, length), { version: 3, securityFlags: 3 })).toBe(false);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
      mayBeAnswer(octets, V2C);
      mayBeAnswer(octets, { version: 3, securityFlags: 3 });
    }),
    { numRuns: 2000, seed: 3412 },
  );
});
