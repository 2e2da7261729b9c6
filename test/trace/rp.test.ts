/** What the RP does: RFC 8487 §4.2.2 (9), §6.1. */
import { describe, expect, test } from 'vitest';
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
