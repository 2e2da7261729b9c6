/** A gateway between two daemons, on real sockets: RFC 8487 §4.5 from the client's Query to the path that it prints. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TlvType } from '../../proto/registry.ts';
import { downstreamAddress, RECEIVER, SOURCE, SSM_GROUP } from '../../src/demo/network.ts';
import { Stage } from '../support/programs.ts';
import { vector } from '../support/vectors.ts';

/** Of this test run alone, so that two may run at once: the gateway's address is that of the simulated network. */
const PORT = 32_768 + (process.pid % 10_000);
const OWN = `127.${192 + (process.pid % 60)}.${(process.pid >> 6) % 256}`;
const [WEST, EAST] = [`${OWN}.11`, `${OWN}.12`];
/** r3's interface towards r2. */
const RPF_ADDRESS = '127.23.0.3';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

function gatewayConfig(more: object): string {
  const config = JSON.parse(
    stage.config(WEST, [4, 3], {
      listen: [{ address: WEST, port: PORT }],
      peers: [{ name: 'east', address: EAST, port: PORT, routers: [2, 1].map(downstreamAddress) }],
    }),
  );
  Object.assign(config.routers[1], { gateway: ['127.0.0.0/8'], ...more });
  return JSON.stringify(config);
}

async function trace() {
  const args = ['--json', '-w', '2', '-g', WEST, '--port', String(PORT), SOURCE, RECEIVER, SSM_GROUP];
  const { stdout, status } = await stage.mtrace2(...args);
  const { ending, hops } = JSON.parse(stdout) as { ending: string; hops: Record<string, unknown>[] };
  return { status, ending, hops: hops.map((hop) => [hop.hop, hop.outgoingInterfaceAddress, hop.forwardingCodeName]) };
}

const UP_TO_GATEWAY = [
  [1, '127.4.0.4', 'NO_ERROR'],
  [2, '127.34.0.3', 'REACHED_GW'],
];

test('the path is whole at the client, and the other daemon has heard of the gateway only', async () => {
  const west = await stage.daemon('west', gatewayConfig({ standIn: [RPF_ADDRESS] }));
  const east = await stage.daemon('east', stage.config(EAST, [2, 1], { listen: [{ address: EAST, port: PORT }] }));
  expect(await trace()).toEqual({
    status: 0,
    ending: 'reached-source',
    hops: [...UP_TO_GATEWAY, [3, '127.23.0.2', 'NO_ERROR'], [4, '127.12.0.1', 'NO_ERROR']],
  });
  expect(west.lines('reached-gateway')).toHaveLength(1);
  expect(west.lines('reply-relayed')).toMatchObject([{ client: RECEIVER }]);
  expect(east.lines('replied')).toMatchObject([{ client: RPF_ADDRESS }]);
});

test('nobody answers the gateway: the path up to it, when the client has waited', async () => {
  await stage.daemon('west', gatewayConfig({ standIn: [RPF_ADDRESS] }));
  expect(await trace()).toEqual({ status: 1, ending: 'ended-before', hops: UP_TO_GATEWAY });
});

test('SIGHUP: the Reply to a gateway of before reaches its client', async () => {
  const west = await stage.daemon('west', gatewayConfig({ standIn: [RPF_ADDRESS] }));
  const east = createSocket('udp4');
  try {
    east.bind(PORT, EAST);
    await once(east, 'listening');
    const ending = trace();
    const [query] = (await once(east, 'message')) as [Buffer];
    west.signal('SIGHUP');
    await west.until('ready again', () => west.lines('ready').length === 2);
    const reply = Uint8Array.of(...query, ...vector('reply4').octets.subarray(20, 72));
    reply[0] = TlvType.REPLY;
    east.send(reply, PORT, RPF_ADDRESS);
    expect((await ending).hops).toEqual([...UP_TO_GATEWAY, [3, expect.any(String), expect.any(String)]]);
  } finally {
    east.close();
  }
});
