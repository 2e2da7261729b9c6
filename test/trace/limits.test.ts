/** How often anybody is answered: duplicates, RFC 8487 §4.1.1, and rates, §9.5. */
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';

const R4 = labSnapshot(4);
const PLENTY = { perSecond: 1000, burst: 1000 };
const FEW = { perSecond: 1, burst: 2 };
const outcomes = (driver: EngineDriver) => [
  ...driver.sent.map((one) => one.header.typeName),
  ...driver.drops.map((one) => one.reason),
];

describe.each([4, 6] as const)('duplicate Queries, IPv%i', (family) => {
  const ask = (driver: EngineDriver, changes: { queryId?: number; client?: string } = {}) => {
    const client = changes.client ?? RECEIVER[family];
    driver.deliver(query(client, SOURCE[family], SSM_GROUP[family], { hops: 1, ...changes }), client);
    return driver.drops.at(-1)?.reason;
  };

  test('are ignored for as long as the client waits', () => {
    const driver = new EngineDriver({ snapshots: [R4] });
    expect(ask(driver)).toBeUndefined();
    expect(ask(driver)).toBe('query-duplicate');
    driver.pass(9999);
    expect(ask(driver)).toBe('query-duplicate');
    expect(driver.drops.at(-1)?.value).toBe(0x1234);
    driver.pass(1);
    ask(driver);
    expect(outcomes(driver)).toEqual(['REPLY', 'REPLY', 'query-duplicate', 'query-duplicate']);
    expect(driver.freeSlots).toBe(8);
  });

  test('are those of the same client with the same Query ID', () => {
    const driver = new EngineDriver({ snapshots: [R4] });
    ask(driver);
    ask(driver, { queryId: 0x1235 });
    ask(driver, { client: family === 4 ? '10.4.0.3' : 'fd00:4::3' });
    expect(outcomes(driver)).toEqual(['REPLY', 'REPLY', 'REPLY']);
  });

  test('are those that others send after it, but not those of others before it', () => {
    const driver = new EngineDriver({ snapshots: [R4] });
    const other = family === 4 ? '10.4.0.3' : 'fd00:4::3';
    const question = query(RECEIVER[family], SOURCE[family], SSM_GROUP[family], { hops: 1 });
    for (const sender of [other, other, RECEIVER[family], RECEIVER[family], other]) driver.deliver(question, sender);
    expect(outcomes(driver)).toEqual(['REPLY', 'REPLY', ...Array(3).fill('query-duplicate')]);
    const fresh = query(RECEIVER[family], SOURCE[family], SSM_GROUP[family], { hops: 1, queryId: 0x1235 });
    for (const sender of [RECEIVER[family], other]) driver.deliver(fresh, sender);
    expect(driver.sent).toHaveLength(3);
  });

  test('a Query that was ignored for another reason is none', () => {
    const driver = new EngineDriver({ snapshots: [R4], limits: { queries: FEW, requests: PLENTY } });
    ask(driver, { queryId: 1 });
    ask(driver, { queryId: 2 });
    expect(ask(driver, { queryId: 3 })).toBe('query-over-limit');
    driver.pass(1000);
    ask(driver, { queryId: 3 });
    expect(outcomes(driver)).toEqual(['REPLY', 'REPLY', 'REPLY', 'query-over-limit']);
  });
});

describe('Queries are limited by the client that will get the Reply', () => {
  const ask = (driver: EngineDriver, sender: string, queryId: number) =>
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 1, queryId }), sender);

  test('whoever sends them', () => {
    const driver = new EngineDriver({ snapshots: [R4], limits: { queries: FEW, requests: PLENTY } });
    for (const [queryId, sender] of ['10.4.0.3', '10.4.0.4', '10.4.0.5'].entries()) ask(driver, sender, queryId);
    expect(outcomes(driver)).toEqual(['REPLY', 'REPLY', 'query-over-limit']);
    driver.deliver(query('10.4.0.3', SOURCE[4], SSM_GROUP[4], { hops: 1, queryId: 9 }), RECEIVER[4]);
    expect(driver.sent).toHaveLength(3);
  });

  test('but what others ask in its name keeps no client from asking itself', () => {
    const driver = new EngineDriver({ snapshots: [R4], limits: { queries: FEW, requests: PLENTY } });
    for (let queryId = 0; queryId < 9; queryId++) ask(driver, '10.4.0.3', queryId);
    expect(driver.sent).toHaveLength(2);
    ask(driver, RECEIVER[4], 0);
    expect(driver.sent).toHaveLength(3);
  });
});

describe('Requests', () => {
  const peer = (host: number) => ({
    name: `peer${host}`,
    addresses: [Uint8Array.of(192, 0, 2, host)],
    port: 33435,
    routers: [{ address: parseAddress('10.34.0.3')!, length: 32 }],
  });

  function request(): Uint8Array {
    const driver = new EngineDriver({ snapshots: [R4], peers: [peer(2)] });
    driver.deliver(query(RECEIVER[4], SOURCE[4], SSM_GROUP[4], { hops: 2 }), RECEIVER[4]);
    return driver.sent[0]!.octets;
  }

  test('are never duplicates', () => {
    const driver = new EngineDriver({ snapshots: [labSnapshot(3)], peers: [peer(1)] });
    for (let i = 0; i < 3; i++) driver.deliver(request(), '192.0.2.1');
    expect(outcomes(driver)).toEqual(['REPLY', 'REPLY', 'REPLY']);
  });

  test('are limited by sender', () => {
    const limits = { queries: PLENTY, requests: FEW };
    const driver = new EngineDriver({ snapshots: [labSnapshot(3)], peers: [peer(1), peer(2)], limits });
    for (let i = 0; i < 4; i++) driver.deliver(request(), '192.0.2.1');
    driver.deliver(request(), '192.0.2.2');
    expect(outcomes(driver)).toEqual(['REPLY', 'REPLY', 'REPLY', 'request-over-limit', 'request-over-limit']);
    driver.pass(1000);
    driver.deliver(request(), '192.0.2.1');
    expect(driver.sent).toHaveLength(4);
  });
});
