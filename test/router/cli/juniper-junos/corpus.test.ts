/** Outputs of real routers, of which only interfaces are there. They lie beside the project, and are not a part of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type JunosInterface, parseInterfaces } from '../../../../src/router/cli/juniper-junos/parse-interfaces.ts';
import { formatPrefix, parsePrefix } from '../../../../src/wire/address.ts';

const CORPUS = join(import.meta.dirname, '../../../../../shared/corpus/juniper_junos');
const isThere = existsSync(CORPUS);
if (!isThere) console.log('SKIPPED test/router/cli/juniper-junos/corpus.test.ts: the corpus is not there');

const FILES = isThere
  ? readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.txt'))
  : [];

function read(name: string) {
  const unknown: string[] = [];
  const text = readFileSync(join(CORPUS, name), 'utf8');
  const table = parseInterfaces({ command: name, text }, (line) => unknown.push(line));
  return { ...table, text, unknown };
}

const row = (name: string, index: number | null, mtu: number | undefined, ...addresses: string[]) => ({
  name,
  index,
  mtu,
  addresses,
});

/** Read from the texts by eye: those that have addresses, or are alone. */
const KNOWN: Readonly<Record<string, readonly ReturnType<typeof row>[]>> = {
  'show-interfaces/genie-golden-2.txt': [
    row('ge-0/0/0.0', 606, 1500, '10.189.5.93/30', '2001:db8:223c:2c16::1/64', 'fe80::250:56ff:feff:56b6/64'),
    row('ge-0/0/1.0', 605, 1500, '10.169.14.122/30', '2001:db8:eb18:6337::2/64', 'fe80::250:56ff:feff:37f9/64'),
    row('ge-0/0/2.0', 536, 1500, '10.19.198.25/30'),
    row('ge-0/0/3.0', 537, 1500, '10.55.0.254/24'),
    row('fxp0.0', 13, 1500, '10.1.0.101/24'),
    row('lo0.0', 16, undefined, '10.189.5.252/32', '2001:db8:223c:ca45::b/128', 'fe80::250:560f:fc8d:7c08/128'),
  ],
  'show-interfaces/genie-golden-4.txt': [
    row('ge-0/0/1.0', 540, 1500, '10.169.14.157/30', '2001:db8:eb18:9627::1/64', 'fe80::250:56ff:fe8d:e725/64'),
  ],
  'show-interfaces/genie-golden-5.txt': [row('lo0', 6, undefined), row('lo0.16385', 22, undefined)],
  'show-interfaces/ntc-juniper-junos-show-interfaces-irb.txt': [row('irb.6013', 600, 1514)],
  'show-interfaces/ntc-juniper-junos-show-interfaces2.txt': [row('xe-0/1/0', 564, undefined)],
  'show-interfaces-extensive/genie-golden-1.txt': [row('ae0', 822, undefined)],
  'show-interfaces-extensive/genie-golden.txt': [
    row('ge-0/0/0', 526, undefined),
    row('ge-0/0/0.0', 537, 1500, '10.145.0.1/24', '2001:20::1/64', 'fe80::250:56ff:feff:5526/64'),
  ],
  'show-interfaces-extensive/genie-golden2.txt': [row('et-0/0/0', 552, undefined)],
  'show-interfaces-extensive/genie-golden3.txt': [
    row('ae0', 539, undefined),
    row('ae0.0', 542, 1500, '10.0.0.1/24', '2001:10::1/64', 'fe80::2e6b:f5ff:feff:cf97/64'),
  ],
  'show-interfaces-terse/genie-golden.txt': [
    row('ge-0/0/0.0', null, undefined, '10.0.1.1/24'),
    row('ge-0/0/1.0', null, undefined, '10.0.2.1/24'),
    row('ge-0/0/2', null, undefined),
    row('fxp0.0', null, undefined, '172.25.192.114/24'),
    row('lo0.0', null, undefined, '10.1.1.1/32', '10.11.11.11/32'),
  ],
  'show-interfaces-terse-match/genie-golden.txt': [
    row('fxp0', null, undefined),
    row('fxp0.0', null, undefined, '172.25.192.114/24'),
  ],
};

const bare = ({ isInternal: _, isDisabled: __, ...one }: JunosInterface) => one;

describe.skipIf(!isThere).each(FILES)('%s', (name) => {
  test('the interfaces that are known by eye', () => {
    const { interfaces } = read(name);
    const known = KNOWN[name] ?? [];
    expect(known).not.toEqual([]);
    const names = known.map((one) => one.name);
    expect(interfaces.filter((one) => names.includes(one.name)).map(bare)).toEqual(known);
    // No other has addresses, but those between parts of the router.
    const others = interfaces.filter((one) => one.addresses.length > 0 && !names.includes(one.name));
    expect(others.filter((one) => !one.isInternal)).toEqual([]);
  });

  test('every interface that the text names is there, once', () => {
    const { interfaces, text } = read(name);
    const headings = [...text.matchAll(/(?:Physical interface:|Logical interface) ([^\s,]+)/g)].map(([, one]) => one!);
    const rows = [...text.matchAll(/^(\S+) +(?:up|down) +(?:up|down)/gm)].map(([, one]) => one!);
    expect(interfaces.map((one) => one.name).sort()).toEqual([...headings, ...rows].sort());
  });

  test('every address that the text has is some interface’s', () => {
    const { interfaces, text } = read(name);
    const written = [...text.matchAll(/(?:Local: |inet6? +|^ {30,})([0-9a-f]+[.:][0-9a-f.:]+)/gm)].map(
      ([, address]) => formatPrefix(parsePrefix(address!)!).split('/')[0],
    );
    const found = interfaces.flatMap((one) => one.addresses.map((address) => address.split('/')[0]));
    expect(found.sort()).toEqual(written.sort());
  });

  test('no line is left that nobody understands', () => {
    expect(read(name).unknown).toEqual([]);
  });
});

test.skipIf(!isThere)('counters of Ethernets', () => {
  expect(read('show-interfaces-extensive/genie-golden2.txt').counters).toEqual([
    { interface: 'et-0/0/0', inPackets: '17309', outPackets: '17191' },
  ]);
  expect(read('show-interfaces-extensive/genie-golden3.txt').counters).toEqual([
    { interface: 'ae0', inPackets: '0', outPackets: '0' },
  ]);
  expect(read('show-interfaces/genie-golden-2.txt').counters).toHaveLength(10);
});
