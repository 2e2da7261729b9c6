import { describe, expect, test } from 'vitest';
import { algorithms } from '../../../../src/router/cli/session/ssh-algorithms.ts';

describe('key exchanges, in the order of preference', () => {
  const SAFE = [
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

  test('one that stops the daemon comes behind all others', () => {
    expect(algorithms([]).kex).toEqual([...SAFE, 'diffie-hellman-group-exchange-sha256']);
  });

  test('also behind the old one that every router knows', () => {
    expect(algorithms([], true).kex).toEqual([
      ...SAFE,
      'diffie-hellman-group14-sha1',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group-exchange-sha1',
      'diffie-hellman-group1-sha1',
    ]);
  });
});
