/** Reads proto/vectors/*.hex: the octets, and the lines that their authors expect, one list for each TLV. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Vector {
  readonly name: string;
  readonly octets: Uint8Array;
  /** `Label value`, in the order of the octets; MBZ lines are left out. */
  readonly tlvs: readonly (readonly string[])[];
}

const FOLDER = new URL('../../proto/vectors/', import.meta.url);

export function vectors(): Vector[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.hex'));
  if (names.length === 0) throw new Error('no vectors found');
  return names.map((name) => parseVector(name, readFileSync(new URL(name, FOLDER), 'utf8')));
}

export function vector(name: string): Vector {
  return parseVector(name, readFileSync(new URL(`${name}.hex`, FOLDER), 'utf8'));
}

function parseVector(name: string, text: string): Vector {
  let hex = '';
  const tlvs: string[][] = [[]];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line === '--') {
      tlvs.push([]);
      continue;
    }
    const match = /^((?:[0-9a-f]{2} ?)+) +(.+)$/.exec(line);
    if (match === null) throw new Error(`${name}: cannot read: ${line}`);
    hex += match[1]!.replaceAll(' ', '');
    for (const part of match[2]!.split(' / ')) {
      const [label, value] = part.split(' = ');
      if (label !== 'MBZ') tlvs.at(-1)!.push(`${label} ${value}`);
    }
  }
  return { name, octets: Uint8Array.from(Buffer.from(hex, 'hex')), tlvs };
}
