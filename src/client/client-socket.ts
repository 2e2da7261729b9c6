/**
 * The client's end of an exchange: a port that the system chooses (RFC 8487 §3). Over node:dgram: the client needs nothing
 * that node:dgram does not tell.
 *
 * Replies come from wherever the trace has ended, so they are heard from anybody. But what ICMP says of the gateway (§5.7),
 * the system tells a connected socket only: where it lets two share a port, the Query leaves by a connected one.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ALL_ROUTERS } from '../../proto/registry.ts';
import { type Address, familyOf, formatAddress } from '../wire/address.ts';
import type { Whereabouts } from './client-address.ts';
import { cannotSend, ExchangeError } from './error.ts';

/** What ICMP has said, as far as it is about the gateway for good. icmp(7) */
const REFUSALS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOPROTOOPT: 'it speaks no UDP',
  EACCES: 'a firewall on the way refuses it',
  EHOSTUNREACH: 'a firewall on the way refuses it',
  ENETUNREACH: 'a firewall on the way refuses it',
};

export class ClientSocket {
  readonly #whereabouts: Whereabouts;
  readonly #address: Address;
  readonly #hearing: Socket;
  /** Connected to the gateway. */
  readonly #asking: Socket | undefined;

  private constructor(whereabouts: Whereabouts, address: Address, hearing: Socket, asking: Socket | undefined) {
    this.#whereabouts = whereabouts;
    this.#address = address;
    this.#hearing = hearing;
    this.#asking = asking;
  }

  /** @throws ExchangeError */
  static async open(address: Address, whereabouts: Whereabouts): Promise<ClientSocket> {
    const { gateway, port } = whereabouts;
    // One that does not share finds a port that nobody has, not even another client.
    const alone = await bound(address, 0, false);
    if (gateway === undefined) return new ClientSocket(whereabouts, address, alone, undefined);
    const number = alone.address().port;
    alone.close();
    const hearing = await bound(address, number, true);
    const asking = await bound(address, number, true).catch(() => undefined);
    try {
      asking?.connect(port, formatAddress(gateway));
      if (asking !== undefined) await once(asking, 'connect');
      return new ClientSocket(whereabouts, address, hearing, asking);
    } catch (error) {
      hearing.close();
      asking?.close();
      throw cannotSend(formatAddress(gateway), error as Error);
    }
  }

  get port(): number {
    return this.#hearing.address().port;
  }

  onMessage(listener: (octets: Buffer, remote: RemoteInfo) => void): void {
    this.#hearing.on('message', listener);
    this.#asking?.on('message', listener);
  }

  /** In words. */
  onRefusal(listener: (reason: string) => void): void {
    this.#asking?.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      const reason = REFUSALS[code];
      if (reason !== undefined) listener(`${reason} (${code})`);
    });
  }

  /** To the gateway, or to all routers on the interface: RFC 8487 §5.1.1, §5.4. @throws ExchangeError */
  async send(octets: Uint8Array): Promise<void> {
    const { family, gateway, interface: name = '', port } = this.#whereabouts;
    let to = formatAddress(gateway ?? ALL_ROUTERS[family]);
    try {
      if (gateway === undefined) {
        if (family === 6) to = `${to}%${name}`;
        this.#hearing.setMulticastInterface(family === 4 ? formatAddress(this.#address) : `::%${name}`);
        this.#hearing.setMulticastTTL(1);
      }
      await new Promise<void>((resolve, reject) => {
        const done = (error: Error | null) => (error === null ? resolve() : reject(error));
        if (this.#asking === undefined) this.#hearing.send(octets, port, to, done);
        else this.#asking.send(octets, done);
      });
    } catch (error) {
      throw cannotSend(to, error as Error);
    }
  }

  close(): void {
    this.#hearing.close();
    this.#asking?.close();
  }
}

/** To the client's address, from which the Query leaves: RFC 8487 §5.1.2. @throws ExchangeError */
async function bound(address: Address, port: number, isShared: boolean): Promise<Socket> {
  const socket = createSocket({ type: familyOf(address) === 4 ? 'udp4' : 'udp6', reuseAddr: isShared });
  try {
    socket.bind(port, formatAddress(address));
    await once(socket, 'listening');
    return socket;
  } catch (error) {
    socket.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') {
      throw new ExchangeError('ERR_CANNOT_SEND', `cannot use ${formatAddress(address)}: ${(error as Error).message}`);
    }
    throw new ExchangeError(
      'ERR_ARGUMENT',
      `${formatAddress(address)} is not an address of this host. Mtrace2 traces to the client itself: to start at another ` +
        'last-hop router, give the address of its interface towards the receiver with -g, and no RECEIVER',
    );
  }
}
