/** IPv6 names interfaces by ifIndex. RFC 8487 §3.2.5 */
import { expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const STAND_IN = parseAddress('2001:db8::104')!;

test.each([
  [2 ** 31 - 1, 2 ** 31 - 1],
  [2 ** 31, 0],
  [2 ** 32 - 1, 0],
])('the index %i of both interfaces is told as %i: above are numbers of the reader', (index, told) => {
  const text = JSON.stringify(labSnapshot(4)).replaceAll(/"(index|incoming|interface)":([23])\b/g, (_, key, own) => {
    return `"${key}":${own === '2' ? index : index - 5}`;
  });
  const driver = new EngineDriver({
    snapshots: [JSON.parse(text)],
    identities: [{ name: 'r4', addresses: [], standIn: [STAND_IN] }],
    queryNetworks: [parsePrefix('::/0')!],
  });
  driver.deliver(query(RECEIVER[6], SOURCE[6], SSM_GROUP[6], { hops: 1 }), RECEIVER[6], { destination: STAND_IN });
  expect(driver.sent[0]?.blocks).toMatchObject([
    { incomingInterfaceId: told, outgoingInterfaceId: index - 5 > 2 ** 31 - 1 ? 0 : index - 5 },
  ]);
});
