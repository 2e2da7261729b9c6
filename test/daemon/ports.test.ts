import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { planPorts } from '../../src/daemon/ports.ts';
import { formatAddress, parseAddress } from '../../src/wire/address.ts';

const address = (text: string) => parseAddress(text)!;
const LO = Number(readFileSync('/sys/class/net/lo/ifindex', 'utf8'));

function plan(listen: string[], standIn: string[] = [], interfaces: string[] = [], host: string[] = ['192.0.2.1']) {
  const config = {
    listen: listen.map((text) => {
      const [host = '', port = '33435'] = text.split(' ');
      return { address: address(host), port: Number(port) };
    }),
    multicast: { interfaces },
    routers: [{ name: 'r', standIn: standIn.map(address), maxAgeMs: 0, readers: [] }],
  } as unknown as Config;
  return planPorts(config, host.map(address)).map(({ key, transparent, scope, join, answerFrom }) => ({
    key,
    ...(transparent ? { transparent } : {}),
    ...(scope === 0 ? {} : { scope }),
    ...(join.length === 0 ? {} : { joins: join.map((one) => `${formatAddress(one.group)}%${one.interfaceIndex}`) }),
    ...(answerFrom === key ? {} : { answerFrom }),
  }));
}

describe('stand-in addresses are bound where nothing else hears them', () => {
  test('not under a wildcard that covers them', () => {
    expect(plan(['0.0.0.0', '::'], ['192.0.2.1', '127.0.0.9'])).toEqual([
      { key: '0.0.0.0 33435' },
      { key: ':: 33435' },
    ]);
  });

  test('transparently when they are not this host’s; on the wildcard itself where there is one', () => {
    expect(plan(['0.0.0.0', '::'], ['10.4.0.4'])).toEqual([
      { key: '0.0.0.0 33435', transparent: true },
      { key: ':: 33435' },
    ]);
    expect(plan(['192.0.2.1'], ['10.4.0.4'])).toEqual([
      { key: '192.0.2.1 33435' },
      { key: '10.4.0.4 33435', transparent: true },
    ]);
  });

  test('by themselves, on every listen port, when the daemon listens on an address of its own', () => {
    expect(plan(['192.0.2.1', '192.0.2.1 33433'], ['127.0.0.9'])).toEqual([
      { key: '192.0.2.1 33435' },
      { key: '192.0.2.1 33433' },
      { key: '127.0.0.9 33435' },
      { key: '127.0.0.9 33433' },
    ]);
  });

  test('not on a wildcard of the other family', () => {
    expect(plan(['0.0.0.0'], ['::1'])).toEqual([{ key: '0.0.0.0 33435' }, { key: '::1 33435' }]);
  });

  test('the address that the daemon listens on needs no second socket', () => {
    expect(plan(['192.0.2.1'], ['192.0.2.1'])).toEqual([{ key: '192.0.2.1 33435' }]);
  });
});

describe('all-routers and all-PIM-routers groups', () => {
  test('are joined on wildcard sockets', () => {
    expect(plan(['0.0.0.0', '::'], [], ['lo'])).toEqual([
      { key: '0.0.0.0 33435', joins: [`224.0.0.2%${LO}`, `224.0.0.13%${LO}`] },
      { key: ':: 33435', joins: [`ff02::2%${LO}`, `ff02::d%${LO}`] },
    ]);
  });

  test('get sockets of their own beside unicast ones, in IPv6 one for each interface, and are answered from those', () => {
    expect(plan(['192.0.2.1', '2001:db8::1'], [], ['lo'])).toEqual([
      { key: '192.0.2.1 33435' },
      { key: '2001:db8::1 33435' },
      { key: '224.0.0.2 33435', joins: [`224.0.0.2%${LO}`], answerFrom: '192.0.2.1 33435' },
      { key: '224.0.0.13 33435', joins: [`224.0.0.13%${LO}`], answerFrom: '192.0.2.1 33435' },
      { key: `ff02::2%${LO} 33435`, scope: LO, joins: [`ff02::2%${LO}`], answerFrom: '2001:db8::1 33435' },
      { key: `ff02::d%${LO} 33435`, scope: LO, joins: [`ff02::d%${LO}`], answerFrom: '2001:db8::1 33435' },
    ]);
  });

  test('an interface that is not there is named', () => {
    expect(() => plan(['0.0.0.0'], [], ['nowhere'])).toThrow(
      'multicast.interfaces: this host has no interface nowhere',
    );
  });
});
