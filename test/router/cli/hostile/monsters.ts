/** Text of which a rule, a list or a tree may make too much: a time that grows faster than the text, or a stack. */

const fill = (part: string, octets: number) => part.repeat(Math.ceil(octets / part.length)).slice(0, octets);
/** Lines as long as readers let them be: see src/router/cli/text.ts. */
const lines = (part: string, octets: number) => fill(`${fill(part, 990)}x\n`, octets);

/** Shapes that nobody prints. */
export function shapes(octets: number): Readonly<Record<string, string>> {
  const parts = [
    ...['a', '1', ' ', ':', '/', '.', '*', '-', ', ', '(', '[', '|', '%'],
    ...['a ', '1 ', '1/', '/1', '1,', '1.', 'a-', 'a/', 'a: ', 'A: ', 'a1', '(1, ', '(a, b), ', ': .', 'fe80:'],
    ...['10.1.0.2 ', '0:00:00 ', '%A-1-', 'Forward ', 'is not ', 'a, from b', 'ge-0/0/0.0 (pruned) ', ' 0  0P  1p'],
    '(10.1.0.2/32, 239.1.1.1/32), uptime: 1d, 1.1.1.1/1/1/1 via *via Eth1/1, RPF nbr: IP address: for VRF "default" ',
  ];
  return {
    ...Object.fromEntries(parts.map((part) => [`lines of '${part}'`, lines(part, octets)])),
    ...Object.fromEntries(
      [' ', 'a', '1', '10.1.0.2 ', '[', '{', '{"a":', '{"a":"', '<a>', '<a\n', '<a b="c" ', '\n', 'x\n', '%'].map(
        (part) => [`nothing but '${part.replace('\n', '\\n')}'`, fill(part, octets)],
      ),
    ),
    'blanks, and a word': `${fill(' ', octets)}x`,
    ...Object.fromEntries(
      [
        'Ethernet1',
        '10.1.0.2',
        '  Errors',
        '    Vlan1, Forward',
        '(*, 239.1.1.1)',
        ' 198.18.0/24        239.1.2.3 ',
      ].map((head) => [`'${head}', then blanks`, fill(`${head}${' '.repeat(990 - head.length)}?\n`, octets)]),
    ),
    'empty elements': `<rpc-reply>${fill('<a/>', octets)}</rpc-reply>`,
    'a long name of an element': `<${fill('a-', octets)}/>`,
    'a long value of an element': `<multicast-rpf-information><prefix>${fill('1.', octets)}</prefix></multicast-rpf-information>`,
    'deep members of tables': `${'{"TABLE_a":{"ROW_a":'.repeat(octets / 50)}{}${'}}'.repeat(octets / 50)}`,
    'wide and deep members': JSON.stringify(
      Array.from({ length: 9 }).reduce<object>((inner) => ({ TABLE_a: [inner, inner, inner] }), {}),
    ),
  };
}

/**
 * The output with so many rows as nobody has. Of a document each table or list in its turn, with a fifth of a megabyte; of
 * text half a megabyte, once with other numbers at the ends of its addresses, names and times each time, and once line by
 * line the same again and again.
 */
export function multiplied(output: string): Iterable<string> {
  const document = documentIn(output);
  return document === undefined ? [again(output, 500_000), stuttered(output, 500_000)] : widened(document, 200_000);
}

function again(output: string, octets: number): string {
  // Of XML what stands in the one element that a reply is.
  const [, begin = '', within = output, end = ''] = /^(<rpc-reply[^>]*>)(.*)(<\/rpc-reply>.*)$/s.exec(output) ?? [];
  const times = Math.ceil(octets / Math.max(1, within.length));
  const copies = Array.from({ length: times }, (_, n) =>
    within.replaceAll(/(?<=[\d/.])\d{1,3}(?![\d./])/g, (digits) => String((Number(digits) + n) % 1000)),
  );
  return `${begin}${copies.join('\n')}${end}`;
}

function stuttered(output: string, octets: number): string {
  const times = Math.ceil(octets / Math.max(1, output.length));
  return output.replaceAll(/^.+\n/gm, (line) => line.repeat(times));
}

function* widened(document: unknown, octets: number): Generator<string> {
  for (const path of tablesIn(document)) {
    const rows = Math.ceil(octets / Math.max(1, JSON.stringify(at(document, path)).length));
    yield JSON.stringify(widenedAt(document, path, rows));
  }
}

type Path = readonly string[];

function documentIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tablesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.values(value).some((row) => typeof row === 'object') ? [path] : [];
  return [...own, ...Object.entries(value).flatMap(([key, row]) => tablesIn(row, [...path, key]))];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);
}

function widenedAt(value: unknown, [key, ...rest]: Path, rows: number): unknown {
  if (key !== undefined) {
    const changed = widenedAt((value as Record<string, unknown>)[key], rest, rows);
    return Array.isArray(value) ? value.with(Number(key), changed) : { ...(value as object), [key]: changed };
  }
  const copies = Array.from({ length: rows }, (_, n) => n);
  if (Array.isArray(value)) return copies.flatMap(() => value);
  const entries = Object.entries(value as object);
  return Object.fromEntries(
    copies.flatMap((n) => entries.map(([name, row]) => [n === 0 ? name : `${name}.${n}`, row])),
  );
}
