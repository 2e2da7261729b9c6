/**
 * DES for SNMPv3 (RFC 3414 §8), where OpenSSL 3 has none and net-snmp asks for it: triple DES with the same key three times
 * is DES. Old routers know no other privacy.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import snmp from 'net-snmp';

const CIPHER = 'des-ede3-cbc';
const BLOCK_OCTETS = 8;

interface Engine {
  readonly engineID: Buffer;
  readonly engineBoots: number;
}

interface Algorithm {
  encryptPdu: typeof encryptPdu;
  decryptPdu: typeof decryptPdu;
}

/** What net-snmp exports, and its types do not have. */
interface Internals {
  readonly Authentication: { passwordToKey(authProtocol: number, password: string, engineId: Buffer): Buffer };
  readonly Encryption: { readonly algorithms: Record<number, Algorithm> };
}

const internals = snmp as unknown as Internals;

/** From now on net-snmp's sessions encrypt by these. */
export function provideDes(): void {
  Object.assign(internals.Encryption.algorithms[snmp.PrivProtocols.des] ?? {}, { encryptPdu, decryptPdu });
}

function encryptPdu(scopedPdu: Buffer, _des: number, privKey: string, authProtocol: number, engine: Engine) {
  const { key, preIv } = keysOf(privKey, authProtocol, engine);
  const salt = randomBytes(BLOCK_OCTETS);
  salt.writeUInt32BE(engine.engineBoots);
  const padded = Buffer.alloc(Math.ceil(scopedPdu.length / BLOCK_OCTETS) * BLOCK_OCTETS);
  scopedPdu.copy(padded);
  const cipher = createCipheriv(CIPHER, key, xor(preIv, salt)).setAutoPadding(false);
  return { encryptedPdu: Buffer.concat([cipher.update(padded), cipher.final()]), msgPrivacyParameters: salt };
}

function decryptPdu(
  encrypted: Buffer,
  _des: number,
  salt: Buffer,
  privKey: string,
  authProtocol: number,
  engine: Engine,
) {
  const { key, preIv } = keysOf(privKey, authProtocol, engine);
  const decipher = createDecipheriv(CIPHER, key, xor(preIv, salt)).setAutoPadding(false);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

/** RFC 3414 §8.1.1.1: the key, and what the salt is mixed with. */
function keysOf(privKey: string, authProtocol: number, { engineID }: Engine) {
  const localized = internals.Authentication.passwordToKey(authProtocol, privKey, engineID);
  const key = localized.subarray(0, BLOCK_OCTETS);
  return { key: Buffer.concat([key, key, key]), preIv: localized.subarray(BLOCK_OCTETS, 2 * BLOCK_OCTETS) };
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, at) => octet ^ (b[at] ?? 0));
}
