/** However much a router prints, and whatever: reading it takes a time that grows with it and no faster. */
import { describe, test } from 'vitest';
import { ReaderError } from '../../../../src/router/port.ts';
import { readerWith } from '../support/fake-shell.ts';
import { allInTime, inTime } from './in-time.ts';
import { multiplied, shapes } from './monsters.ts';
import { eachQuestionOnce, questionsOf, SUBJECTS } from './subjects.ts';

type Parse = (outputs: readonly string[]) => unknown;

function expectReaderError(error: unknown): void {
  if (!(error instanceof ReaderError)) throw error;
}

function expectInTime(parse: Parse, outputs: readonly string[], what: string): void {
  const read = () => {
    try {
      parse(outputs);
    } catch (error) {
      expectReaderError(error);
    }
  };
  inTime(outputs, read, what);
}

const SHAPES = Object.entries(shapes(100_000));
const GREAT_SHAPES = Object.entries(shapes(300_000)).filter(([name]) => /^nothing|^a long|^deep/.test(name));

describe.each([...eachQuestionOnce()])('%s', (_platform, questions) => {
  test('any shape, in the place of each output', { timeout: 120_000 }, () => {
    for (const { commands, parse, good } of questions) {
      for (const [at, command] of commands.entries()) {
        for (const [name, shape] of SHAPES) expectInTime(parse, good.with(at, shape), `${command}: ${name}`);
      }
    }
  });

  test('text without an end, for every output', { timeout: 120_000 }, () => {
    for (const { commands, parse } of questions) {
      for (const [name, shape] of GREAT_SHAPES)
        expectInTime(
          parse,
          commands.map(() => shape),
          `${commands[0]}: ${name}`,
        );
    }
  });
});

describe.each(SUBJECTS)('$name', (subject) => {
  test('a great many rows of the right kind', { timeout: 120_000 }, () => {
    for (const { commands, parse, good } of questionsOf(subject)) {
      for (const [at, command] of commands.entries()) {
        for (const great of multiplied(good[at]!)) expectInTime(parse, good.with(at, great), command);
      }
    }
  });

  test.each([0, -1])('a read in which every output has a great many rows (%d)', { timeout: 120_000 }, async (form) => {
    const outputs = Object.fromEntries(
      Object.entries(subject.outputs).map(([command, output]) => [command, [...multiplied(output)].at(form) ?? output]),
    );
    for (const query of subject.queries) {
      const fake = subject.fake(outputs);
      const read = async () => {
        const reader = readerWith(subject.platform, fake);
        await reader.readForwarding(query, new AbortController().signal).catch(expectReaderError);
        return fake.trips.flat().map((command) => outputs[command] ?? '');
      };
      await allInTime(read, JSON.stringify(query));
    }
  });
});
