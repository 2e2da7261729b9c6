/** Whatever a router prints, a read ends in a snapshot or in a ReaderError, and after a bounded number of trips. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ForwardingQuery, ReaderError } from '../../../../src/router/port.ts';
import type { Snapshot } from '../../../../src/router/snapshot.ts';
import { stateOf } from '../../../../src/router/state.ts';
import { inPrefix, parseAddress, parsePrefix } from '../../../../src/wire/address.ts';
import { type FakeShell, readerWith } from '../support/fake-shell.ts';
import { anything, damaged, damagedOutputs } from './damage.ts';
import { questionsOf, SUBJECTS, type Subject, samplesOf } from './subjects.ts';

/** Each command of the table in two forms, and as many next hops as are followed. */
const MOST_TRIPS = 100;

describe.each(SUBJECTS)('$name', (subject) => {
  const query = fc.constantFrom(...subject.queries);

  test('outputs, damaged', { timeout: 60_000 }, async () => {
    const read = fc.asyncProperty(damagedOutputs(subject.outputs), query, async (outputs, asked) =>
      expectSoundRead(subject, subject.fake(outputs), asked),
    );
    await fc.assert(read, { numRuns: 200 });
  });

  test('anything at all', { timeout: 60_000 }, async () => {
    const read = fc.asyncProperty(anything, query, async (texts, asked) => {
      const fake = subject.fake({});
      fake.run = async () => {
        fake.trips.push([]);
        return texts[fake.trips.length % texts.length]!;
      };
      await expectSoundRead(subject, fake, asked);
    });
    await fc.assert(read, { numRuns: 200 });
  });

  const samples = samplesOf(subject);
  if (samples.length === 0) console.log(`SKIPPED ${subject.name}: damaged samples: the corpus is not there`);

  test.skipIf(samples.length === 0)('outputs of real routers, damaged, for any command', { timeout: 60_000 }, () => {
    const questions = questionsOf(subject);
    const sample = fc.constantFrom(...samples).chain((text) => damaged(text, samples));
    const parsed = fc.property(sample, (text) => {
      for (const { parse, good } of questions) {
        for (const at of good.keys()) expectNoTrouble(() => parse(good.with(at, text)));
      }
    });
    fc.assert(parsed, { numRuns: 60 });
  });
});

/** @returns `undefined` for a ReaderError */
function expectNoTrouble<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    expectReaderError(error);
    return undefined;
  }
}

function expectReaderError(error: unknown): void {
  if (!(error instanceof ReaderError)) throw error;
  expect(error.message.length).toBeLessThan(500);
}

async function expectSoundRead({ platform }: Subject, fake: FakeShell, query: ForwardingQuery): Promise<void> {
  try {
    expectSound(await readerWith(platform, fake).readForwarding(query, new AbortController().signal), query);
  } catch (error) {
    expectReaderError(error);
  }
  expect(fake.trips.length).toBeLessThan(MOST_TRIPS);
}

/** What every reader owes: see src/router/snapshot.ts. */
function expectSound(snapshot: Snapshot, query: ForwardingQuery): void {
  stateOf(snapshot); // contradicts itself nowhere
  const indexes = new Set<number | null>([null]);
  for (const row of snapshot.interfaces) {
    expect(row.index).toSatisfy((index: number) => Number.isInteger(index) && index >= 1 && index < 2 ** 32);
    indexes.add(row.index);
    for (const address of row.addresses) expect(parsePrefix(address)).toBeDefined();
    for (const count of [row.inMulticastPackets, row.outMulticastPackets]) expect(count ?? '0').toMatch(/^\d+$/);
  }
  for (const route of snapshot.routes ?? []) {
    expect(route.group).toBe(query.group);
    if (route.source !== null) expect(route).toSatisfy(() => isFor(query, route.source!, route.sourcePrefixLength));
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

function isFor(query: ForwardingQuery, source: string, length: number | undefined): boolean {
  if (length === undefined) return source === query.source;
  const prefix = parsePrefix(`${source}/${length}`);
  return prefix !== undefined && inPrefix(parseAddress(query.source!)!, prefix);
}
