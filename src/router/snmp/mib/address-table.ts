/**
 * Addresses of interfaces: ipAddressTable of IP-MIB (RFC 4293), both families, and the older ipAddrTable, IPv4 only. Each
 * agent has one of them, or both, or a new one whose prefixes point nowhere: they are read together.
 */
import { type Address, formatAddress, formatPrefix, parseAddress } from '../../../wire/address.ts';
import { IndexReader, maskLength } from './index-reader.ts';
import type { Oid } from './oid.ts';
import type { Question, Row, Rows } from './question.ts';
import { addressOf, ifIndexOf, type SnmpValue } from './varbind.ts';

export interface InterfaceAddress {
  readonly index: number;
  /** `ADDRESS/LENGTH`; the full length where the agent does not tell. */
  readonly address: string;
}

const IP: Oid = '1.3.6.1.2.1.4';
/** ipAddressIfIndex, ipAddressType, ipAddressPrefix */
const current: Rows = {
  kind: 'rows',
  columns: [`${IP}.34.1.3`, `${IP}.34.1.4`, `${IP}.34.1.5`],
  prefix: '',
  guess: 0,
};
/** ipAdEntIfIndex, ipAdEntNetMask */
const old: Rows = { kind: 'rows', columns: [`${IP}.20.1.2`, `${IP}.20.1.3`], prefix: '', guess: 0 };
/** ipAddressPrefixOrigin: what an ipAddressPrefix points to. */
const PREFIX_ROW: Oid = `${IP}.32.1.5`;
/** ipAddressType */
const BROADCAST = 3;

interface Found {
  readonly index: number;
  readonly address: Address;
  readonly length: number | undefined;
}

/** Own addresses only: not those that every router has, and no broadcast. */
export const addresses: Question<readonly InterfaceAddress[]> = {
  wants: [current, old],
  parse: (found) => {
    const rows = [...found.rows(current).flatMap(currentOf), ...found.rows(old).flatMap(oldOf)];
    const known = new Map<string, Found>();
    for (const row of rows) {
      const key = `${row.index} ${row.address.join('.')}`;
      if (known.get(key)?.length === undefined) known.set(key, row);
    }
    return [...known.values()].map(({ index, address, length = address.length * 8 }) => ({
      index,
      address: formatPrefix({ address, length }),
    }));
  },
};

function currentOf({ index, values: [ifIndex, type, prefix] }: Row): Found[] {
  const reader = new IndexReader(index);
  const text = reader.inetAddress();
  const at = ifIndexOf(ifIndex);
  if (!reader.isWhole || text === null || at === undefined || type === BROADCAST) return [];
  const address = parseAddress(text);
  return address === undefined || isEverybodys(address)
    ? []
    : [{ index: at, address, length: prefixLengthOf(prefix, address) }];
}

function oldOf({ index, values: [ifIndex, mask] }: Row): Found[] {
  const reader = new IndexReader(index);
  const address = parseAddress(reader.ipv4());
  const at = ifIndexOf(ifIndex);
  if (!reader.isWhole || address === undefined || at === undefined || isEverybodys(address)) return [];
  const octets = addressOf(mask);
  return [{ index: at, address, length: octets?.length === 4 ? maskLength(octets) : undefined }];
}

/** Every router has them, and they tell none from another. */
function isEverybodys(address: Address): boolean {
  return ['127.0.0.1', '::1', '0.0.0.0', '::'].includes(formatAddress(address));
}

/** The RowPointer's last subidentifier is ipAddressPrefixLength. */
function prefixLengthOf(pointer: SnmpValue | undefined, address: Address): number | undefined {
  if (typeof pointer !== 'string' || !pointer.startsWith(`${PREFIX_ROW}.`)) return undefined;
  const length = Number(pointer.slice(pointer.lastIndexOf('.') + 1));
  return length > 0 && length <= address.length * 8 ? length : undefined;
}
