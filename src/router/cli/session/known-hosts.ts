/**
 * Judges a host key by the text of an OpenSSH known_hosts file: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". Pure.
 * Stricter than ssh(1) in one point: a key kept under the plain name is not taken for the same host at another port.
 * Lines marked `@cert-authority` are passed over, as host certificates are not supported.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type HostKeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

interface KnownHost {
  readonly revoked: boolean;
  readonly keyType: string;
  readonly key: Buffer;
}

/** Longest line that is looked at; the longest key in use (RSA, 16384 bits) needs 2,800. */
const LINE_LIMIT = 16 * 1024;

/**
 * What the file says of this key for this host. `changed`: the host is there, with another key of the same type.
 * A revoked key is never known, whatever other lines say.
 */
export function judgeHostKey(text: string, host: string, port: number, key: Buffer): HostKeyVerdict {
  const type = hostKeyType(key);
  let verdict: HostKeyVerdict = 'unknown';
  for (const entry of entriesFor(text, host, port)) {
    if (entry.key.equals(key)) {
      if (entry.revoked) return 'revoked';
      verdict = 'known';
    } else if (!entry.revoked && entry.keyType === type && verdict === 'unknown') verdict = 'changed';
  }
  return verdict;
}

/** The types of the keys that the file has for this host, in order: what to ask the host for first. */
export function knownKeyTypes(text: string, host: string, port: number): string[] {
  const types = new Set<string>();
  for (const entry of entriesFor(text, host, port)) if (!entry.revoked) types.add(entry.keyType);
  return [...types];
}

/** The name under which a file keeps a host: `[host]:port`, or the plain name at port 22. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** The line that would make this key known. */
export function knownHostLine(host: string, port: number, key: Buffer): string {
  return `${knownHostName(host, port)} ${hostKeyType(key)} ${key.toString('base64')}`;
}

/** `SHA256:` and 43 characters, as ssh-keygen(1) prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that stands at the beginning of a key: `ssh-ed25519`. Empty when there is none. RFC 4253 §6.6 */
export function hostKeyType(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length <= key.length - 4 ? key.toString('latin1', 4, 4 + length) : '';
}

function* entriesFor(text: string, host: string, port: number): Generator<KnownHost> {
  const name = knownHostName(host, port);
  for (const line of text.split('\n')) {
    if (line.length > LINE_LIMIT) continue;
    const fields = line.trim().split(/[ \t]+/);
    const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined;
    if (marker !== undefined && marker !== '@revoked') continue;
    const [names = '', keyType = '', encoded = ''] = fields;
    if (names === '' || names.startsWith('#') || !namesHost(names, name)) continue;
    const key = Buffer.from(encoded, 'base64');
    if (hostKeyType(key) !== keyType || keyType === '') continue; // Damaged, or a key of protocol 1.
    yield { revoked: marker === '@revoked', keyType, key };
  }
}

function namesHost(names: string, name: string): boolean {
  if (names.startsWith('|')) return isHashOf(names, name);
  let found = false;
  for (const pattern of names.toLowerCase().split(',')) {
    if (pattern.startsWith('!')) {
      if (matchesPattern(name, pattern.slice(1))) return false;
    } else if (!found) found = matchesPattern(name, pattern);
  }
  return found;
}

/** `|1|SALT|HASH`: HMAC-SHA1 of the name, keyed with the salt. */
function isHashOf(hashed: string, name: string): boolean {
  const [empty, version, salt = '', hash = '', ...rest] = hashed.split('|');
  if (empty !== '' || version !== '1' || rest.length > 0) return false;
  const expected = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  const actual = Buffer.from(hash, 'base64');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/**
 * `*` is any number of characters, `?` is one. Only the last star is ever tried again, which is enough, so the work
 * is at most the product of both lengths.
 */
function matchesPattern(name: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern++;
      starAt = at;
    } else if (pattern[inPattern] === '?' || pattern[inPattern] === name[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
