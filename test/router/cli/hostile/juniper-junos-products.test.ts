/** Of two things that a router says much of, the time grows with the sum and not with the product. */
import { expect, test } from 'vitest';
import type { Asked } from '../../../../src/router/cli/juniper-junos/asked.ts';
import { joinViews } from '../../../../src/router/cli/juniper-junos/join-views.ts';
import { parseJoins } from '../../../../src/router/cli/juniper-junos/parse-joins.ts';
import { parseEntries } from '../../../../src/router/cli/juniper-junos/parse-routes.ts';
import { usedRps } from '../../../../src/router/cli/juniper-junos/rp-choice.ts';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { TEXT_OUTPUTS } from '../support/box/juniper-junos-text.ts';
import { inTime } from './in-time.ts';

const ASKED: Asked = { family: 4, vrf: undefined, group: '239.1.1.1' };

const joinsIn = (text: string) => inTime([text], () => parseJoins({ command: 'join', text }, ASKED));
const inReply = (body: string) => `<rpc-reply><pim-join-information>${body}</pim-join-information></rpc-reply>`;
const GROUP = '<join-group><group>239.1.1.1</group><source>*</source>';

test('names around a great many elements: a long one, and many', { timeout: 60_000 }, () => {
  const body = `${GROUP}${'<b><c>1</c></b>'.repeat(30_000)}</join-group>`;
  const around = (inner: string, name: string) => `<${name}>${inner}</${name}>`;
  expect(joinsIn(inReply(around(body, 'a'.repeat(450_000))))).toHaveLength(1);
  const names = Array.from({ length: 27 }, (_, n) => `${'a'.repeat(60)}${n}`);
  expect(joinsIn(inReply(names.reduce(around, body)))).toHaveLength(1);
});

test('one field that names a great many units, and as many states of them', { timeout: 60_000 }, () => {
  const count = 20_000;
  const units = Array.from({ length: count }, (_, n) => `a.${n}`).join(' ');
  const states = '<state>join</state>'.repeat(count);
  const body = `${GROUP}<downstream><interface>${units}</interface>${states}</downstream></join-group>`;
  const [row] = joinsIn(inReply(body));
  expect(row?.downstream.size).toBe(count);
  expect(row?.downstream.get('a.7')).toBe('joined');
});

test.each<[string, (n: number) => string]>([
  ['one range', () => 'a 239.0.0.0/8 all'],
  ['a range each', (n) => `a 239.${n >> 8}.${n & 255}.0/24 all`],
])('scopes of all interfaces, of which there are a great many: %s', { timeout: 60_000 }, (_case, scope) => {
  const count = 20_000;
  const lines = (line: (n: number) => string) => Array.from({ length: count }, (_, n) => `${line(n)}\n`).join('');
  const outputs: Readonly<Record<string, string>> = {
    ...TEXT_OUTPUTS,
    'show multicast scope': lines(scope),
    'show pim interfaces inet': lines((n) => `a.${n} Up S 4 2`),
  };
  const { commands, parse } = platforms['juniper-junos']().table.otherwise!;
  const texts = commands.map((command) => outputs[command]!);
  const { boundaries = [] } = inTime(texts, () => parse(texts));
  expect(boundaries.map((one) => one.interface)).toEqual(Array.from({ length: count }, (_, n) => `a.${n}`));
});

const numbered = (count: number, one: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => one(n)).join('');

test('a great many interfaces and sources in both views', { timeout: 60_000 }, () => {
  const record = (n: number) => `Group: 239.1.1.1\n Source: 10.1.${n >> 8}.${n & 255}\n`;
  const text = (label: string, unit: string) =>
    `${numbered(9000, record)}${record(9000)} ${label}:${numbered(60_000, (n) => `${n % 50 === 0 ? '\n ' : ' '}${unit}.${n}`)}`;
  const [routes, joins] = [text('Downstream interface list', 'a'), text('Downstream interfaces', 'b')];
  const rows = inTime([routes, joins], () => {
    const entries = parseEntries({ command: 'route', text: routes }, ASKED);
    return joinViews(ASKED.group, entries, parseJoins({ command: 'join', text: joins }, ASKED));
  });
  expect(rows).toHaveLength(9001);
  expect(rows.at(-1)?.outgoing).toHaveLength(120_000);
});

test('a great many ranges that are configured, and that are learned', { timeout: 60_000 }, () => {
  const count = 40_000;
  const range = (n: number, first: number) => `${first}.${n >> 8}.${n & 255}.0/24`;
  const rows = Array.from({ length: count }, (_, n) => [
    { groups: range(n, 238), address: '10.0.0.1', origin: 'static' as const },
    { groups: range(n, 239), address: '10.0.0.2' },
  ]).flat();
  const text = rows.map(({ groups, address }) => `${address} static ${groups}\n`);
  expect(inTime(text, () => usedRps(rows))).toHaveLength(2 * count);
});
