import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Format, readDocument } from '../../src/document/document.ts';
import { formatPath, formatProblem } from '../../src/document/problem.ts';
import { choice, textual, wholeNumber } from '../../src/document/scalar.ts';

const square = textual('a square', (text) => (text === 'square' ? 4 : undefined));
const schema = z.strictObject({
  name: z.string().optional(),
  port: wholeNumber('a port', 1, 65535).optional(),
  word: textual('a word', (text) => (/^\w+$/.test(text) ? text : undefined)).optional(),
  color: choice('a color', ['red', 'green']).optional(),
  open: z.boolean().optional(),
  shape: z.union([square.transform((one) => [one]), z.array(square).min(1)]).optional(),
  rows: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('a'), address: square }),
        z.strictObject({ kind: z.literal(2), list: z.array(z.string()).min(1) }),
      ]),
    )
    .optional(),
});

function read(text: string, format: Format = 'yaml'): unknown {
  const reading = readDocument(text, format, schema);
  return 'problems' in reading ? reading.problems.map((problem) => formatProblem('f', problem)) : reading.value;
}

describe('values', () => {
  it('come out as the schema transforms them, from YAML and from JSON', () => {
    expect(read('shape: square\nrows: [{kind: 2, list: [x]}]\n')).toEqual({
      shape: [4],
      rows: [{ kind: 2, list: ['x'] }],
    });
    expect(read('{"shape": ["square"], "port": 7}', 'json')).toEqual({ shape: [4], port: 7 });
    expect(read('\ufeffport: 0x10\r\nopen: true\r\n')).toEqual({ port: 16, open: true });
  });

  it('follow YAML 1.2, whatever the text declares', () => {
    expect(read('%YAML 1.1\n---\nname: on\n')).toEqual({ name: 'on' });
  });

  it('may repeat through aliases, with problems at the anchored text', () => {
    expect(read('rows:\n- &r {kind: a, address: square}\n- *r\n')).toMatchObject({
      rows: [{ address: 4 }, { address: 4 }],
    });
    expect(read('rows:\n- &r {kind: a, address: cube}\n- *r\n')).toEqual([
      "f:2:25: rows[0].address: 'cube' is not a square",
      "f:2:25: rows[1].address: 'cube' is not a square",
    ]);
  });
});

describe('what a schema refuses', () => {
  it.each([
    ['a number out of range', 'port: 70000', 'f:1:7: port: 70000 is not a port (1 to 65535)'],
    ['a fraction', 'port: 1.5', 'f:1:7: port: 1.5 is not a port (1 to 65535)'],
    ['a number in quotes', 'port: "22"', 'f:1:7: port: expected a number, not text (write it without quotes)'],
    ['a number in quotes that is wrong', 'port: "70000"', "f:1:7: port: '70000' is not a port (1 to 65535)"],
    ['text for a number', 'port: ""', "f:1:7: port: '' is not a port (1 to 65535)"],
    ['a number for a text', 'word: 100', 'f:1:7: word: expected text, not a number (quote it to make it text)'],
    ['a truth for a text', 'word: true', 'f:1:7: word: expected text, not true (quote it to make it text)'],
    ['a number for another text', 'color: 100', 'f:1:8: color: 100 is not a color (red, green)'],
    ['a list for a text', 'word: [a]', 'f:1:7: word: a list is not a word'],
    ['nothing for a text', 'word:', 'f:1:1: word: no value: expected a word'],
    [
      'a number in quotes for a discriminator',
      'rows: [{kind: "2"}]',
      'f:1:15: rows[0].kind: expected a number, not text (write it without quotes)',
    ],
    ['a list for a scalar', 'port: [1]', 'f:1:7: port: a list is not a port (1 to 65535)'],
    ['another word', '\n  color:   blue', "f:2:12: color: 'blue' is not a color (red, green)"],
    ['a number for text', 'name: 5', 'f:1:7: name: expected text, not a number (quote it to make it text)'],
    ['a map for text', 'name: {}', 'f:1:7: name: expected text, not a map'],
    ['text for a truth', 'open: yes', 'f:1:7: open: expected true or false, not text'],
    ['text for a list', 'rows: x', 'f:1:7: rows: expected a list, not text'],
    ['a scalar for a map', 'rows: [7]', 'f:1:8: rows[0]: expected a map of keys and values, not a number'],
    [
      'nothing behind a key',
      'a: 1\nrows:\n',
      "f:1:1: unknown key 'a' (known: name, port, word, color, open, shape, rows)|f:2:1: rows: no value: expected a list",
    ],
    ['an empty text', '', 'f:1:1: no value: expected a map of keys and values'],
    ['a text of comments', '# nothing\n\n', 'f:1:1: no value: expected a map of keys and values'],
    ['an unknown key', 'nmae: x', "f:1:1: unknown key 'nmae' (did you mean 'name'?)"],
    ['an unknown key, capital', 'Port: 1', "f:1:1: unknown key 'Port' (did you mean 'port'?)"],
    [
      'a key of Object.prototype',
      '__proto__: {}',
      "f:1:1: unknown key '__proto__' (known: name, port, word, color, open, shape, rows)",
    ],
    [
      'what is left of a text with a comma',
      '{ name: x,y, port: 1 }',
      "f:1:11: unknown key without a value (known: name, port, word, color, open, shape, rows; a text with ',' needs quotes)",
    ],
    [
      'a misspelt key without a value',
      'prt:',
      "f:1:1: unknown key without a value (did you mean 'port'?; a text with ',' needs quotes)",
    ],
    ['a merge key', '<<: {}', 'f:1:1: unknown key (known: name, port, word, color, open, shape, rows)'],
    ['a missing key', 'rows:\n  - kind: a', "f:2:5: rows[0]: missing key 'address': expected a square"],
    ['a missing discriminator', 'rows: [{}]', "f:1:8: rows[0]: missing key 'kind': expected one of a, 2"],
    ['a wrong discriminator', 'rows: [{kind: b}]', "f:1:15: rows[0].kind: 'b' is not one of a, 2"],
    [
      'an empty list',
      'rows: [{kind: 2, list: []}]',
      'f:1:24: rows[0].list: expected at least one entry, not an empty list',
    ],
    ['both forms of a union', 'shape: cube', "f:1:8: shape: 'cube' is not a square"],
    ['the second form of a union', 'shape: [square, cube]', "f:1:17: shape[1]: 'cube' is not a square"],
  ])('%s', (_case, text, expected) => {
    expect(read(text)).toEqual(expected.split('|'));
  });

  it('all of it, in the order of the text', () => {
    expect(read('rows:\n- {kind: a, adress: x}\nport: 0\nfoo: 1\nbar: 2\n')).toEqual([
      "f:2:3: rows[0]: missing key 'address': expected a square",
      "f:2:13: rows[0]: unknown key 'adress' (did you mean 'address'?)",
      'f:3:7: port: 0 is not a port (1 to 65535)',
      "f:4:1: unknown key 'foo' (known: name, port, word, color, open, shape, rows)",
      "f:5:1: unknown key 'bar' (known: name, port, word, color, open, shape, rows)",
    ]);
  });

  it('at the same places in JSON', () => {
    const text = '{\n  "rows": [\n    {"kind": "a", "address": "\\"x",\n     "adress": 1}\n  ],\n  "port": 0\n}\n';
    expect(read(text, 'json')).toEqual(read(text, 'yaml'));
    expect(read(text, 'json')).toEqual([
      `f:3:30: rows[0].address: '"x' is not a square`,
      "f:4:6: rows[0]: unknown key 'adress' (did you mean 'address'?)",
      'f:6:11: port: 0 is not a port (1 to 65535)',
    ]);
  });
});

