import ssh2 from 'ssh2';

/** A pair for a server. ssh2 now and then writes an ed25519 key that it cannot read. */
export function generateKeys(keyType: 'ed25519' | 'rsa' = 'ed25519'): { private: string; public: string } {
  for (;;) {
    const pair =
      keyType === 'rsa'
        ? ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 })
        : ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}
