/** From net-snmp's variable bindings to ours. */
import snmp from 'net-snmp';
import { parseAddress } from '../../../wire/address.ts';
import type { SnmpValue, Varbind } from '../mib/varbind.ts';

export function varbindOf({ oid, type, value }: snmp.Varbind): Varbind {
  return { oid, value: decoded(type, value) };
}

function decoded(type: snmp.ObjectType | undefined, value: unknown): SnmpValue | undefined {
  const { ObjectType } = snmp;
  if (type === ObjectType.Counter64) return value instanceof Uint8Array ? unsignedOf(value) : undefined;
  if (type === ObjectType.IpAddress) return typeof value === 'string' ? parseAddress(value) : undefined;
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array) return value;
  return undefined;
}

/** Counter64: eight octets at most, and a ninth that is zero; leading ones may be missing. */
function unsignedOf(octets: Uint8Array): bigint | undefined {
  let value = 0n;
  for (const octet of octets) value = (value << 8n) | BigInt(octet);
  return value >> 64n === 0n ? value : undefined;
}
