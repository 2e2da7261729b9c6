/** Whatever arrives: the engine does not throw, sends nothing but messages, and every slot comes back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { EngineDriver, query } from '../support/engine-driver.ts';
import { ASM_GROUP, LAB_ROUTERS, labSnapshot, RECEIVER, SOURCE, SSM_GROUP } from '../support/lab-network.ts';
import { vectors } from '../support/vectors.ts';

const ALL = LAB_ROUTERS.map(labSnapshot);
const EVERYBODY = ['0.0.0.0/0', '::/0'].map((text) => parsePrefix(text)!);

/** A Request as the peer of the receiver's side would send it. */
function requests(): Uint8Array[] {
  return ([4, 6] as const).map((family) => {
    const driver = new EngineDriver({
      snapshots: ALL.slice(0, 2),
      peers: [
        {
          name: 'east',
          addresses: ['192.0.2.2', '2001:db8::2'].map((text) => parseAddress(text)!),
          port: 33435,
          routers: ['10.23.0.2/32', 'fd00:23::2/128'].map((text) => parsePrefix(text)!),
        },
      ],
    });
    driver.deliver(query(RECEIVER[family], SOURCE[family], SSM_GROUP[family]), RECEIVER[family]);
    return driver.sent[0]!.octets;
  });
}

const SEEDS = [
  ...vectors().map((one) => one.octets),
  ...requests(),
  ...([4, 6] as const).flatMap((family) => [
    query(RECEIVER[family], SOURCE[family], SSM_GROUP[family]),
    query(RECEIVER[family], undefined, ASM_GROUP[family]),
    query(RECEIVER[family], SOURCE[family], undefined),
  ]),
];

const datagram = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...SEEDS) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2048 }) },
    ),
    fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }),
    fc.option(fc.nat(400), { nil: undefined, freq: 5 }),
    fc.option(fc.uint8Array({ maxLength: 200 }), { nil: undefined, freq: 5 }),
  )
  .map(([seed, changes, cut, more]) => {
    const octets = new Uint8Array([...seed.subarray(0, cut ?? seed.length), ...(more ?? [])]).slice(0, 2048);
    for (const [at, octet] of changes) if (octets.length > 0) octets[at % octets.length] = octet;
    return octets;
  });

const event = fc.record({
  octets: datagram,
  from: fc.constantFrom('10.4.0.2', '10.23.0.3', '192.0.2.1', '198.51.100.1', 'fd00:4::2', '2001:db8::1'),
  destination: fc.constantFrom('192.0.2.1', '10.23.0.2', '224.0.0.2', '224.0.0.13', '2001:db8::1', 'ff02::2'),
  hopLimit: fc.constantFrom(255, 254, -1),
  pass: fc.constantFrom(0, 1, 500, 5000),
});

test('mutated Queries and Requests of both families, for three hundred lives of a daemon', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 6 }), fc.boolean(), fc.boolean(), (events, isLearned, isSilent) => {
      const driver = new EngineDriver({
        snapshots: ALL,
        identities: ALL.map(({ name }) => ({
          name,
          addresses: [],
          standIn: name === 'r2' ? [parseAddress('10.23.0.2')!] : [],
        })),
        peers: [
          {
            name: 'west',
            addresses: [parseAddress('192.0.2.1')!, parseAddress('2001:db8::1')!],
            port: 33435,
            routers: [],
          },
        ],
        queryNetworks: EVERYBODY,
        requestNetworks: EVERYBODY,
        native: { forward: true, port: 33435 },
        isLearned,
        silent: isSilent ? ['r3'] : [],
      });
      for (const { octets, from, destination, hopLimit, pass } of events) {
        driver.deliver(octets, from, { destination: parseAddress(destination)!, hopLimit });
        driver.pass(pass);
      }
      driver.pass(20_000);
      driver.pass(20_000);
      expect(driver.freeSlots).toBe(8);
      expect(driver.sent.length).toBeLessThanOrEqual(events.length * 2);
      for (const { header } of driver.sent) expect(['REPLY', 'REQUEST']).toContain(header.typeName);
    }),
    { numRuns: 300, seed: 8487 },
  );
});
