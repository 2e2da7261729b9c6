/** Which Replies the client takes for the answer to its Query. RFC 8487 §3.2.1, §9.7.4 */
import { describe, expect, test } from 'vitest';
import { verifyReply } from '../../src/verify/reply.ts';
import { checkMessage, emptyMessage, memoryOf } from '../../src/wire/view.ts';
import { CHAIN, chain } from '../support/chain.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';

const BASE = 7;

function question(family: 4 | 6): Uint8Array {
  const { client, source, group } = CHAIN[family];
  return query(client, source, group);
}

function answer(family: 4 | 6): Uint8Array {
  const driver = new EngineDriver({ snapshots: chain(1) });
  driver.deliver(question(family), CHAIN[family].client);
  return driver.sent[0]!.octets.slice();
}

/** Read at some place of a larger memory, as a slot of a slab. */
function fault(asked: Uint8Array, octets: Uint8Array) {
  const memory = memoryOf(new Uint8Array(BASE + octets.length).fill(0xa5));
  memory.octets.set(octets, BASE);
  const message = emptyMessage();
  expect(checkMessage(memory.view, BASE, octets.length, message)).toBeUndefined();
  return verifyReply(memoryOf(asked), memory, message);
}

describe.each([4, 6] as const)('IPv%i', (family) => {
  const header = { 4: 20, 6: 56 }[family];

  test('the Reply to our Query', () => {
    expect(fault(question(family), answer(family))).toBeUndefined();
  });

  test('no Query and no Request, though it has our header', () => {
    const request = answer(family);
    request[0] = 2;
    expect(fault(question(family), request)).toBe('not-a-reply');
    expect(fault(question(family), question(family))).toBe('not-a-reply');
  });

  test('not with any octet of the header changed behind the Length', () => {
    for (let at = 3; at < header; at++) {
      const octets = answer(family);
      octets[at]! ^= 1;
      expect(fault(question(family), octets)).toBe('header-not-ours');
    }
  });

  test('with whatever in its blocks', () => {
    const octets = answer(family);
    octets[header + 8]! ^= 1;
    expect(fault(question(family), octets)).toBeUndefined();
  });

  test('not without a block', () => {
    expect(fault(question(family), answer(family).slice(0, header))).toBe('reply-without-block');
  });

  test('of as many blocks as # Hops allows, twice for gateways, and no more, in other Replies and in this one', () => {
    const reply = (blocks: number, returned: number) => {
      const whole = answer(family);
      const block = whole.subarray(header);
      const parts = [whole.subarray(0, header), ...Array<Uint8Array>(blocks).fill(block)];
      if (returned > 0) parts.push(Uint8Array.of(5, 0, 12, 0, 0, 1, 0, 0, 0, 0, 0, 0));
      const octets = Uint8Array.from(Buffer.concat(parts));
      if (returned > 0) memoryOf(octets).view.setUint32(octets.length - 6, returned);
      return octets;
    };
    expect(fault(question(family), reply(510, 0))).toBeUndefined();
    expect(fault(question(family), reply(511, 0))).toBe('reply-of-too-many-blocks');
    expect(fault(question(family), reply(1, 509))).toBeUndefined();
    expect(fault(question(family), reply(1, 510))).toBe('reply-of-too-many-blocks');
    expect(fault(question(family), reply(1, 0xffffffff))).toBe('reply-of-too-many-blocks');
  });

  test('not of the other family', () => {
    expect(fault(question(family === 4 ? 6 : 4), answer(family))).toBe('header-not-ours');
  });
});
