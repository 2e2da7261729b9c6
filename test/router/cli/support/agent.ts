/** An ssh-agent that has the keys it is given, or takes connections and says nothing. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import ssh2, { type ParsedKey } from 'ssh2';

export interface FakeAgent {
  /** Connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
  /** Digests of the signatures that were asked for, in order. */
  readonly signed: (string | undefined)[];
  close(): Promise<unknown>;
}

export async function startAgent(path: string, privateKeys: readonly string[] | 'mute'): Promise<FakeAgent> {
  const keys = privateKeys === 'mute' ? [] : privateKeys.map((text) => ssh2.utils.parseKey(text) as ParsedKey);
  const sockets = new Set<Socket>();
  const signed: (string | undefined)[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    if (privateKeys === 'mute') return socket.resume();
    const protocol = new ssh2.AgentProtocol(false);
    protocol.on('error', () => socket.destroy());
    protocol.on('identities', (request) => protocol.getIdentitiesReply(request, keys));
    protocol.on('sign', (request, publicKey, octets, { hash }) => {
      signed.push(hash);
      const key = keys.find((one) => one.getPublicSSH().equals(publicKey.getPublicSSH()));
      if (key === undefined) protocol.failureReply(request);
      else protocol.signReply(request, key.sign(octets, hash));
    });
    return socket.pipe(protocol).pipe(socket);
  });
  server.listen(path);
  await once(server, 'listening');
  return { sockets, signed, close: () => new Promise((resolve) => server.close(resolve)) };
}
