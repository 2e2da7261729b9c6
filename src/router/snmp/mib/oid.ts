/**
 * Object identifiers as dotted decimal text without a leading dot: `1.3.6.1.2.1.83.1.1.2.1.5`. A column's instance is
 * the column, a dot, and the index. Text that is not of this form never gets here: the decoder makes it.
 */

export type Oid = string;

/** What stands behind the root; `undefined`: the identifier is not below it. */
export function suffixOf(root: Oid, oid: Oid): string | undefined {
  return oid.startsWith(root) && oid[root.length] === '.' ? oid.slice(root.length + 1) : undefined;
}

/** Lexicographic order by subidentifiers (RFC 3416 §4.2.2): negative, zero or positive. */
export function compareOids(a: Oid, b: Oid): number {
  let i = 0;
  const end = Math.min(a.length, b.length);
  while (i < end && a[i] === b[i]) i++;
  // Back to where the first subidentifier that differs begins.
  const from = Math.max(a.lastIndexOf('.', i - 1), -1) + 1;
  const left = subidentifier(a, from);
  const right = subidentifier(b, from);
  return left === right ? a.length - b.length : left - right;
}

/**
 * A name behind which `oid` comes next, where the index has a fixed number of subidentifiers: GETNEXT of it returns `oid`
 * itself when it is there, and something behind it when it is not. So instances and rows travel in one PDU.
 */
export function justBefore(oid: Oid): Oid {
  const at = oid.lastIndexOf('.');
  const last = Number(oid.slice(at + 1));
  return last === 0 ? oid.slice(0, at) : `${oid.slice(0, at)}.${last - 1}`;
}

/** Octets of the encoded value, without type and length (X.690, 8.19). */
export function encodedOctets(oid: Oid): number {
  let octets = 0;
  for (const text of oid.split('.')) {
    const value = Number(text);
    octets += value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
  }
  return octets - 1; // the first two share one
}

function subidentifier(oid: Oid, from: number): number {
  const end = oid.indexOf('.', from);
  const text = end < 0 ? oid.slice(from) : oid.slice(from, end);
  return text === '' ? -1 : Number(text);
}
