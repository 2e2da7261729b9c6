/** Between whom a Request travels, src/README.md: to a router of ours without a datagram, else from the listen port to a peer. */
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const ALL = LAB_ROUTERS.map(labSnapshot);
const address = (text: string) => parseAddress(text)!;
const LISTEN = { 4: 3, 6: 4 } as const;
const STAND_IN = { 4: '192.0.2.104', 6: '2001:db8::104' } as const;
/** The port that has the stand-in's addresses. */
const STAND_IN_PORT = 7;

function peer(name: string, addresses: readonly string[], ...routers: string[]) {
  return { name, addresses: addresses.map(address), port: 33435, routers: routers.map((text) => parsePrefix(text)!) };
}
const EAST = peer('east', ['192.0.2.2', '2001:db8::2'], '0.0.0.0/0', '::/0');

describe.each([4, 6] as const)('a Query to a stand-in, IPv%i', (family) => {
  function ask(options: Partial<ConstructorParameters<typeof EngineDriver>[0]> = {}) {
    const driver = new EngineDriver({
      snapshots: ALL.slice(0, 2),
      identities: ALL.map(({ name }) => ({
        name,
        addresses: [],
        standIn: name === 'r4' ? [address(STAND_IN[family])] : [],
      })),
      peers: [EAST],
      requestPorts: LISTEN,
      ...options,
    });
    driver.deliver(query(RECEIVER[family], SOURCE[family], SSM_GROUP[family]), RECEIVER[family], {
      destination: address(STAND_IN[family]),
      port: STAND_IN_PORT,
    });
    return driver;
  }

  test('its Request leaves from the listen port of the family, by whose address the peer knows us', () => {
    const [request] = ask().sent;
    expect(request).toMatchObject({
      header: { typeName: 'REQUEST' },
      transmit: { port: LISTEN[family], source: undefined, interfaceIndex: 0, hopLimit: 255 },
    });
  });

  test('its Reply leaves from the stand-in', () => {
    const [reply] = ask({ snapshots: ALL }).sent;
    expect(reply).toMatchObject({
      header: { typeName: 'REPLY' },
      transmit: { port: STAND_IN_PORT, interfaceIndex: 0, hopLimit: 255 },
    });
    expect(formatAddress(reply!.transmit.source!)).toBe(STAND_IN[family]);
  });

  test('where there is no listen port of the family, its Request leaves from where the Query came in', () => {
    const other = family === 4 ? { 4: undefined, 6: 4 } : { 4: 3, 6: undefined };
    expect(ask({ requestPorts: other }).sent[0]).toMatchObject({ transmit: { port: STAND_IN_PORT } });
  });
});

describe('the upstream router', () => {
  function ask(peers: readonly ReturnType<typeof peer>[], snapshots = ALL.slice(0, 2), forward = false) {
    const driver = new EngineDriver({ snapshots, peers, native: { forward, port: 33433 } });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    return driver.sent.map((one) => [one.to, one.blocks.length]);
  }

  test('is ours, though peers claim all addresses: no datagram leaves but the Reply', () => {
    expect(ask([EAST, peer('host', ['192.0.2.3'], '10.34.0.3/32', '10.23.0.2/32')], ALL)).toEqual([
      ['10.4.0.2 40000', 4],
    ]);
  });

  test('is a peer’s by the longest prefix, in whatever order peers are configured', () => {
    const net = peer('net', ['192.0.2.3'], '10.23.0.0/24');
    const host = peer('host', ['192.0.2.4'], '10.23.0.2/32');
    for (const peers of [
      [EAST, net, host],
      [host, net, EAST],
    ])
      expect(ask(peers)).toEqual([['192.0.2.4 33435', 2]]);
  });

  test('is a peer’s rather than a native router', () => {
    expect(ask([EAST], ALL.slice(0, 2), true)).toEqual([['192.0.2.2 33435', 2]]);
  });

  test('is native where no peer of this family has it', () => {
    const other = peer('other', ['192.0.2.3'], '10.99.0.0/16');
    const v6 = peer('v6', ['2001:db8::3'], '0.0.0.0/0', '::/0');
    expect(ask([other, v6], ALL.slice(0, 2), true)).toEqual([['10.23.0.2 33433', 2]]);
  });

  test('is nobody: a multicast group is not sent to from here', () => {
    const [r4] = ALL;
    const snapshot = { ...r4!, routes: r4!.routes?.map((row) => ({ ...row, upstream: '224.0.0.13' })) };
    const driver = new EngineDriver({ snapshots: [snapshot], native: { forward: true, port: 33433 } });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4]), RECEIVER[4]);
    expect(driver.sent).toMatchObject([
      { to: '10.4.0.2 40000', blocks: [{ upstreamRouterAddress: '224.0.0.13', forwardingCodeName: 'FATAL_ERROR' }] },
    ]);
  });
});
