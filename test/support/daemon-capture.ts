/**
 * What a built daemon receives and sends on loopback, without the rights that a capture needs: its client and its peer are
 * sockets of ours, so every datagram passes through our hands.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { MTRACE2_PORT } from '../../proto/registry.ts';
import { downstreamAddress, RECEIVER, SOURCE, SSM_GROUP } from '../../src/demo/network.ts';
import { parseAddress } from '../../src/wire/address.ts';
import { emitQuery } from '../../src/wire/emit.ts';
import type { Packet } from './pcap.ts';
import { Stage } from './programs.ts';

/** Addresses of this test run alone, so that two may run at once. */
const OWN = `127.${128 + (process.pid % 64)}.${(process.pid >> 6) % 256}`;
const [WHOLE, WEST, EAST] = [`${OWN}.21`, `${OWN}.22`, `${OWN}.23`];

async function boundTo(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4').bind(port, address);
  await once(socket, 'listening');
  return socket;
}

function packet(
  from: { address: string; port: number },
  to: { address: string; port: number },
  payload: Uint8Array,
): Packet {
  return {
    unixMs: Date.now(),
    source: parseAddress(from.address)!,
    sourcePort: from.port,
    destination: parseAddress(to.address)!,
    destinationPort: to.port,
    payload: Uint8Array.from(payload),
  };
}

/** Sends a Query to a daemon and waits for what `catcher` gets of it. */
async function ask(client: Socket, daemon: string, queryId: number, catcher: Socket): Promise<Packet[]> {
  const query = emitQuery({
    hops: 32,
    multicastAddress: parseAddress(SSM_GROUP),
    sourceAddress: parseAddress(SOURCE),
    clientAddress: parseAddress(RECEIVER)!,
    queryId,
    clientPort: client.address().port,
  }).octets;
  const asked = packet(client.address(), { address: daemon, port: MTRACE2_PORT }, query);
  const caught = once(catcher, 'message', { signal: AbortSignal.timeout(10_000) });
  client.send(query, MTRACE2_PORT, daemon);
  const [payload, from] = (await caught) as [Buffer, RemoteInfo];
  return [asked, packet(from, catcher.address(), payload)];
}

/** A Query and its Reply, of a daemon that knows all routers; a Query and the Request that goes on to a peer. */
export async function captureOfDaemon(): Promise<Packet[]> {
  const stage = new Stage();
  const client = await boundTo(RECEIVER, 0);
  const peer = await boundTo(EAST, MTRACE2_PORT);
  try {
    await stage.daemon('whole', stage.config(WHOLE, [4, 3, 2, 1]));
    const peers = [{ name: 'east', address: EAST, routers: [2, 1].map(downstreamAddress) }];
    await stage.daemon('west', stage.config(WEST, [4, 3], { peers }));
    return [...(await ask(client, WHOLE, 0x1001, client)), ...(await ask(client, WEST, 0x1002, peer))];
  } finally {
    client.close();
    peer.close();
    await stage.close();
  }
}
