/** Whatever NX-OS prints, a read ends in a snapshot or in a ReaderError, and in a time that grows with the output only. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ciscoNxos } from '../../../src/router/cli/cisco-nxos/platform.ts';
import { type ForwardingQuery, ReaderError } from '../../../src/router/port.ts';
import { parseAddress, parsePrefix } from '../../../src/wire/address.ts';
import { OUTPUTS } from './support/box/cisco-nxos.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';
import { TEXTS as PLAIN } from './support/nxos.ts';

const QUERY: ForwardingQuery = { family: 4, group: '239.1.1.1', source: '10.1.0.2' };

/** The commands of the query. */
const ASKED: ReadonlySet<string> = new Set(
  [
    ciscoNxos().table,
    ciscoNxos().forwarding(QUERY),
    ciscoNxos().path('10.1.0.2', 4),
    ciscoNxos().path('10.0.0.2', 4),
  ].flatMap(({ commands }) => commands),
);

/** The same, of releases that print text where others print JSON. */
const TEXTS: Readonly<Record<string, string>> = {
  ...OUTPUTS,
  ...Object.fromEntries(Object.entries(PLAIN).map(([command, output]) => [`${command} | json`, output])),
};

const VALUES = [
  'null',
  '-1',
  '1e999',
  '"x"',
  '[]',
  '{}',
  '"__proto__"',
  'constructor',
  '0.0.0.0/99',
  '::/0',
  'Null',
  'never',
  '',
];

/** Text that has lost, doubled, mixed or got something, or whose values have become others. */
function damaged(text: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: text.length });
  const lines = text.split('\n');
  const line = fc.nat({ max: lines.length - 1 });
  const others = fc.constantFrom(...Object.values(OUTPUTS), ...Object.values(TEXTS));
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    fc.tuple(at, at, fc.string()).map(([from, to, put]) => text.slice(0, from) + put + text.slice(to)),
    fc.tuple(at, others, fc.nat({ max: 2000 })).map(([end, other, from]) => text.slice(0, end) + other.slice(from)),
    fc.subarray(lines).map((some) => some.join('\n')),
    fc.shuffledSubarray(lines).map((some) => some.join('\n')),
    fc
      .tuple(line, fc.nat({ max: 50 }))
      .map(([n, times]) => lines.toSpliced(n, 0, ...Array(times).fill(lines[n]!)).join('\n')),
    fc.tuple(fc.nat(), fc.constantFrom(...VALUES)).map(([n, value]) => withWord(text, n, value)),
    fc.json(),
    fc.string(),
  );
}

/** Puts `value` in the place of one word, or of one value of JSON. */
function withWord(text: string, n: number, value: string): string {
  const words = [...text.matchAll(/"[^"\n]*"|[^\s",:[\]{}()]+/g)];
  const word = words[n % Math.max(1, words.length)];
  return word === undefined ? value : text.slice(0, word.index) + value + text.slice(word.index + word[0].length);
}

function damagedOutputs(outputs: Readonly<Record<string, string>>): fc.Arbitrary<Record<string, string>> {
  const one = fc
    .constantFrom(...Object.entries(outputs).filter(([command]) => ASKED.has(command)))
    .chain(([command, text]) => damaged(text).map((d) => [command, d] as const));
  return fc
    .array(one, { minLength: 1, maxLength: 5 })
    .map((changes) => ({ ...outputs, ...Object.fromEntries(changes) }));
}

/** What every reader owes: see src/router/snapshot.ts. */
async function expectSound(outputs: Readonly<Record<string, string>>): Promise<void> {
  const session = fakeCli(outputs);
  const reader = readerWith(ciscoNxos(), session);
  try {
    const snapshot = await reader.readForwarding(QUERY, new AbortController().signal);
    const indexes = new Set<number | null>([null]);
    for (const row of snapshot.interfaces) {
      expect(row.index).toSatisfy((index: number) => Number.isInteger(index) && index >= 1 && index < 2 ** 32);
      indexes.add(row.index);
      for (const address of row.addresses) expect(parsePrefix(address)).toBeDefined();
      for (const count of [row.inMulticastPackets, row.outMulticastPackets]) expect(count ?? '0').toMatch(/^\d+$/);
    }
    for (const route of snapshot.routes ?? []) {
      expect([null, QUERY.source]).toContain(route.source);
      expect(indexes).toContain(route.incoming);
      expect(route.packets ?? '0').toMatch(/^\d+$/);
      if (route.upstream !== null) expect(parseAddress(route.upstream)).toBeDefined();
      for (const { index } of route.outgoing) expect(indexes).toContain(index);
    }
    for (const row of snapshot.rpf ?? []) {
      expect(parsePrefix(row.prefix)).toBeDefined();
      expect(indexes).toContain(row.interface);
    }
  } catch (error) {
    if (!(error instanceof ReaderError)) throw error;
    expect(error.message.length).toBeLessThan(500);
  }
  expect(session.trips.length).toBeLessThan(40);
}

