/** A router may have one link-local address on all its interfaces: the link that both routers share tells which is meant. RFC 8487 §3.2.5 */
import { describe, expect, test } from 'vitest';
import type { Snapshot, SnapshotRoute } from '../../src/router/snapshot.ts';
import { parseAddress } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

/** r3 with fe80::3 on the links towards the source and towards the receiver, listed in this order. */
function r3(order: readonly number[]): Snapshot {
  const router = labSnapshot(3);
  return {
    ...router,
    interfaces: order.map((index) => {
      const one = router.interfaces.find((other) => other.index === index)!;
      return { ...one, addresses: [...one.addresses.filter((text) => !text.startsWith('fe80')), 'fe80::3/64'] };
    }),
  };
}
const R4 = {
  ...labSnapshot(4),
  routes:
    labSnapshot(4).routes?.map((row) => (row.group === SSM_GROUP[6] ? { ...row, upstream: 'fe80::3' } : row)) ?? [],
};

const question = query(RECEIVER[6], SOURCE[6], SSM_GROUP[6], { hops: 2 });

describe.each([[[1, 2, 3]], [[3, 2, 1]]])('interfaces listed as %j', (order) => {
  const expected = { outgoingInterfaceId: 3, outputPacketCount: '60000' };

  test('the Outgoing Interface is the one on the link towards the receiver', () => {
    const driver = new EngineDriver({ snapshots: [R4, r3(order)] });
    driver.deliver(question, RECEIVER[6]);
    expect(driver.sent[0]?.blocks[1]).toMatchObject(expected);
  });

  test('also for a Request from elsewhere, by the Local Address in its last block', () => {
    const everything = { address: new Uint8Array(16), length: 0 };
    const peer = { name: 'peer', addresses: [parseAddress('2001:db8::2')!], port: 33435, routers: [everything] };
    const downstream = new EngineDriver({ snapshots: [R4], peers: [peer] });
    downstream.deliver(question, RECEIVER[6]);
    expect(downstream.sent[0]?.header.typeName).toBe('REQUEST');
    const driver = new EngineDriver({ snapshots: [r3(order)], peers: [peer] });
    driver.deliver(downstream.sent[0]!.octets, '2001:db8::2');
    expect(driver.sent[0]?.blocks[1]).toMatchObject(expected);
  });
});

test('also at a stand-in: the interface on the shared link, and not the one that the route forwards to', () => {
  const everything = { address: new Uint8Array(16), length: 0 };
  const peer = { name: 'peer', addresses: [parseAddress('2001:db8::2')!], port: 33435, routers: [everything] };
  const downstream = new EngineDriver({ snapshots: [R4], peers: [peer] });
  downstream.deliver(question, RECEIVER[6]);
  const elsewhere = (row: SnapshotRoute) => ({ ...row, outgoing: [{ index: 2, state: 'forwarding' as const }] });
  const upstream = r3([1, 2, 3]);
  const standIn = parseAddress('fd00:34::3')!;
  const driver = new EngineDriver({
    snapshots: [{ ...upstream, routes: upstream.routes?.map(elsewhere) ?? [] }],
    identities: [{ name: upstream.name, addresses: [], standIn: [standIn] }],
    requestNetworks: [everything],
  });
  driver.deliver(downstream.sent[0]!.octets, 'fe80::4', { destination: standIn });
  expect(driver.sent[0]?.blocks[1]).toMatchObject({ outgoingInterfaceId: 3, forwardingCodeName: 'WRONG_IF' });
});

test('where no link tells, it is the only interface of these that the route forwards to', () => {
  const unnumbered = R4.interfaces.map((one) => (one.index === 2 ? { ...one, addresses: ['fe80::4/64'] } : one));
  const driver = new EngineDriver({ snapshots: [{ ...R4, interfaces: unnumbered }, r3([1, 2, 3])] });
  driver.deliver(question, RECEIVER[6]);
  expect(driver.sent[0]?.blocks[1]).toMatchObject({
    localAddress: 'fd00:23::3',
    outgoingInterfaceId: 3,
    outputPacketCount: '60000',
    forwardingCodeName: 'NO_ERROR',
  });
});

test('IPv4: interfaces that borrow one address are told apart in the same way', () => {
  const borrowed = '10.0.0.3/32';
  const r3 = labSnapshot(3);
  const router = { ...r3, interfaces: r3.interfaces.map((one) => ({ ...one, addresses: [borrowed] })) };
  const routes = labSnapshot(4).routes!.map((row) =>
    row.group === SSM_GROUP[4] ? { ...row, upstream: '10.0.0.3' } : row,
  );
  const driver = new EngineDriver({ snapshots: [{ ...labSnapshot(4), routes }, router] });
  driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 2 }), RECEIVER[4]);
  expect(driver.sent[0]?.blocks[1]).toMatchObject({
    outgoingInterfaceAddress: '10.0.0.3',
    outputPacketCount: '60000',
    forwardingCodeName: 'NO_ERROR',
  });
});

test('where neither tells, it is the router all the same; its interface is not known, and not judged', () => {
  const unnumbered = R4.interfaces.map((one) => (one.index === 2 ? { ...one, addresses: ['fe80::4/64'] } : one));
  const router = { ...r3([1, 2, 3]), routes: [] };
  const driver = new EngineDriver({ snapshots: [{ ...R4, interfaces: unnumbered }, router] });
  driver.deliver(question, RECEIVER[6]);
  expect(driver.sent[0]?.blocks[1]).toMatchObject({
    localAddress: 'fd00:23::3',
    outgoingInterfaceId: 0,
    outputPacketCount: null,
    forwardingCodeName: 'NO_ERROR',
  });
});
