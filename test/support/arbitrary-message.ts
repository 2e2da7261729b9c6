/** Random messages of both families and all types, well framed, whatever their fields say. */
import fc from 'fast-check';
import {
  augmentedResponseBlock,
  extendedQueryBlock,
  HEADER,
  STANDARD_RESPONSE_BLOCK,
  tlv,
} from '../../proto/mtrace2.ts';
import { TlvType } from '../../proto/registry.ts';
import { memoryOf } from '../../src/wire/view.ts';

/** All zeros and all ones are as likely as anything else: they are what the RFC gives a meaning to. */
function octets(length: number): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(
      fc.uint8Array({ minLength: length, maxLength: length }),
      fc.uint8Array({ minLength: length, maxLength: length }),
    )
    .map(([value, choice]) => {
      const result = value.slice();
      // In runs of four, so that whole fields become so.
      for (let i = 0; i < length; i++) {
        const chosen = choice[i >> 3]! % 3;
        if (chosen < 2) result[i] = chosen === 0 ? 0 : 0xff;
      }
      return result;
    });
}

function ofType(type: number, length: number): fc.Arbitrary<Uint8Array> {
  return octets(length).map((value) => {
    const { view } = memoryOf(value);
    tlv.f.type.set(view, 0, type);
    tlv.f.length.set(view, 0, length);
    return value;
  });
}

function openEnded(type: number, layout: { readonly octets: number }): fc.Arbitrary<Uint8Array> {
  return fc.integer({ min: 0, max: 4 }).chain((more) => ofType(type, layout.octets + 2 + 4 * more));
}

/**
 * @param ports of the client, which a Query comes from and a Reply goes to
 */
export function arbitraryMessage(ports: { readonly min: number; readonly max: number }): fc.Arbitrary<Uint8Array> {
  return fc
    .record({
      family: fc.constantFrom(4 as const, 6 as const),
      type: fc.constantFrom(TlvType.QUERY, TlvType.REQUEST, TlvType.REPLY),
      clientPort: fc.integer(ports),
    })
    .chain(({ family, type, clientPort }) => {
      const header = ofType(type, HEADER[family].octets).map((value) => {
        HEADER[family].f.clientPort.set(memoryOf(value).view, 0, clientPort);
        return value;
      });
      const extended = fc.array(openEnded(TlvType.EXTENDED_QUERY_BLOCK, extendedQueryBlock), { maxLength: 2 });
      const standard = ofType(TlvType.STANDARD_RESPONSE_BLOCK, STANDARD_RESPONSE_BLOCK[family].octets);
      const augmented = fc.array(openEnded(TlvType.AUGMENTED_RESPONSE_BLOCK, augmentedResponseBlock), { maxLength: 2 });
      const blocks = fc.array(fc.tuple(standard, augmented), { maxLength: type === TlvType.QUERY ? 0 : 5 });
      return fc.tuple(header, extended, blocks);
    })
    .map(([header, extended, blocks]) => new Uint8Array(Buffer.concat([header, ...extended, ...blocks.flat(2)])));
}
