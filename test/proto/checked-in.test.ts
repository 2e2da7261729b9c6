/** Files that are made from others and checked in: equal to what is made of those now. `npm run dissector` writes them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dissector } from '../../proto/dissector.ts';
import { packetOf, writePcap } from '../support/pcap.ts';
import { vectors } from '../support/vectors.ts';

const PROTO = join(import.meta.dirname, '../../proto');
const CAPTURED = Date.UTC(2026, 10, 22, 10);

const MADE: [string, Buffer][] = [
  ['mtrace2.lua', Buffer.from(dissector())],
  ...vectors().map(({ name, octets }): [string, Buffer] => [
    `vectors/${name.replace(/\.hex$/, '.pcap')}`,
    writePcap([packetOf(octets, CAPTURED)]),
  ]),
];

test.each(MADE)('%s', (name, octets) => {
  const path = join(PROTO, name);
  if (process.env.MTRACE2D_WRITE === 'yes') writeFileSync(path, octets);
  // Text for the sake of what is printed when they differ.
  expect(readFileSync(path, 'latin1')).toBe(octets.toString('latin1'));
});

test('there is no capture without its vector', () => {
  const captures = readdirSync(join(PROTO, 'vectors')).filter((name) => name.endsWith('.pcap'));
  expect(captures.map((name) => `vectors/${name}`).sort()).toEqual(
    MADE.map(([name]) => name)
      .filter((name) => name.endsWith('.pcap'))
      .sort(),
  );
});
