/** What a block that is shown has, and should not. */
import type { TlvJson } from '../../src/wire/print.ts';
import type { Fields } from './fields.ts';

/** Codes and times are judged elsewhere. @returns `undefined`: nothing */
export function differenceOf(actual: TlvJson, expected: Fields): string | undefined {
  const skipped = new Set(['forwardingCode', 'forwardingCodeName', 'queryArrivalTime', 'queryArrivalTimeUtc']);
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  const wrong = [...names].filter((name) => !skipped.has(name) && actual[name] !== expected[name]);
  if (wrong.length === 0) return undefined;
  return wrong.map((name) => `${name} is ${actual[name]}, not ${expected[name]}`).join('; ');
}
