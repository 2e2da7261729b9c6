/** Whatever a router prints, a read ends in a snapshot or in a ReaderError, and after a bounded number of trips. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SHOW_STATE } from '../../../src/router/cli/mrouted/commands.ts';
import { parseFiles } from '../../../src/router/cli/mrouted/parse-files.ts';
import { parseState } from '../../../src/router/cli/mrouted/parse-state.ts';
import type { Platform } from '../../../src/router/cli/platform.ts';
import { platforms } from '../../../src/router/cli/platforms.ts';
import { type ForwardingQuery, ReaderError } from '../../../src/router/port.ts';
import type { Snapshot } from '../../../src/router/snapshot.ts';
import { inPrefix, type Prefix, parseAddress, parsePrefix } from '../../../src/wire/address.ts';
import { type FakeShell, fakeSh, fakeVtysh, readerWith } from './support/fake-shell.ts';
import { FRR_OUTPUTS } from './support/frr-outputs.ts';
import { LINUX_OUTPUTS } from './support/linux-outputs.ts';
import { BUSYBOX, linuxTextOutputs } from './support/linux-text-outputs.ts';
import { LINUX_VRF_OUTPUTS } from './support/linux-vrf-outputs.ts';
import { MROUTED_FILE_OUTPUTS, MROUTED_OUTPUTS, STATE } from './support/mrouted-outputs.ts';

const QUERY: ForwardingQuery = { family: 4, group: '239.1.2.3', source: '198.18.0.5' };

/** Text that has lost, doubled or got something, or whose values have become others. */
function damaged(text: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: text.length });
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    fc.tuple(at, at, fc.string()).map(([from, to, put]) => text.slice(0, from) + put + text.slice(to)),
    fc
      .tuple(
        fc.nat(),
        fc.constantFrom('null', '-1', '1e999', '"x"', '[]', '{}', '"__proto__"', '"0.0.0.0/99"', '"\\n% x"'),
      )
      .map(([n, value]) => withValue(text, n, value)),
    fc.json(),
    fc.string(),
  );
}

