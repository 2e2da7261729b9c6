import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fingerprint,
  hostKeyType,
  judgeHostKey,
  knownHostLine,
  knownHostName,
  knownKeyTypes,
} from '../../../../src/router/cli/session/known-hosts.ts';

/** A key in the encoding of RFC 4253 §6.6, with a body that tells it from others. */
function keyOf(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type + body)]);
}

const KEY = keyOf('ssh-ed25519', 'first');
const OTHER = keyOf('ssh-ed25519', 'other');
const RSA = keyOf('ssh-rsa', 'third');
const text = (key: Buffer) => `${hostKeyType(key)} ${key.toString('base64')}`;

function hashed(name: string, salt = Buffer.from('twenty octets of salt')): string {
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

const judge = (file: string, host = 'r4.example.net', port = 22) => judgeHostKey(file, host, port, KEY);

describe('names', () => {
  test.each<[string, string, number, boolean]>([
    ['r4.example.net', 'r4.example.net', 22, true],
    ['r4.example.net', 'R4.Example.NET', 22, true],
    ['R4.Example.NET', 'r4.example.net', 22, true],
    ['other,r4.example.net', 'r4.example.net', 22, true],
    ['other', 'r4.example.net', 22, false],
    ['r4.example', 'r4.example.net', 22, false],
    ['r4.example.net', 'r4.example.net', 2222, false],
    ['[r4.example.net]:2222', 'r4.example.net', 2222, true],
    ['[r4.example.net]:2222', 'r4.example.net', 22, false],
    ['[r4.example.net]:2222', 'r4.example.net', 2223, false],
    ['2001:db8::1', '2001:db8::1', 22, true],
    ['[2001:db8::1]:2222', '2001:db8::1', 2222, true],
    ['*.example.net', 'r4.example.net', 22, true],
    ['*.example.net', 'example.net', 22, false],
    ['r?.example.net', 'r4.example.net', 22, true],
    ['r?.example.net', 'r44.example.net', 22, false],
    ['*', 'r4.example.net', 2222, true],
    ['10.255.0.*', '10.255.0.4', 22, true],
    ['*a*b', 'aab', 22, true],
    ['*a*b', 'aabc', 22, false],
    ['*,!r4.example.net', 'r4.example.net', 22, false],
    ['!r4.*,*', 'r4.example.net', 22, false],
    ['*,!r5.*', 'r4.example.net', 22, true],
    ['!r5.*', 'r4.example.net', 22, false],
    [hashed('r4.example.net'), 'R4.example.net', 22, true],
    [hashed('[r4.example.net]:2222'), 'r4.example.net', 2222, true],
    [hashed('r4.example.net'), 'r4.example.net', 2222, false],
    [hashed('r5.example.net'), 'r4.example.net', 22, false],
    [hashed('r4.example.net').replace('|1|', '|2|'), 'r4.example.net', 22, false],
    ['|1|', 'r4.example.net', 22, false],
  ])('%s names %s port %i: %s', (names, host, port, known) => {
    expect(judge(`${names} ${text(KEY)}\n`, host, port)).toBe(known ? 'known' : 'unknown');
  });

  test('the name that ssh-keygen(1) gives a host', () => {
    expect(knownHostName('R4', 22)).toBe('r4');
    expect(knownHostName('2001:db8::1', 830)).toBe('[2001:db8::1]:830');
  });
});

describe('lines', () => {
  test.each<[string, string]>([
    ['unknown', ''],
    ['unknown', `# r4.example.net ${text(KEY)}`],
    ['unknown', `#r4.example.net ${text(KEY)}`],
    ['known', `\n\n   \t r4.example.net \t ${text(KEY)} a comment\r\n`],
    ['known', `r4.example.net ${text(KEY)}\r\n`],
    ['known', `r4.example.net ${text(OTHER)}\nr4.example.net ${text(KEY)}`],
    ['known', `r4.example.net ${text(KEY)}\nr4.example.net ${text(OTHER)}`],
    ['changed', `r4.example.net ${text(OTHER)}`],
    ['unknown', `r4.example.net ${text(RSA)}`],
    ['unknown', `r5.example.net ${text(KEY)}`],
    ['revoked', `@revoked * ${text(KEY)}\nr4.example.net ${text(KEY)}`],
    ['revoked', `r4.example.net ${text(KEY)}\n@revoked r4.example.net ${text(KEY)}`],
    ['known', `@revoked r5.example.net ${text(KEY)}\nr4.example.net ${text(KEY)}`],
    ['unknown', `@revoked r4.example.net ${text(OTHER)}`],
    ['unknown', `@cert-authority r4.example.net ${text(KEY)}`],
    ['unknown', `@other r4.example.net ${text(KEY)}`],
    ['unknown', `r4.example.net ssh-rsa ${KEY.toString('base64')}`],
    ['unknown', `r4.example.net ${KEY.toString('base64')}`],
    ['unknown', 'r4.example.net 2048 65537 123456789'],
    ['unknown', `r4.example.net ssh-ed25519 ${KEY.toString('base64').slice(0, -6)}`.replace('ssh-ed25519 ', 'x ')],
    ['unknown', `${'x'.repeat(20_000)},r4.example.net ${text(KEY)}`],
  ])('%s: %j', (verdict, file) => {
    expect(judge(file)).toBe(verdict);
  });

  test('the types that a host has keys of, in order, without the revoked', () => {
    const file = `r4 ${text(RSA)}\nr4 ${text(KEY)}\nr4 ${text(OTHER)}\n@revoked r4 ecdsa-sha2-nistp256 ${keyOf('ecdsa-sha2-nistp256', '').toString('base64')}\n`;
    expect(knownKeyTypes(file, 'r4', 22)).toEqual(['ssh-rsa', 'ssh-ed25519']);
    expect(knownKeyTypes(file, 'r5', 22)).toEqual([]);
  });
});

test('the fingerprint is that of ssh-keygen -l', () => {
  const key = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIHK5QO5RpYk4TLpRoTXKqYVD/1a4iMqCj6z4nLw3kz0e', 'base64');
  expect(hostKeyType(key)).toBe('ssh-ed25519');
  expect(fingerprint(key)).toBe('SHA256:VCjykiIpzhr/VN30lEuxWHU+pLKr/4plD5b8TPJbzEo');
});

test('the line that is offered makes the key known', () => {
  fc.assert(
    fc.property(fc.domain(), fc.integer({ min: 1, max: 65535 }), fc.uint8Array(), (host, port, body) => {
      const key = keyOf('ssh-ed25519', Buffer.from(body).toString('latin1'));
      expect(judgeHostKey(knownHostLine(host, port, key), host, port, key)).toBe('known');
    }),
  );
});

test('any file and any key get a verdict, and only a line with the key makes it known', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.uint8Array(), (file, host, key) => {
      expect(['unknown', 'changed']).toContain(judgeHostKey(file, host, 22, Buffer.from(key)));
    }),
  );
});

test('a pattern of many stars is decided quickly', () => {
  const pattern = `${'*a'.repeat(2000)}*b`;
  expect(judge(`${pattern} ${text(KEY)}`, 'a'.repeat(250))).toBe('unknown');
});
