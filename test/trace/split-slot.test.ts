/** A trace that went on in another slot owes nothing to the octets of its first one, which serves somebody else by then. */
import { describe, expect, test } from 'vitest';
import { CHAIN, chain } from '../support/chain.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';

describe.each([4, 6] as const)('IPv%i', (family) => {
  const { client, source, group } = CHAIN[family];

  test('its later Replies go to its own client, whoever asks from the slot that it left', () => {
    // Behind the one that a message has no room for.
    const count = family === 4 ? 29 : 16;
    const driver = new EngineDriver({ snapshots: chain(count), slots: 2, silent: [`c${count}`] });
    driver.deliver(query(client, source, group, { hops: 255 }), client);
    expect(driver.sent).toHaveLength(1);
    const other = client.replace(/99$/, '98');
    driver.deliver(query(other, source, group.replace(/1$/, '7')), other);
    driver.answerLate(`c${count}`);
    expect(driver.sent.at(-1)!.to).toBe(`${client} 40000`);
    expect(driver.sent.at(-1)!.header).toMatchObject({ clientAddress: client });
  });
});
