/**
 * One Query out, its Replies in: to a gateway or to all routers (RFC 8487 §5.1.1, §5.4), from a port that the system chooses
 * (§3), with an end to the wait (§5.7). Over node:dgram (the client needs nothing that node:dgram does not
 * tell).
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { ALL_ROUTERS } from '../../proto/registry.ts';
import { verifyReply } from '../verify/reply.ts';
import {
  type Address,
  type Family,
  familyOf,
  formatAddress,
  isLinkLocal,
  parseAddress,
  sameAddress,
} from '../wire/address.ts';
import { emitQuery } from '../wire/emit.ts';
import { checkMessage, emptyMessage, type Memory, memoryOf } from '../wire/view.ts';
import { moreToCome, type Reply } from './collate.ts';

export interface Exchange {
  readonly query: Memory;
  readonly clientAddress: Address;
  readonly replies: readonly ReceivedReply[];
  readonly sentUnixMs: number;
  /** Until the last Reply; of no meaning without one. */
  readonly roundTripMs: number;
}

export interface ReceivedReply extends Reply {
  readonly from: string;
  readonly fromPort: number;
}

export interface ExchangeOptions {
  readonly family: Family;
  /** Unicast destination; `undefined`: all routers on `interface`. */
  readonly gateway: Address | undefined;
  /** The one whose address is the client's. */
  readonly interface: string | undefined;
  readonly port: number;
  readonly clientAddress: Address | undefined;
  readonly group: Address | undefined;
  readonly source: Address | undefined;
  readonly maxHops: number;
  readonly queryId: number;
  readonly waitMs: number;
}

/** Trouble on this host, in words for who called. */
export class ExchangeError extends Error {
  /** Wrong arguments: no such interface, not our address. Or this host cannot send: no route, not permitted. */
  readonly code: 'ERR_ARGUMENT' | 'ERR_CANNOT_SEND';

  constructor(code: ExchangeError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** How long a Reply is waited for that may well not come. */
const GRACE_MS = 2000;
/** As many as the longest path can bring about, where each router answers for itself. */
const MAX_REPLIES = 255;

const CANNOT_SEND: Readonly<Record<string, string>> = {
  EACCES: 'it is a broadcast address, or not permitted',
  EPERM: 'a firewall of this host does not permit it',
  ENETUNREACH: 'no route',
  EHOSTUNREACH: 'no route',
  ENETDOWN: 'the interface is down',
};

/**
 * @param onSent hears from which address the Query went out, before the wait
 * @throws ExchangeError
 */
export async function exchange(
  options: ExchangeOptions,
  onSent: (clientAddress: Address) => void = () => {},
): Promise<Exchange> {
  const clientAddress = await clientAddressOf(options);
  const socket = await bound(options.family, clientAddress);
  let timer: NodeJS.Timeout | undefined;
  let grace: NodeJS.Timeout | undefined;
  try {
    const query = emitQuery({
      hops: options.maxHops,
      multicastAddress: options.group,
      sourceAddress: options.source,
      clientAddress,
      queryId: options.queryId,
      clientPort: socket.address().port,
    });
    const replies: ReceivedReply[] = [];
    const sentUnixMs = Date.now();
    const sentMs = performance.now();
    let roundTripMs = 0;
    const done = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, options.waitMs);
      socket.on('message', (octets, remote) => {
        const memory = memoryOf(octets);
        const message = emptyMessage();
        if (checkMessage(memory.view, 0, octets.length, message) !== undefined) return;
        if (verifyReply(query, memory, message) !== undefined) return;
        if (replies.length >= MAX_REPLIES || replies.some((known) => octets.equals(known.memory.octets))) return;
        replies.push({ memory, message, from: remote.address, fromPort: remote.port });
        roundTripMs = performance.now() - sentMs;
        const expected = moreToCome(replies);
        if (expected === 'no') resolve();
        clearTimeout(grace);
        if (expected === 'perhaps') grace = setTimeout(resolve, GRACE_MS);
      });
    });
    await send(socket, query.octets, options, clientAddress);
    onSent(clientAddress);
    await done;
    return { query, clientAddress, replies, sentUnixMs, roundTripMs };
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    socket.close();
  }
}

/** RFC 8487 §5.1.2: the address of the interface that the Query leaves on. */
async function clientAddressOf(options: ExchangeOptions): Promise<Address> {
  const { clientAddress, interface: name, gateway, family } = options;
  if (name !== undefined) {
    const own = addressesOf(name);
    if (clientAddress === undefined) return replyAddressOf(name, own, family);
    const isOwn = own.some((one) => sameAddress(one, clientAddress));
    const other = Object.keys(networkInterfaces()).find((one) =>
      addressesOf(one).some((address) => sameAddress(address, clientAddress)),
    );
    if (isOwn || other === undefined) return clientAddress;
    throw new ExchangeError(
      'ERR_ARGUMENT',
      `${formatAddress(clientAddress)} is an address of ${other}, not of ${name}`,
    );
  }
  if (clientAddress !== undefined) return clientAddress;
  if (gateway === undefined) throw new ExchangeError('ERR_ARGUMENT', 'neither a gateway nor an interface is given');
  return addressTowards(gateway, options.port);
}

async function addressTowards(gateway: Address, port: number): Promise<Address> {
  const probe = createSocket(familyOf(gateway) === 4 ? 'udp4' : 'udp6');
  try {
    probe.connect(port, formatAddress(gateway));
    await once(probe, 'connect');
    const address = parseAddress(probe.address().address.replace(/%.*$/, ''));
    if (address === undefined) throw new Error('the kernel named no address');
    return address;
  } catch (error) {
    throw cannotSend(formatAddress(gateway), error as Error);
  } finally {
    probe.close();
  }
}

/** Of both families. */
function addressesOf(name: string): Address[] {
  const [, rows] = Object.entries(networkInterfaces()).find(([known]) => known === name) ?? [];
  if (rows === undefined) {
    throw new ExchangeError('ERR_ARGUMENT', `this host has no interface ${name} that is up and has an address`);
  }
  return rows.flatMap((row) => parseAddress(row.address.replace(/%.*$/, '')) ?? []);
}

function replyAddressOf(name: string, own: readonly Address[], family: Family): Address {
  const address = own.find((one) => familyOf(one) === family && !isLinkLocal(one));
  if (address !== undefined) return address;
  throw new ExchangeError(
    'ERR_CANNOT_SEND',
    `interface ${name} has no IPv${family} address that a Reply could be sent to`,
  );
}

async function bound(family: Family, address: Address): Promise<Socket> {
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
  try {
    socket.bind(0, formatAddress(address));
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

async function send(socket: Socket, octets: Uint8Array, options: ExchangeOptions, client: Address): Promise<void> {
  let to = formatAddress(options.gateway ?? ALL_ROUTERS[options.family]);
  try {
    if (options.gateway === undefined) {
      const name = options.interface ?? '';
      if (options.family === 6) to = `${to}%${name}`;
      socket.setMulticastInterface(options.family === 4 ? formatAddress(client) : `::%${name}`);
      socket.setMulticastTTL(1);
    }
    await new Promise<void>((resolve, reject) => {
      socket.send(octets, options.port, to, (error) => (error === null ? resolve() : reject(error)));
    });
  } catch (error) {
    throw cannotSend(to, error as Error);
  }
}

function cannotSend(to: string, error: NodeJS.ErrnoException): ExchangeError {
  const reason = CANNOT_SEND[error.code ?? ''];
  const because = reason === undefined ? error.message : `${reason} (${error.code})`;
  return new ExchangeError('ERR_CANNOT_SEND', `no way to ${to} from here: ${because}`);
}
