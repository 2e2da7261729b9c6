/** What the Bootstrap Router tells besides the mappings: PIM-BSR-MIB (RFC 5240). The mappings are in PIM-STD-MIB. */
import type { Family } from '../../../wire/address.ts';
import type { Oid } from './oid.ts';
import type { Question, Rows } from './question.ts';
import { addressOf, integerOf } from './varbind.ts';

const PIM_BSR: Oid = '1.3.6.1.2.1.172.1';
/** pimBsrElectedBSRAddress, pimBsrElectedBSRHashMaskLength */
const elected: Rows = { kind: 'rows', columns: [`${PIM_BSR}.4.1.3`, `${PIM_BSR}.4.1.5`], prefix: '', guess: 0 };
/** RFC 5059 §5.1 */
const DEFAULTS = { 4: 30, 6: 126 } as const;

/** How much of a group's address counts where several RPs have the same range: of each family; the usual where it is not told. */
export const hashMaskLengths: Question<Readonly<Record<Family, number>>> = {
  wants: [elected],
  parse: (found) => {
    const rows = found.rows(elected);
    const lengthOf = (family: Family) => {
      const octets = family === 4 ? 4 : 16;
      const own = rows.find(({ values: [bsr] }) => addressOf(bsr)?.length === octets);
      return integerOf(own?.values[1], 0, octets * 8) ?? DEFAULTS[family];
    };
    return { 4: lengthOf(4), 6: lengthOf(6) };
  },
};
