/** Fresh octets: the client's Query. RFC 8487 §3.2.1, §5.1 */
import { HEADER } from '../../proto/mtrace2.ts';
import { TlvType } from '../../proto/registry.ts';
import { type Address, type Family, familyOf } from './address.ts';
import { type Memory, memoryOf } from './view.ts';

export interface Query {
  /** 1 to 255. */
  readonly hops: number;
  /** `undefined`: no group-specific information is desired. */
  readonly multicastAddress: Address | undefined;
  /** `undefined`: no source-specific information is desired. */
  readonly sourceAddress: Address | undefined;
  /** Its family is the family of the message. */
  readonly clientAddress: Address;
  readonly queryId: number;
  readonly clientPort: number;
}

/** What we send for no group or no source: all ones in IPv4, :: in IPv6. RFC 8487 §3.2.1 (m-2, s-2) */
export function unspecified(family: Family): Address {
  return family === 4 ? Uint8Array.of(0xff, 0xff, 0xff, 0xff) : new Uint8Array(16);
}

/** The Query as a memory of its own: 20 or 56 octets. */
export function emitQuery(query: Query): Memory {
  const family = familyOf(query.clientAddress);
  const { octets, f } = HEADER[family];
  const memory = memoryOf(new Uint8Array(octets));
  const { view } = memory;
  f.type.set(view, 0, TlvType.QUERY);
  f.length.set(view, 0, octets);
  f.hops.set(view, 0, query.hops);
  memory.octets.set(query.multicastAddress ?? unspecified(family), f.multicastAddress.at);
  memory.octets.set(query.sourceAddress ?? unspecified(family), f.sourceAddress.at);
  memory.octets.set(query.clientAddress, f.clientAddress.at);
  f.queryId.set(view, 0, query.queryId);
  f.clientPort.set(view, 0, query.clientPort);
  return memory;
}
