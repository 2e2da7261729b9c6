/** README.md, "What it sends at most": its figures, as the engine sends them. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHAIN, chain } from '../support/chain.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';

const [, section = ''] = /^## What it sends at most\n([\s\S]*?)^## /m.exec(
  readFileSync(new URL('../../README.md', import.meta.url), 'utf8'),
) ?? [undefined];

/** The rows of its table: family, routers, MTU, octets of the Query, octets and number of Replies, times. */
const ROWS = section
  .split('\n')
  .filter((line) => /^\| [46] /.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => Number(cell.replaceAll(',', ''))),
  );

test('the table is there', () => {
  expect(ROWS.length).toBeGreaterThanOrEqual(6);
});

test.each(ROWS)(
  'IPv%i, %i routers, MTU %i, a Query of %i octets',
  (family, routers, mtu, asked, octets, replies, times) => {
    const { client, source, group } = CHAIN[family as 4 | 6];
    const bare = query(client, source, group, { hops: 255 });
    const extended = new Uint8Array(asked! - bare.length);
    // The T bit: every router passes it on.
    if (extended.length > 0) extended.set([6, extended.length >> 8, extended.length & 0xff, 1, 0, 1]);
    const snapshots = chain(routers!).map((snapshot) => ({
      ...snapshot,
      interfaces: snapshot.interfaces.map((own) => ({ ...own, mtu: mtu! })),
    }));
    const driver = new EngineDriver({ snapshots });
    driver.deliver(Uint8Array.of(...bare, ...extended), client);
    expect(driver.sent.length).toBe(replies);
    const sum = driver.sent.reduce((all, one) => all + one.octets.length, 0);
    expect(sum).toBe(octets);
    expect(Math.round(sum / asked!)).toBe(times);
  },
);
