/**
 * Which algorithms a login offers: those that OpenSSH has on by default, and for routers that are too old for them, when that is
 * wanted, those that it has off: SHA-1 in signatures and key exchanges, DSA, CBC, MD5.
 */
import type { Algorithms, KexAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';

/** Host key algorithms in the order in which they are preferred, with the key type that each belongs to. */
const HOST_KEYS: readonly (readonly [ServerHostKeyAlgorithm, string])[] = [
  ['ssh-ed25519', 'ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256'],
  ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp384'],
  ['ecdsa-sha2-nistp521', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'ssh-rsa'],
  ['rsa-sha2-256', 'ssh-rsa'],
];

const LEGACY_HOST_KEYS: typeof HOST_KEYS = [
  ['ssh-rsa', 'ssh-rsa'],
  ['ssh-dss', 'ssh-dss'],
];

/** Key exchanges, in the order in which they are preferred. */
const KEXES: readonly KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group15-sha512',
  'diffie-hellman-group17-sha512',
];
/** The router chooses a prime, whose test stops the whole daemon for seconds: only for who knows nothing else. */
const CHOSEN_GROUP: KexAlgorithm = 'diffie-hellman-group-exchange-sha256';

/** Behind all others. */
const LEGACY = {
  cipher: { append: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'], prepend: [], remove: [] },
  hmac: { append: ['hmac-md5', 'hmac-sha1-96', 'hmac-md5-96'], prepend: [], remove: [] },
} as const satisfies Algorithms;

/** @param knownTypes of the host's keys that the known_hosts file has */
export function algorithms(knownTypes: readonly string[], isLegacy = false): Algorithms {
  const hostKeys = isLegacy ? [...HOST_KEYS, ...LEGACY_HOST_KEYS] : HOST_KEYS;
  // Known ones come first, as with ssh(1): else a router with several keys would show one we do not have.
  const isKnown = ([, keyType]: readonly [string, string]) => knownTypes.includes(keyType);
  const inOrder = [...hostKeys.filter(isKnown), ...hostKeys.filter((row) => !isKnown(row))];
  const serverHostKey = inOrder.map(([algorithm]) => algorithm);
  return { ...(isLegacy ? LEGACY : {}), kex: kexes(isLegacy), serverHostKey };
}

function kexes(isLegacy: boolean): KexAlgorithm[] {
  if (!isLegacy) return [...KEXES, CHOSEN_GROUP];
  const chosenGroups = [CHOSEN_GROUP, 'diffie-hellman-group-exchange-sha1'] as const;
  return [...KEXES, 'diffie-hellman-group14-sha1', ...chosenGroups, 'diffie-hellman-group1-sha1'];
}
