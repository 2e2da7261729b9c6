import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configSchema } from '../../src/config/schema.ts';
import { Secret } from '../../src/config/secret.ts';
import { readDocument } from '../../src/document/document.ts';
import { generateKeys } from '../router/cli/support/keys.ts';
import { load, loadGood, temporaryFolder, write } from './files.ts';

const example = readFileSync(new URL('../../systemd/mtrace2d.example.yaml', import.meta.url), 'utf8');
/** Everything that is switched off, switched on: '#' is prose only when exactly one space follows. */
const everything = example.replace(/^( *)#(?! \S)/gm, '$1');
const env = { R4_PASSWORD: 'hunter2', R4_PASSPHRASE: 'hunter2', R4_COMMUNITY: 'hunter2' };

function folderWithKeys(): string {
  const folder = temporaryFolder();
  write(folder, 'id_r4', generateKeys().private);
  write(folder, 'known_hosts', '');
  for (const name of ['r4-password', 'r4-enable', 'r4-auth', 'r4-priv']) write(folder, name, 'hunter2\n');
  return folder;
}

describe('the example configuration', () => {
  it('is right, and gives no warning', () => {
    const folder = folderWithKeys();
    for (const name of ['r4.json', 'r3.json']) write(folder, name, '{}');
    write(folder, 'vtysh', '', 0o755);
    expect(loadGood(example, { ...env, PATH: folder }, folder).warnings).toEqual([]);
  });

  it('shows the defaults where it says so', () => {
    const folder = folderWithKeys();
    const shown = example.replace(/^#(?! \S)/gm, '').replace(/^multicast:\n.*\n/m, '');
    expect(shown).not.toBe(example);
    const { config } = loadGood(shown, env, folder);
    expect(config).toEqual(loadGood(example, env, folder).config);
  });

  it('is right in all that it has switched off', () => {
    const folder = folderWithKeys();
    expect(load(everything, { ...env, CREDENTIALS_DIRECTORY: folder }, folder)).toMatchObject({ config: {} });
  });

  it('has every key of the schema', () => {
    const missing = [...keysOf(schema)].filter((key) => !new RegExp(`(^|[ {])${key}:( |$)`, 'm').test(everything));
    expect(missing).toEqual([]);
  });

  it('has every key of a jump host', () => {
    const { routers }: { routers: { readers: { jump: object }[] }[] } = parse(everything);
    const { shape } = objectsOf(schema).find((part) => 'jump' in part.shape)!;
    expect(new Set(Object.keys(routers[0]!.readers[0]!.jump))).toEqual(keysOf(shape.jump));
  });
});

const schema = configSchema({
  resolvePath: (path) => path,
  readSecret: () => new Secret('hunter2'),
  judgeKey: () => undefined,
});

/** All objects, found by walking the definition that every zod schema carries. */
function objectsOf(root: z.ZodType): z.ZodObject[] {
  const objects: z.ZodObject[] = [];
  const seen = new Set<unknown>();
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || seen.has(part)) return;
    seen.add(part);
    if (part instanceof z.ZodObject) objects.push(part);
    if (part instanceof z.ZodType) walk(part.def);
    else for (const inner of Object.values(part)) walk(inner);
  };
  walk(root);
  return objects;
}

/** Names of all their keys. */
function keysOf(root: z.ZodType): Set<string> {
  return new Set(objectsOf(root).flatMap(({ shape }) => Object.keys(shape)));
}

describe('a mutilated configuration', () => {
  const snippet = fc.oneof(
    fc.constantFrom(
      '- ',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '\n',
      '\t',
      '#',
      '&a ',
      '*a',
      '!x ',
      '|',
      '>',
      '%',
      '\0',
      '\r',
      '---\n',
      ', ',
      '<<: ',
      '\ud800',
      '\\',
    ),
    fc.string({ maxLength: 4, unit: 'binary' }),
    fc.constantFrom('name: r4', 'port: 0', 'host: ""', '"": 1', '~', '1e999', 'null'),
  );
  const mutation = fc.record({ at: fc.nat(everything.length), drop: fc.nat(40), insert: snippet });

  function mutilate(text: string, changes: readonly { at: number; drop: number; insert: string }[]): string {
    return changes.reduce((t, { at, drop, insert }) => t.slice(0, at) + insert + t.slice(at + drop), text);
  }

  it.each(['yaml', 'json'] as const)('never throws, and its problems stand inside the text (%s)', (format) => {
    const source =
      format === 'yaml'
        ? everything
        : JSON.stringify({ routers: [{ name: 'r', readers: [{}] }], peers: [{ address: ['a'] }] }, null, 1);
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (changes) => {
        const bounded = changes.map((change) => ({ ...change, at: change.at % source.length }));
        const text = mutilate(source, bounded);
        const reading = readDocument(text, format, schema);
        if (!('problems' in reading)) return;
        expect(reading.problems.length).toBeGreaterThan(0);
        const lines = text.split('\n');
        for (const { line, column, what } of reading.problems) {
          expect(lines[line - 1]).toBeDefined();
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
          expect(what).not.toMatch(/\p{Cc}|Invalid input|undefined|\[object/u);
        }
      }),
      { numRuns: 300 },
    );
  });
});
