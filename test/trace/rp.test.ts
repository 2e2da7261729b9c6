/** What the RP does: RFC 8487 §4.2.2 (9), §6.1. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/router/snapshot.ts';
import { parseAddress } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { ASM_GROUP, LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE } from '../support/lab-network.ts';

describe.each([4, 6] as const)('IPv%i', (family) => {
  test('a trace of a source that finds group state only ends at the RP, with no upstream router to go on to', () => {
    const snapshots = LAB_ROUTERS.map(labSnapshot).map((one) => ({
      ...one,
      routes: one.routes?.filter((row) => row.source === null) ?? [],
    }));
    const driver = new EngineDriver({ snapshots });
    driver.deliver(query(RECEIVER[family], SOURCE[family], ASM_GROUP[family]), RECEIVER[family]);
    const upstream = family === 4 ? 'upstreamRouterAddress' : 'remoteAddress';
    expect(driver.sent).toMatchObject([{ header: { typeName: 'REPLY' } }]);
    expect(driver.sent[0]?.blocks.map((block) => [block.forwardingCodeName, block[upstream]])).toEqual([
      ['NO_ERROR', family === 4 ? '10.34.0.3' : 'fe80::3:3'],
      ['NO_ERROR', family === 4 ? '10.23.0.2' : 'fe80::2:3'],
      ['REACHED_RP', family === 4 ? '0.0.0.0' : '::'],
    ]);
  });

  test('asked without a group, as a stand-in, it shows the way on to the source', () => {
    const rp = family === 4 ? '10.0.0.2' : 'fd00::2';
    const snapshots = LAB_ROUTERS.map(labSnapshot);
    const identities = snapshots.map(({ name }) => ({
      name,
      addresses: [],
      standIn: name === 'r2' ? [parseAddress(rp)!] : [],
    }));
    const driver = new EngineDriver({ snapshots, identities });
    driver.deliver(query(RECEIVER[family], SOURCE[family], undefined), RECEIVER[family], {
      destination: parseAddress(rp)!,
    });
    expect(driver.asks.map((ask) => ask.router)).toEqual(['r2', 'r1']);
    expect(driver.sent[0]?.blocks.map((block) => block.forwardingCodeName)).toEqual(['NO_ERROR', 'NO_ERROR']);
  });
});

describe('an RP that notes a code before REACHED_RP', () => {
  const RP = '10.0.0.2';
  const GROUP = '239.1.1.1';
  const lan = { index: 2, name: 'lan', addresses: ['10.4.0.4/24'], multicast: true };
  const lo = { index: 1, name: 'lo', addresses: [`${RP}/32`], multicast: true };
  const row = {
    group: GROUP,
    source: null,
    incoming: 1,
    upstream: null,
    outgoing: [{ index: 2, state: 'forwarding' as const }],
    multicastRoutingProtocol: 'pimSparseMode' as const,
  };
  const atRp = (changes: Partial<Snapshot>): Snapshot => ({
    name: 'rp',
    interfaces: [lo, lan],
    routes: [row],
    rps: [{ groups: '239.0.0.0/8', address: RP }],
    ...changes,
  });
  /** What it says of upstream: zero with a known Incoming Interface is "at the source", §5.8.1. */
  function block(source: string | undefined, changes: Partial<Snapshot>) {
    const driver = new EngineDriver({ snapshots: [atRp(changes)] });
    driver.deliver(query('10.4.0.2', source, GROUP), '10.4.0.2');
    expect(driver.sent).toMatchObject([{ header: { typeName: 'REPLY' } }]);
    const { incomingInterfaceAddress, upstreamRouterAddress, forwardingCodeName } = driver.sent[0]!.blocks[0]!;
    return [incomingInterfaceAddress, upstreamRouterAddress, forwardingCodeName];
  }

  test.each<[string, Partial<Snapshot>]>([
    ['SCOPED', { scopes: [{ groups: '239.1.0.0/16', interface: 2 }] }],
    ['WRONG_IF', { routes: [{ ...row, outgoing: [] }] }],
  ])('%s: where a source was asked for, it does not say that the source was reached', (code, changes) => {
    expect(block('10.1.0.2', changes)).toEqual([RP, '224.0.0.13', code]);
    expect(block(undefined, changes)).toEqual([RP, '0.0.0.0', code]);
  });

  test('none: it says REACHED_RP, and then zero is no claim of the source', () => {
    expect(block('10.1.0.2', {})).toEqual([RP, '0.0.0.0', 'REACHED_RP']);
    expect(block(undefined, {})).toEqual([RP, '0.0.0.0', 'REACHED_RP']);
  });
});