describe('what is not YAML', () => {
  it.each([
    ['a quote left open', 'name: "x\n', 'f:2:1: Missing closing "quote'],
    [
      'a list left open',
      'rows: [1,\n',
      'f:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a tab', 'rows:\n\t- 1\n', 'f:2:1: tabs cannot indent; use spaces'],
    ['a key twice', 'port: 1\nname: x\nport: 2\n', 'f:3:1: this key was already given in this map'],
    [
      'a colon in a value',
      'name: x: y\n',
      "f:1:7: a key inside the value of a key: a text with ': ' needs quotes, a map its own line",
    ],
    ['no colon', 'name\nport: 1\n', "f:1:1: expected 'KEY: VALUE' on one line"],
    ['a list as key', '[a]: 1\n', 'f:1:1: expected a text as key, not a list or a map'],
    ['a tag', 'name: !foo x\n', "f:1:7: this tag is not known here; a text that begins with '!' needs quotes"],
    [
      'a tag of YAML 1.1',
      'name: !!binary aGk=\n',
      "f:1:7: this tag is not known here; a text that begins with '!' needs quotes",
    ],
    [
      'an unknown escape',
      'name: "a\\qb"\n',
      'f:1:9: unknown escape after a backslash; in single quotes a backslash stands for itself',
    ],
    ['a reserved character', 'name: @x\n', 'f:1:7: Plain value cannot start with reserved character @'],
    [
      'an alias of nothing',
      'name: *x\n',
      "f:1:7: no anchor of this name stands before this alias; a text that begins with '*' needs quotes",
    ],
    ['two documents', 'port: 1\n---\nport: 2\n', "f:2:1: expected one document, but another one begins with '---'"],
    [
      'a broken indentation',
      '  port: 1\n name: x\n',
      'f:2:2: unexpected here; check the indentation, and quotes around texts with special characters',
    ],
    [
      'two slips',
      'name: @x\ncolor: !y z\n',
      "f:1:7: Plain value cannot start with reserved character @|f:2:8: this tag is not known here; a text that begins with '!' needs quotes",
    ],
  ])('%s', (_case, text, expected) => {
    expect(read(text)).toEqual(expected.split('|'));
  });

  it('aliases without end', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[i]}`).join(', ')}]`),
    ];
    expect(read(bomb.join('\n'))).toEqual(['f:1:1: the aliases of this text repeat too much of it']);
    expect(read(`name: &n x\nrows:\n${'- *n\n'.repeat(101)}`)).toEqual(['f:103:3: more than 100 aliases']);
    expect(read('rows: &r [*r]')).toEqual(['f:1:11: rows[0]: expected a map of keys and values, not a list']);
  });

  it('nesting without end', () => {
    expect(read('['.repeat(5_000))).toEqual([expect.stringMatching(/^f:1:\d+: nested too deeply$/)]);
    expect(read('[ '.repeat(5_000) + '] '.repeat(5_000))).toEqual([
      expect.stringMatching(/^f:1:\d+: nested too deeply$/),
    ]);
    expect(read('- '.repeat(5_000))).toEqual([expect.stringMatching(/^f:1:\d+: nested too deeply$/)]);
  });
});

