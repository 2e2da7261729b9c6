/** What a router says once, of much that it says elsewhere: the time grows with the text, not with the product of the two. */
import { expect, test } from 'vitest';
import type { Asked } from '../../../src/router/cli/juniper-junos/asked.ts';
import { parseJoins } from '../../../src/router/cli/juniper-junos/parse-joins.ts';

const MOST_MS_PER_MEGABYTE = 3000;
const ALLOWANCE_MS = 1000;
const ASKED: Asked = { family: 4, vrf: undefined, group: '239.1.1.1' };

function inTime<T>(texts: readonly string[], parse: () => T): T {
  const beganMs = performance.now();
  const part = parse();
  const megabytes = texts.join('').length / 1e6;
  expect(performance.now() - beganMs).toBeLessThan(ALLOWANCE_MS + MOST_MS_PER_MEGABYTE * megabytes);
  return part;
}

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
