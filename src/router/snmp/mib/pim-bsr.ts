/** What a Bootstrap Router tells besides the mappings: PIM-BSR-MIB (RFC 5240). The mappings are in PIM-STD-MIB. */
import type { Family } from '../../../wire/address.ts';
import { IndexReader } from './index-reader.ts';
import type { Oid } from './oid.ts';
import type { Question, Rows } from './question.ts';
import { addressOf, integerOf } from './varbind.ts';

const PIM_BSR: Oid = '1.3.6.1.2.1.172.1';
/** pimBsrElectedBSRAddress, pimBsrElectedBSRHashMaskLength */
const elected: Rows = { kind: 'rows', columns: [`${PIM_BSR}.4.1.3`, `${PIM_BSR}.4.1.5`], prefix: '', guess: 0 };
/** RFC 5059 §5.1 */
const DEFAULTS = { 4: 30, 6: 126 } as const;

/** pimBsrElectedBSRRPSetPriority: the elected BSR itself has these rows, and nobody else. */
const rpSet: Rows = { kind: 'rows', columns: [`${PIM_BSR}.2.1.6`], prefix: '', guess: 0 };

/** What chooses among the RPs that a BSR has announced for the same range. RFC 7761 §4.7.1 */
export interface BsrChoice {
  /** How much of a group's address counts for the hash: of each family; the usual where it is not told. */
  readonly hashMaskLengths: Readonly<Record<Family, number>>;
  /** By `ADDRESS/LENGTH RP`: the lowest counts, before the hash. */
  readonly priorities: ReadonlyMap<string, number>;
}

export const bsrChoice: Question<BsrChoice> = {
  wants: [elected, rpSet],
  parse: (found) => {
    const rows = found.rows(elected);
    const lengthOf = (family: Family) => {
      const octets = family === 4 ? 4 : 16;
      const own = rows.find(({ values: [bsr] }) => addressOf(bsr)?.length === octets);
      return integerOf(own?.values[1], 0, octets * 8) ?? DEFAULTS[family];
    };
    const priorities = found.rows(rpSet).flatMap(({ index, values }): [string, number][] => {
      const reader = new IndexReader(index);
      const group = reader.inetAddress();
      const length = reader.number();
      const rp = reader.countedAddress();
      const priority = integerOf(values[0], 0, 255);
      return reader.isWhole && priority !== undefined ? [[`${group}/${length} ${rp}`, priority]] : [];
    });
    return { hashMaskLengths: { 4: lengthOf(4), 6: lengthOf(6) }, priorities: new Map(priorities) };
  },
};
