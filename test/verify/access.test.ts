import { describe, expect, test } from 'vitest';
import { Access, type AccessOptions } from '../../src/verify/access.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';

function access(changes: Partial<AccessOptions> = {}): Access {
  return new Access({
    queryNetworks: undefined,
    requestNetworks: undefined,
    prohibit: [],
    hideFrom: [],
    hostNetworks: () => ['192.0.2.1/24', '198.51.100.4/31', '2001:db8::1/64'].map((text) => parsePrefix(text)!),
    isOnRouterLink: (address) => address[0] === 10,
    isRouterBroadcast: (address) => address[0] === 10 && address[3] === 255,
    mayBeNeighbor: (address) => address[0] === 10 && address[3] === 9,
    ...changes,
  });
}

const judged = (judge: (address: Uint8Array) => boolean, addresses: readonly string[]) =>
  addresses.filter((text) => judge(parseAddress(text)!));

describe('by default', () => {
  test('Queries come from networks of this host and of the routers', () => {
    const one = access();
    const asked = ['192.0.2.7', '10.9.9.9', '2001:db8::7', '203.0.113.7', '2001:db8:1::7'];
    expect(judged((address) => one.mayQuery(address), asked)).toEqual(asked.slice(0, 3));
  });

  test('Requests come from neighbors of the routers only', () => {
    const one = access();
    expect(judged((address) => one.maySendRequests(address, 1), ['192.0.2.7', '10.9.9.9', '10.9.9.8'])).toEqual([
      '10.9.9.9',
    ]);
  });
});

test('configured networks stand in place of the defaults, each for its own', () => {
  const networks = [parsePrefix('203.0.113.0/24')!];
  const asked = ['192.0.2.7', '10.9.9.9', '203.0.113.7'];
  const queries = access({ queryNetworks: networks });
  expect(judged((address) => queries.mayQuery(address), asked)).toEqual(['203.0.113.7']);
  expect(judged((address) => queries.maySendRequests(address, 1), asked)).toEqual(['10.9.9.9']);
  const requests = access({ requestNetworks: networks });
  expect(judged((address) => requests.mayQuery(address), asked)).toEqual(['192.0.2.7', '10.9.9.9']);
  expect(judged((address) => requests.maySendRequests(address, 1), asked)).toEqual(['203.0.113.7']);
});

test('broadcast addresses of the host’s networks are those with all host bits set, and may not ask', () => {
  const one = access({ queryNetworks: [parsePrefix('0.0.0.0/0')!] });
  const asked = ['192.0.2.255', '255.255.255.255', '192.0.2.254', '192.0.3.255', '198.51.100.5', '2001:db8::ffff'];
  expect(judged((address) => one.isBroadcast(address), asked)).toEqual(['192.0.2.255', '255.255.255.255']);
  expect(judged((address) => one.mayQuery(address), asked)).toEqual(['192.0.2.254', '192.0.3.255', '198.51.100.5']);
  expect(judged((address) => one.mayQuery(address), ['10.0.0.255', '10.0.0.254'])).toEqual(['10.0.0.254']);
});
