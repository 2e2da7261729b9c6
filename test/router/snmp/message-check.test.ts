import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Expected, mayBeAnswer, messageIdOf } from '../../../src/router/snmp/session/message-check.ts';
import { encodeResponse, PduType } from '../../support/snmp/agent.ts';
import { type Element, encode, encodeAll, encodeInteger, Tag } from '../../support/snmp/ber.ts';
import { encodeValue, text } from '../../support/snmp/mib.ts';

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

describe('whatever arrives', () => {
  const EXPECTED: readonly Expected[] = [
    { version: 0, securityFlags: 0 },
    V2C,
    ...[0, 1, 3].map((securityFlags) => ({ version: 3, securityFlags }) as const),
  ];
  const ID = 77777;
  const request = {
    community: 'public',
    type: PduType.GET_NEXT,
    id: ID,
    names: [],
    nonRepeaters: 0,
    maxRepetitions: 0,
  };
  const bindings = [{ oid: [1, 3, 6, 1, 2, 1, 1, 1, 0], value: encodeValue(text('a router'.repeat(40))) }];
  const REAL: readonly Buffer[] = [
    ...[0, 1].map((version) => encodeResponse({ ...request, version }, { errorStatus: 0, errorIndex: 0, bindings })),
    ...[0, 1, 3].flatMap((flags) => [v3(flags, RESPONSE), v3(flags, REPORT)]),
    v3(3, 'encrypted'),
  ];
  const real = fc.constantFrom(...REAL).map((message) => new Uint8Array(message));
  /** Octets become others, mostly tags and lengths; some are taken out, or put in. */
  const changed = fc
    .tuple(
      real,
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.nat({ max: 2 }),
          fc.constantFrom(0, 1, 2, 3, 4, 0x30, 0x7f, 0x80, 0x81, 0x84, 0xa2, 0xa8, 0xff),
        ),
        { minLength: 1, maxLength: 4 },
      ),
    )
    .map(([message, changes]) => {
      const octets = [...message];
      for (const [at, removed, put] of changes) octets.splice(at % Math.min(octets.length, 60), removed, put);
      return Uint8Array.from(octets);
    });
  const anything = fc.oneof(changed, real, fc.uint8Array({ maxLength: 400 }));
  const runs = { numRuns: 3000, seed: 3412 };

  test('of real messages the id is found', () => {
    expect(REAL.map(messageIdOf)).toEqual(REAL.map(() => ID));
  });

  test('there is a verdict, and an id of 32 bits or none', () => {
    fc.assert(
      fc.property(anything, (octets) => {
        for (const expected of EXPECTED) expect(mayBeAnswer(octets, expected)).toBeTypeOf('boolean');
        const id = messageIdOf(octets) ?? 0;
        expect(Number.isInteger(id) && id >= 0 && id < 2 ** 32).toBe(true);
      }),
      runs,
    );
  });

  test('what is behind a message changes neither; what is cut off is no answer', () => {
    fc.assert(
      fc.property(anything, real, fc.nat(), (octets, behind, cut) => {
        const more = Uint8Array.of(...octets, ...behind);
        const isWhole = EXPECTED.some((expected) => mayBeAnswer(octets, expected));
        if (isWhole) expect(messageIdOf(more)).toBe(messageIdOf(octets));
        for (const expected of isWhole ? EXPECTED : []) {
          expect(mayBeAnswer(more, expected)).toBe(mayBeAnswer(octets, expected));
        }
        const short = behind.subarray(0, cut % behind.length);
        expect(messageIdOf(short)).toBeUndefined();
        expect(EXPECTED.map((expected) => mayBeAnswer(short, expected))).toEqual(EXPECTED.map(() => false));
      }),
      runs,
    );
  });

  test('by another reading, too, it has our version, and is as secure as it must be, or a Report', () => {
    fc.assert(
      fc.property(changed, fc.constantFrom(...EXPECTED), (octets, expected) => {
        if (!mayBeAnswer(octets, expected)) return;
        const [version, header, , scopedPdu] = elementsOf(elementsOf(octets)[0]?.content);
        expect(version?.tag).toBe(Tag.INTEGER);
        expect(version!.content.readUIntBE(0, version!.content.length)).toBe(expected.version);
        if (expected.version !== 3) return;
        const flags = elementsOf(header?.content)[2]?.content[0] ?? 0;
        const isSecure = (flags & expected.securityFlags) === expected.securityFlags;
        expect(isSecure || elementsOf(scopedPdu?.content)[2]?.tag === REPORT).toBe(true);
      }),
      runs,
    );
  });

  test('lengths that never end, and elements in elements, take no time', () => {
    const monsters = [[0x30, 0xff, ...Array(200).fill(0xff)], [0x30, 0x84], [0x30, 0x80], [0x30, 0], [2, 1, 3], [0xff]];
    const begun = performance.now();
    for (const monster of monsters) {
      const octets = Uint8Array.from({ length: 65_507 }, (_, at) => monster[at % monster.length]!);
      for (let times = 0; times < 1000; times++) {
        messageIdOf(octets);
        for (const expected of EXPECTED) mayBeAnswer(octets, expected);
      }
    }
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

/** As many as there are before something is cut off. */
function elementsOf(octets: Uint8Array | undefined): Element[] {
  const all = Buffer.from(octets ?? []);
  const elements: Element[] = [];
  for (let at = 0; at < all.length; ) {
    const isLong = all[at + 1]! >= 0x80;
    const head = 2 + (isLong ? all[at + 1]! & 0x7f : 0);
    let length = all[at + 1]!;
    if (isLong) length = all.subarray(at + 2, at + head).reduce((sum, octet) => sum * 256 + octet, 0);
    if (!(at + head + length <= all.length)) break;
    elements.push({ tag: all[at]!, content: all.subarray(at + head, at + head + length) });
    at += head + length;
  }
  return elements;
}
