/** From which address of this host a Query goes out, and where its Reply comes to. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import {
  type Address,
  type Family,
  familyOf,
  formatAddress,
  isLinkLocal,
  parseAddress,
  sameAddress,
} from '../wire/address.ts';
import { cannotSend, ExchangeError } from './error.ts';

export interface Whereabouts {
  readonly family: Family;
  /** Unicast destination; `undefined`: all routers on `interface`. */
  readonly gateway: Address | undefined;
  /** The one whose address is the client's. */
  readonly interface: string | undefined;
  readonly port: number;
  readonly clientAddress: Address | undefined;
}

/** RFC 8487 §5.1.2: the address of the interface that the Query leaves on. */
export async function clientAddressOf(options: Whereabouts): Promise<Address> {
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