/** Puts `value` in the place of one scalar of a JSON text. */
function withValue(text: string, n: number, value: string): string {
  const scalars = [...text.matchAll(/(?<=[:[,]\s*)("[^"]*"(?!\s*:)|-?[\d.]+|true|false|null)/g)];
  const scalar = scalars[n % Math.max(1, scalars.length)];
  return scalar === undefined
    ? value
    : text.slice(0, scalar.index) + value + text.slice(scalar.index + scalar[0].length);
}

/** The outputs with one to three of them damaged. */
function damagedOutputs(outputs: Readonly<Record<string, string>>): fc.Arbitrary<Record<string, string>> {
  const one = fc
    .constantFrom(...Object.entries(outputs))
    .chain(([command, text]) => damaged(text).map((d) => [command, d] as const));
  return fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((changes) => ({ ...outputs, ...Object.fromEntries(changes) }));
}

/** What every reader owes: see src/router/snapshot.ts. */
function expectSound(snapshot: Snapshot): void {
  const indexes = new Set<number | null>([null]);
  for (const row of snapshot.interfaces) {
    expect(row.index).toSatisfy((index: number) => Number.isInteger(index) && index >= 1 && index < 2 ** 32);
    indexes.add(row.index);
    for (const address of row.addresses) expect(parsePrefix(address)).toBeDefined();
    for (const count of [row.inMulticastPackets, row.outMulticastPackets]) expect(count ?? '0').toMatch(/^\d+$/);
  }
  for (const route of snapshot.routes ?? []) {
    expect(route.group).toBe(QUERY.group);
    if (route.sourcePrefixLength === undefined) expect([null, QUERY.source]).toContain(route.source);
    else expect(parsePrefix(`${route.source}/${route.sourcePrefixLength}`)).toSatisfy(isOfSource);
    expect(indexes).toContain(route.incoming);
    expect(route.packets ?? '0').toMatch(/^\d+$/);
    if (route.upstream !== null) expect(parseAddress(route.upstream)).toBeDefined();
    for (const { index } of route.outgoing) expect(indexes).toContain(index);
  }
  for (const row of snapshot.rpf ?? []) {
    expect(parsePrefix(row.prefix)).toBeDefined();
    expect(indexes).toContain(row.interface);
  }
  expect(Object.getPrototypeOf(snapshot)).toBe(Object.prototype);
}

const isOfSource = (prefix: Prefix | undefined) =>
  prefix !== undefined && inPrefix(parseAddress(QUERY.source!)!, prefix);

type Fake = (outputs: Readonly<Record<string, string>>) => FakeShell;

describe.each<[string, () => Platform, Readonly<Record<string, string>>, Fake]>([
  ['frr', platforms.frr, FRR_OUTPUTS, fakeVtysh],
  ['linux', platforms.linux, LINUX_OUTPUTS, fakeSh],
  ['linux, in text', platforms.linux, linuxTextOutputs(BUSYBOX), fakeSh],
  ['linux, a VRF', () => platforms.linux({ vrf: 'blue' }), LINUX_VRF_OUTPUTS, fakeSh],
  ['mrouted', platforms.mrouted, MROUTED_OUTPUTS, fakeSh],
  ['mrouted, from files', platforms.mrouted, MROUTED_FILE_OUTPUTS, fakeSh],
])('%s', (_name, platform, outputs, fake) => {
  test('with damaged outputs', async () => {
    await fc.assert(
      fc.asyncProperty(damagedOutputs(outputs), async (damage) => {
        const session = fake(damage);
        const reader = readerWith(platform(), session);
        try {
          expectSound(await reader.readForwarding(QUERY, new AbortController().signal));
        } catch (error) {
          if (!(error instanceof ReaderError)) throw error;
          expect(error.message.length).toBeLessThan(500);
        }
        expect(session.trips.length).toBeLessThan(16);
      }),
      { numRuns: 500 },
    );
  });

  test('with anything at all for the whole output', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.json()), { minLength: 1, maxLength: 20 }), async (texts) => {
        let trips = 0;
        const session = { ...fake({}), run: async () => texts[trips++ % texts.length] ?? '' };
        const reader = readerWith(platform(), session);
        await reader.readForwarding(QUERY, new AbortController().signal).then(expectSound, (error: unknown) => {
          expect(error).toBeInstanceOf(ReaderError);
        });
        expect(trips).toBeLessThan(32);
      }),
      { numRuns: 300 },
    );
  });
});

test('deep nesting and long lines take no stack and little time', async () => {
  for (const monster of [
    '['.repeat(1_000_000),
    `{"a":`.repeat(100_000),
    '%'.repeat(5_000_000),
    '\n'.repeat(2_000_000),
  ]) {
    for (const [name, session] of [
      ['frr', fakeVtysh({})],
      ['linux', fakeSh({})],
      ['mrouted', fakeSh({})],
    ] as const) {
      session.run = async () => monster;
      const reader = readerWith(platforms[name](), session);
      await expect(reader.readInterfaces(new AbortController().signal)).rejects.toBeInstanceOf(ReaderError);
    }
  }
});

/** The patterns of mrouted's state, of which the kernel's JSON comes first and hides what stands behind. */
test('long lines of mrouted take a time that grows with them and no faster', () => {
  const { length } = STATE;
  const lines = [' ', '1', '1 ', ' 1.1.1.1 ', '0:00:00 ', ' 0  0P  1p', 'a: ', ':', '-', 'x'].map((part) =>
    part.repeat(length),
  );
  const text = `${STATE}${lines.flatMap((line) => [line, ` ${line}`, ` 198.18.0/24        239.1.2.3        ${line}`]).join('\n')}`;
  const startMs = performance.now();
  expect(parseState(text.repeat(20), SHOW_STATE).vifs.length).toBeGreaterThan(4);
  parseFiles(`1000\n${`999 /var/tmp/mrouted.dump\n${text}`.repeat(20)}`);
  expect(performance.now() - startMs).toBeLessThan(5000);
});
