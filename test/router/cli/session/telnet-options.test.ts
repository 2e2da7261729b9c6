import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TelnetOptions, telnetLine } from '../../../../src/router/cli/session/telnet-options.ts';

const [IAC, DONT, DO, WONT, WILL, SB, SE] = [255, 254, 253, 252, 251, 250, 240];
const [ECHO, SGA, TERMINAL_TYPE, NAWS] = [1, 3, 24, 31];

function received(...chunks: number[][]): [text: string, answers: number[]] {
  const options = new TelnetOptions();
  const all = chunks.map((chunk) => options.receive(Uint8Array.from(chunk)));
  return [all.map(({ octets }) => octets.toString('latin1')).join(''), all.flatMap(({ answers }) => [...answers])];
}
const text = (of: string) => [...Buffer.from(of, 'latin1')];

describe('options', () => {
  test.each<[string, number[], number[]]>([
    ['echo and Go Ahead are agreed to', [IAC, WILL, ECHO, IAC, WILL, SGA], [IAC, DO, ECHO, IAC, DO, SGA]],
    ['anything else that is offered is refused', [IAC, WILL, TERMINAL_TYPE], [IAC, DONT, TERMINAL_TYPE]],
    [
      'whatever is asked for is refused, the window too',
      [IAC, DO, NAWS, IAC, DO, ECHO],
      [IAC, WONT, NAWS, IAC, WONT, ECHO],
    ],
    ['a refusal needs no answer', [IAC, DONT, NAWS, IAC, WONT, 5], []],
    ['who repeats himself is not answered again', [IAC, WILL, ECHO, IAC, WILL, ECHO], [IAC, DO, ECHO]],
    ['parameters are passed over', [IAC, SB, TERMINAL_TYPE, 1, IAC, IAC, 7, IAC, SE], []],
    ['commands without an option as well', [IAC, 241, IAC, 249], []],
  ])('%s', (_name, octets, answers) => {
    expect(received([...text('a'), ...octets, ...text('b')])).toEqual(['ab', answers]);
  });

  test('cut anywhere', () => {
    const whole = [...text('x'), IAC, WILL, ECHO, ...text('y'), IAC, IAC, IAC, SB, 1, 2, IAC, SE, 13, 0, ...text('z')];
    const expected = received(whole);
    expect(expected[0]).toBe('xyÿ\rz');
    for (let at = 0; at <= whole.length; at++) expect(received(whole.slice(0, at), whole.slice(at))).toEqual(expected);
  });

  test('who offers without end gets no answers without end', () => {
    const [, answers] = received(Array.from({ length: 3000 }, (_, at) => [IAC, WILL, 10 + (at % 200)]).flat());
    expect(answers.length).toBe(600);
  });

  test('no octets make it throw, nor say more than it was told', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        const { octets: plain, answers } = new TelnetOptions().receive(octets);
        expect(plain.length + answers.length).toBeLessThanOrEqual(octets.length);
      }),
    );
  });

  test('lines end as keys do, and 255 is doubled', () => {
    expect([...telnetLine('a')]).toEqual([97, 13, 0]);
    expect([...telnetLine('ÿ')]).toEqual([195, 191, 13, 0]); // UTF-8 has no octet 255
  });
});
