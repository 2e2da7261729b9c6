/** For which router a Request is: RFC 8487 §4.2.1. To a stand-in, to the daemon, or to everybody on a link. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { type DriverOptions, EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const [R4, R3, R2, R1] = LAB_ROUTERS.map(labSnapshot) as [Snapshot, Snapshot, Snapshot, Snapshot];
const address = (text: string) => parseAddress(text)!;
/** r3 as its neighbours see it, and the link on which it asks r2. */
const R3_UP = { 4: '10.23.0.3', 6: 'fd00:23::3' } as const;
const R2_DOWN = { 4: '10.23.0.2', 6: 'fd00:23::2' } as const;
const LINK = { 4: '10.23.0.9/24', 6: 'fd00:23::9/64' } as const;
const HOST_INTERFACE = 12;

describe.each([4, 6] as const)('IPv%i', (family) => {
  const hostLinks = [{ network: parsePrefix(LINK[family])!, interfaceIndex: HOST_INTERFACE }];

  /** What r3 sends, naming this upstream router. */
  function request(upstream: string | null): Uint8Array {
    const routes = R3.routes!.map((row) => ({ ...row, upstream: row.group === SSM_GROUP[family] ? upstream : null }));
    const snapshots = [R4, { ...R3, routes, rpf: [] }];
    const driver = new EngineDriver({ snapshots, native: { forward: true, port: 33435 }, hostLinks });
    driver.deliver(query(RECEIVER[family], SOURCE[family], SSM_GROUP[family]), RECEIVER[family]);
    expect(driver.sent[0]).toMatchObject({ header: { typeName: 'REQUEST' } });
    return driver.sent[0]!.octets;
  }

  function receive(
    octets: Uint8Array,
    destination: string,
    changes: Partial<DriverOptions> = {},
    interfaceIndex = HOST_INTERFACE,
  ) {
    const { snapshots = [R2, R1] } = changes;
    const standIns: Record<string, string> = {
      r2: R2_DOWN[family],
      r1: family === 4 ? '192.0.2.101' : '2001:db8::101',
    };
    const driver = new EngineDriver({
      identities: snapshots.map(({ name }) => ({
        name,
        addresses: [],
        standIn: standIns[name] === undefined ? [] : [address(standIns[name])],
      })),
      hostLinks,
      requestNetworks: [parsePrefix(LINK[family])!],
      ...changes,
      snapshots,
    });
    driver.deliver(octets, R3_UP[family], { destination: address(destination), interfaceIndex });
    expect(driver.freeSlots).toBe(8);
    return driver;
  }

  const codes = (driver: EngineDriver) => driver.sent.map(({ blocks }) => blocks.map((one) => one.forwardingCodeName));
  const WHOLE = [Array(4).fill('NO_ERROR')];
  const R2_BLOCK =
    family === 4
      ? { outgoingInterfaceAddress: '10.23.0.2', incomingInterfaceAddress: '10.12.0.2' }
      : { outgoingInterfaceId: 3, incomingInterfaceId: 2 };

  test('to the stand-in of the router that it names', () => {
    const driver = receive(request(R2_DOWN[family]), R2_DOWN[family]);
    expect(codes(driver)).toEqual(WHOLE);
    expect(driver.sent[0]!.blocks[2]).toMatchObject(R2_BLOCK);
  });

  test('to the stand-in of another router than it names: silence', () => {
    const driver = receive(request(R2_DOWN[family]), family === 4 ? '192.0.2.101' : '2001:db8::101');
    expect(driver.drops.map((one) => one.reason)).toEqual(['request-not-for-us']);
    expect(driver.sent).toEqual([]);
  });

  test('to a stand-in, where the router that asks does not name its neighbour: for that router, from the link of both', () => {
    for (const upstream of [null, family === 4 ? '224.0.0.2' : 'ff02::2']) {
      const driver = receive(request(upstream), R2_DOWN[family]);
      expect(codes(driver)).toEqual(WHOLE);
      expect(driver.sent[0]!.blocks[2]).toMatchObject(R2_BLOCK);
    }
  });

  test('to the daemon, naming nobody: silence', () => {
    const driver = receive(request(null), family === 4 ? '192.0.2.1' : '2001:db8::1');
    expect(driver.drops.map((one) => one.reason)).toEqual(['request-names-no-upstream']);
  });

  test('to a group of the link, naming nobody: for the router that forwards onto the link', () => {
    const driver = receive(request(null), family === 4 ? '224.0.0.13' : 'ff02::d');
    expect(codes(driver)).toEqual(WHOLE);
    expect(driver.sent[0]!.blocks[2]).toMatchObject(R2_BLOCK);
  });

  test('to a group of the link, naming a router of ours', () => {
    expect(codes(receive(request(R2_DOWN[family]), family === 4 ? '224.0.0.2' : 'ff02::2'))).toEqual(WHOLE);
  });

  test('to a group of the link, naming a stranger: silence, also for a peer', () => {
    const stranger = family === 4 ? '10.23.0.77' : 'fd00:23::77';
    const peers = [{ name: 'p', addresses: [address(R3_UP[family])], port: 33435, routers: [] }];
    for (const changes of [{}, { peers }]) {
      const driver = receive(request(stranger), family === 4 ? '224.0.0.2' : 'ff02::2', changes);
      expect(driver.drops.map((one) => one.reason)).toEqual(['request-not-for-us']);
    }
  });

  test.each([
    ['on which no router of ours forwards', [{ ...R2, routes: [], rpf: [] }, R1], HOST_INTERFACE],
    ['where none of ours is', [R1], HOST_INTERFACE],
    ['that is another one', [R2, R1], HOST_INTERFACE + 1],
  ])('to a group of a link %s: silence', (_name, snapshots, interfaceIndex) => {
    const driver = receive(request(null), family === 4 ? '224.0.0.13' : 'ff02::d', { snapshots }, interfaceIndex);
    expect(driver.drops.map((one) => one.reason)).toEqual(['request-by-multicast-not-last-hop']);
    expect(driver.sent).toEqual([]);
  });

  test('the router that asks is not the one that is asked, whatever its row says', () => {
    const r3 = {
      ...R3,
      routes: R3.routes!.map((row) => ({ ...row, outgoing: [{ index: 2, state: 'forwarding' as const }] })),
    };
    const driver = receive(request(null), family === 4 ? '224.0.0.13' : 'ff02::d', { snapshots: [r3] });
    expect(driver.drops.map((one) => one.reason)).toEqual(['request-by-multicast-not-last-hop']);
  });

  test('to a group that reaches further than a link: silence', () => {
    for (const group of family === 4 ? ['224.0.1.1', '239.1.1.1', '232.1.1.1'] : ['ff05::2', 'ff0e::d', 'ff01::2']) {
      const driver = receive(request(R2_DOWN[family]), group);
      expect(driver.drops.map((one) => one.reason)).toEqual(['sent-beyond-link']);
      expect(driver.sent).toEqual([]);
    }
  });
});