describe.each([
  ['JSON', OUTPUTS],
  ['text', TEXTS],
])('outputs in %s', (_, outputs) => {
  test('damaged', async () => {
    await fc.assert(fc.asyncProperty(damagedOutputs(outputs), expectSound), { numRuns: 500 });
  });
});

describe('a time that grows with the output', () => {
  const parsers = [ciscoNxos().forwarding(QUERY), ciscoNxos().path('10.1.0.2', 4), ciscoNxos().table];
  const words =
    '(10.1.0.2/32, 239.1.1.1/32), uptime: 1d, 1.1.1.1/1/1/1 via *via Eth1/1, RPF nbr: IP address: for VRF "default" ';
  const routes = (PLAIN['show ip mroute 239.1.1.1'] ?? '').replace(/^.*\n/, '');
  const monsters: Record<string, string> = {
    'one line': words.repeat(10_000),
    'long lines': `${words.repeat(9)}\n`.repeat(1000),
    'long lines of one kind': ['a', '1', ' ', ':', '/', '.', '*', '-', '1/', 'a/', 'a: ', '1 ', '1,', 'a1', '(1, ']
      .map((c) => c.repeat(60_000 / c.length).replace(/(.{999})/g, '$1\n'))
      .join('\n'),
    'a million lines': 'Eth1/1\n'.repeat(1_000_000),
    'many interfaces': Array.from(
      { length: 20_000 },
      (_, i) => `Vlan1, Interface status: up\nIP address: 10.1.${i >> 8}.1, IP subnet: 10.0.0.0/8`,
    ).join('\n'),
    'two megabytes of routes': `IP Multicast Routing Table for VRF "default"\n${routes.repeat(4000)}`,
    'two megabytes of outgoing interfaces': `${routes}${Array.from({ length: 50_000 }, (_, i) => `    Vlan${i}, uptime: 1d02h, pim\n`).join('')}`,
    'two megabytes of next hops': `10.1.0.0/24, ubest/mbest: 1/1\n${'    *via 10.34.0.4, Eth1/1, [200/0], 1d02h\n'.repeat(50_000)}`,
    'many rows of JSON': JSON.stringify({
      ROW_one_route: Array.from({ length: 20_000 }, () => ({ 'mcast-addrs': '(*, 239.1.1.1/32)' })),
      ROW_path: Array.from({ length: 20_000 }, () => ({})),
    }),
    'deep JSON': `${'{"TABLE_a":{"ROW_a":'.repeat(2000)}{}${'}}'.repeat(2000)}`,
    'deeper JSON': `{"TABLE_a":${'['.repeat(1_000_000)}`,
    'wide and deep JSON': JSON.stringify(
      Array.from({ length: 9 }).reduce<object>((inner) => ({ TABLE_a: [inner, inner, inner] }), {}),
    ),
  };
  test.each(Object.keys(monsters))('%s', (name) => {
    const monster = monsters[name]!;
    for (const { commands, parse } of parsers) {
      // All outputs of the table at once would be more than a router may print.
      const output = commands.length > 3 ? monster.slice(0, 1_000_000) : monster;
      const start = performance.now();
      try {
        parse(commands.map(() => output));
      } catch (error) {
        expect(error).toBeInstanceOf(ReaderError);
      }
      // About ten times what is usual.
      const megabytes = (commands.length * output.length) / 1e6;
      expect(performance.now() - start).toBeLessThan(500 + 1500 * megabytes);
    }
  });
});