describe('what is not JSON', () => {
  it.each([
    ['nothing', '', 'f:1:1: expected a value (texts in double quotes), but the text ends here'],
    ['half a text', '{"rows": [\n{"kind": "a"', "f:2:13: expected ',' or '}', but the text ends here"],
    ['half a string', '{"na', 'f:1:5: expected a closing quote, but the text ends here'],
    ['half an escape', '{"na\\', 'f:1:6: expected a closing quote, but the text ends here'],
    ['a comment', '{\n// no\n}', 'f:2:1: expected a key in double quotes'],
    ['single quotes', "{'name': 1}", 'f:1:2: expected a key in double quotes'],
    ['a bare word', '{"name": x}', 'f:1:10: expected a value (texts in double quotes)'],
    ['no colon', '{"name" 1}', "f:1:9: expected ':' after the key"],
    ['no comma', '{"port": 1 "name": ""}', "f:1:12: expected ',' or '}'"],
    ['a comma at the end', '{"rows": [1,\n]}', "f:2:1: expected another entry after ',', not ']'"],
    ['a leading zero', '{"port": 01}', "f:1:11: expected ',' or '}'"],
    ['an unknown escape', '{"name": "\\x"}', 'f:1:10: unknown escape after a backslash in this text'],
    ['a line end in a text', '{"name": "a\nb"}', 'f:1:12: control characters and line ends must be escaped in a text'],
    ['something behind it', '{} {}', 'f:1:4: expected the end of the text'],
    ['a key twice', '{"port": 1,\n "\\u0070ort": 2}', 'f:2:2: this key was already given in this object'],
    ['nesting without end', '['.repeat(100_000), 'f:1:66: nested too deeply'],
  ])('%s', (_case, text, expected) => {
    expect(read(text, 'json')).toEqual([expected]);
  });

  it('finds its way in JSON that is nested more deeply than any schema', () => {
    expect(read(`{"name": ${'['.repeat(100)}${']'.repeat(100)}}`, 'json')).toEqual([
      'f:1:1: name: expected text, not a list',
    ]);
  });
});

describe('what must not be quoted', () => {
  it.each([
    'name: *hunter2',
    'name: !hunter2 x',
    'name: "\\hunter2"',
    'name: |hunter2\n x',
    'name: x: hunter2',
    'name: "x" hunter2',
    'name: {hunter2}',
    '{name:hunter2}',
    '{name: x,hunter2}',
    '{name: x,hunter2 y, hunter2:z}',
    '{name hunter2: 1}',
    '{name=hunter2: 1}',
    '- hunter2',
    '%hunter2\n---\nname: x',
    'name: [hunter2]',
    'rows: hunter2',
    'open: hunter2',
    '&hunter2 &x name: 1',
    '{"name": "hunter2"',
    '{"name": "\\hunter2"}',
  ])('%s', (text) => {
    for (const format of ['yaml', 'json'] as const) {
      const lines = read(text, format);
      expect(lines).toBeInstanceOf(Array);
      expect(String(lines)).not.toContain('hunter2');
    }
  });

  it('control characters and long texts', () => {
    expect(read('color: "\\e[31m\\u202e"')).toEqual([
      "f:1:8: color: '\\u{1b}[31m\\u{202e}' is not a color (red, green)",
    ]);
    expect(read(`color: ${'x'.repeat(99)}`)).toEqual([
      `f:1:8: color: '${'x'.repeat(57)}...' is not a color (red, green)`,
    ]);
  });
});

describe('findings of the caller', () => {
  it('stand at their key, or at the closest parent', () => {
    const reading = readDocument('rows:\n  - {kind: a, address: square}\n', 'yaml', schema);
    if ('problems' in reading) throw new Error('unexpected');
    expect(reading.has(['rows', 0, 'address'])).toBe(true);
    expect(reading.has(['rows', 1])).toBe(false);
    expect(formatProblem('f', reading.place({ path: ['rows', 0, 'address'], what: 'w' }))).toBe(
      'f:2:24: rows[0].address: w',
    );
    expect(formatProblem('f', reading.place({ path: ['rows', 3, 'x'], what: 'w' }))).toBe('f:2:3: rows[3].x: w');
    expect(formatProblem('f', reading.place({ path: ['port'], what: 'w' }))).toBe('f:1:1: port: w');
  });

  it('print their path', () => {
    expect(formatPath(['routers', 0, 'readers', 1, 'port'])).toBe('routers[0].readers[1].port');
    expect(formatPath([])).toBe('');
  });
});
