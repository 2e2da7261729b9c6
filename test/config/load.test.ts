import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { PLATFORMS } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import * as frr from '../../src/router/cli/frr/commands.ts';
import { platforms } from '../../src/router/cli/platforms.ts';
import { parseAddress, parsePrefix } from '../../src/wire/address.ts';
import { generateKeys } from '../router/cli/support/keys.ts';
import { load, loadGood, temporaryFolder, write } from './files.ts';

/** Its snapshot is a file that is there: the configuration. */
const ROUTER = 'routers: [{ name: r1, readers: [{ kind: file, path: c.yaml }] }]\n';

/** One router with one reader, from line 1; the reader's keys stand from column 7 of line 4. */
function withReader(reader: string): string {
  return `routers:\n  - name: r1\n    readers:\n      - ${reader}\n`;
}

const CLI = 'kind: cli, platform: frr';
const SSH = `${CLI}, transport: ssh, host: r1, user: u, knownHosts: kh`;
/** A file of Linux that nobody may read, not even root. */
const UNREADABLE = '/proc/sys/net/ipv4/route/flush';

describe('defaults', () => {
  it('fill in whatever is not given', () => {
    const folder = temporaryFolder();
    const { config, warnings } = loadGood(ROUTER, {}, folder);
    expect(warnings).toEqual([]);
    expect(config).toEqual({
      listen: [
        { address: parseAddress('0.0.0.0'), port: 33435 },
        { address: parseAddress('::'), port: 33435 },
      ],
      multicast: { interfaces: [] },
      routers: [
        {
          name: 'r1',
          standIn: [],
          gateway: [],
          maxAgeMs: 1000,
          readers: [{ kind: 'file', path: `${folder}/c.yaml` }],
        },
      ],
      peers: [],
      native: { forward: true, port: 33435, ports: [] },
      access: { prohibit: [], hideFrom: [] },
      limits: {
        queries: { perSecond: 50, burst: 100 },
        requests: { perSecond: 500, burst: 1000 },
        reads: { perSecond: 50, concurrency: 4 },
      },
      replyTimeoutMs: 10_000,
      log: { level: 'info' },
    });
  });

  it('of ports follow the transport', () => {
    const { config } = loadGood(withReader(`{ ${SSH}, password: "env:P" }`), { P: 'x' });
    expect(config.routers[0]?.readers[0]).toMatchObject({ port: 22, loginsPerMinute: 6 });
  });
});

describe('values', () => {
  it('come out in the units and types of Config', () => {
    const { config } = loadGood(`
routers:
  - { name: r1, addresses: ["2001:DB8::1"], standIn: [127.0.0.2], gateway: [10.0.0.0/8], maxAge: 500ms, readers: [{ kind: file, path: /r1.json }] }
peers:
  - { name: a, address: 10.0.0.1, routers: [10.8.0.0/16, 10.9.0.1] }
  - { name: b, address: ["::1", 127.0.0.1], port: 1 }
replyTimeout: 1m
listen: [{ address: 127.0.0.1 }, { address: 127.0.0.1, port: 33436 }]
`);
    expect(config.routers).toEqual([
      {
        name: 'r1',
        addresses: [parseAddress('2001:db8::1')],
        standIn: [parseAddress('127.0.0.2')],
        gateway: [parsePrefix('10.0.0.0/8')],
        maxAgeMs: 500,
        readers: [{ kind: 'file', path: '/r1.json' }],
      },
    ]);
    expect(config.peers).toEqual([
      {
        name: 'a',
        addresses: [parseAddress('10.0.0.1')],
        port: 33435,
        routers: [parsePrefix('10.8.0.0/16'), parsePrefix('10.9.0.1/32')],
      },
      { name: 'b', addresses: [parseAddress('::1'), parseAddress('127.0.0.1')], port: 1, routers: [] },
    ]);
    expect(config.replyTimeoutMs).toBe(60_000);
  });
});

describe('SNMP readers', () => {
  it.each([
    ['{ kind: snmp, host: h, version: 1, community: "env:P" }', { version: 1, host: 'h', port: 161 }],
    ['{ kind: snmp, host: h, version: 2c, community: public@blue, port: 1161 }', { version: '2c', port: 1161 }],
    ['{ kind: snmp, host: h, version: 3, user: u, context: blue }', { version: 3, user: 'u', context: 'blue' }],
    [
      '{ kind: snmp, host: h, version: 3, user: u, authProtocol: md5, authKey: "env:P", privProtocol: aes256r, privKey: "env:P" }',
      { version: 3, authProtocol: 'md5', privProtocol: 'aes256r' },
    ],
  ])('%s', (reader, expected) => {
    const { config } = loadGood(withReader(reader), { P: 'x' });
    expect(config.routers[0]!.readers[0]).toMatchObject({ kind: 'snmp', ...expected });
  });
});

describe('one wrong key', () => {
  it.each([
    ['listen: []', 'c.yaml:1:9: listen: expected at least one entry, not an empty list'],
    [
      'listen: [{ adress: "::" }]',
      "c.yaml:1:10: listen[0]: missing key 'address': expected a unicast address, 0.0.0.0 or ::|c.yaml:1:12: listen[0]: unknown key 'adress' (did you mean 'address'?)",
    ],
    [
      'listen: [{ address: 224.0.0.2 }]',
      "c.yaml:1:21: listen[0].address: '224.0.0.2' is not a unicast address, 0.0.0.0 or ::",
    ],
    ['listen: [{ address: "::1", port: 0 }]', 'c.yaml:1:34: listen[0].port: 0 is not a port (1 to 65535)'],
    [
      'listen: [{ address: "::1" }, { address: "0::1", port: 33435 }]',
      'c.yaml:1:30: listen[1]: ::1 port 33435 is already given by listen[0]',
    ],
    [
      'multicast: { interfaces: [eth0/1] }',
      "c.yaml:1:27: multicast.interfaces[0]: 'eth0/1' is not the name of an interface",
    ],
    [
      'multicast: { interfaces: [a, a] }',
      'c.yaml:1:30: multicast.interfaces[1]: a is already given by multicast.interfaces[0]',
    ],
    [
      'routers: [{ name: r1, readers: [] }]',
      'c.yaml:1:32: routers[0].readers: expected at least one entry, not an empty list',
    ],
    ['routers: [{ name: r1 }]', "c.yaml:1:11: routers[0]: missing key 'readers': expected a list"],
    [
      'routers: [{ name: "r 1", readers: [{ kind: file, path: p }] }]',
      "c.yaml:1:19: routers[0].name: 'r 1' is not a name (letters, digits, '.', '_', '-'; at most 64)",
    ],
    [
      'routers: [{ name: r1, addresses: [10.1], readers: [{ kind: file, path: p }] }]',
      'c.yaml:1:35: routers[0].addresses[0]: 10.1 is not a unicast address',
    ],
    ...['0.0.0.0', '0.1.2.3', '240.0.0.1', '255.255.255.255'].map((nobody) => [
      `peers: [{ name: a, address: ${nobody} }]`,
      `c.yaml:1:29: peers[0].address: '${nobody}' is not a unicast address`,
    ]),
    [
      'routers: [{ name: r1, standIn: ["ff02::2"], readers: [{ kind: file, path: p }] }]',
      "c.yaml:1:33: routers[0].standIn[0]: 'ff02::2' is not a unicast address",
    ],
    [
      'routers: [{ name: r1, maxAge: 10, readers: [{ kind: file, path: p }] }]',
      'c.yaml:1:31: routers[0].maxAge: 10 is not a duration such as 10s, 500ms or 1m (0s to 60m)',
    ],
    [
      'routers: [{ name: r1, maxAge: 61m, readers: [{ kind: file, path: p }] }]',
      "c.yaml:1:31: routers[0].maxAge: '61m' is not a duration such as 10s, 500ms or 1m (0s to 60m)",
    ],
    [
      'peers: [{ name: a, address: 10.0.0.256 }]',
      "c.yaml:1:29: peers[0].address: '10.0.0.256' is not a unicast address",
    ],
    [
      'peers: [{ name: a, address: [10.0.0.1, "::1", 10.0.0.2] }]',
      'c.yaml:1:47: peers[0].address[2]: a second IPv4 address; a peer has one of each family',
    ],
    [
      'peers: [{ name: a, address: 10.0.0.1, routers: [10.8.0.0/33] }]',
      "c.yaml:1:49: peers[0].routers[0]: '10.8.0.0/33' is not an address or prefix",
    ],
    [
      'peers: [{ name: a, address: 1.1.1.1 }, { name: a, address: 1.1.1.2 }]',
      'c.yaml:1:48: peers[1].name: a is already given by peers[0].name',
    ],
    [
      'peers: [{ name: a, address: 1.1.1.1 }, { name: b, address: 1.1.1.1 }]',
      'c.yaml:1:60: peers[1].address: 1.1.1.1 port 33435 is already given by peers[0].address',
    ],
    [
      'listen: [{ address: 255.255.255.255 }]',
      "c.yaml:1:21: listen[0].address: '255.255.255.255' is not a unicast address, 0.0.0.0 or ::",
    ],
    [
      'listen: [{ address: 0.0.0.0 }, { address: "::1" }, { address: 127.0.0.1 }]',
      'c.yaml:1:63: listen[2].address: 127.0.0.1 port 33435 is taken by listen[0] already: 0.0.0.0 means all addresses',
    ],
    [
      'listen: [{ address: "::1", port: 7 }, { address: "::", port: 7 }]',
      'c.yaml:1:50: listen[1].address: ::1 port 7 is taken by listen[0] already: :: means all addresses',
    ],
    ['native: { forward: "no" }', 'c.yaml:1:20: native.forward: expected true or false, not text'],
    ['access: { queries: [all] }', "c.yaml:1:21: access.queries[0]: 'all' is not an address or prefix"],
    [
      'access: { prohibit: [239.0.0.0/33] }',
      "c.yaml:1:22: access.prohibit[0]: '239.0.0.0/33' is not an address or prefix",
    ],
    ['limits: { reads: { concurrency: 0 } }', 'c.yaml:1:33: limits.reads.concurrency: 0 is not a number (1 to 64)'],
    [
      'limits: { queries: { persecond: 5 } }',
      "c.yaml:1:22: limits.queries: unknown key 'persecond' (did you mean 'perSecond'?)",
    ],
    [
      'replyTimeout: 10 s',
      "c.yaml:1:15: replyTimeout: '10 s' is not a duration such as 10s, 500ms or 1m (100ms to 10m)",
    ],
    [
      'log: { level: verbose }',
      "c.yaml:1:15: log.level: 'verbose' is not a log level (fatal, error, warn, info, debug, trace, silent)",
    ],
    ['log:', 'c.yaml:1:1: log: no value: expected a map of keys and values'],
    ['', 'c.yaml:1:1: no value: expected a map of keys and values'],
    ['[]', 'c.yaml:1:1: expected a map of keys and values, not an empty list'],
  ])('%s', (text, expected) => {
    expect(load(text)).toEqual({ problems: expected.split('|') });
  });

  it.each([
    ['{ kind: ssh }', "c.yaml:4:17: routers[0].readers[0].kind: 'ssh' is not one of cli, snmp, file"],
    ['{ path: x }', "c.yaml:4:9: routers[0].readers[0]: missing key 'kind': expected one of cli, snmp, file"],
    ['{ kind: file }', "c.yaml:4:9: routers[0].readers[0]: missing key 'path': expected a path"],
    ['{ kind: file, path: "" }', "c.yaml:4:29: routers[0].readers[0].path: '' is not a path"],
    [
      '{ kind: cli, platform: frr }',
      "c.yaml:4:9: routers[0].readers[0]: missing key 'transport': expected one of ssh, telnet, exec",
    ],
    [`{ ${CLI}, transport: exec }`, "c.yaml:4:9: routers[0].readers[0]: missing key 'command': expected a list"],
    [
      `{ ${CLI}, transport: exec, command: vtysh -c }`,
      'c.yaml:4:63: routers[0].readers[0].command: expected a list, not text',
    ],
    [
      `{ ${CLI}, transport: exec, command: [] }`,
      'c.yaml:4:63: routers[0].readers[0].command: expected at least one entry, not an empty list',
    ],
    [
      `{ ${CLI}, transport: exec, command: [x], user: u }`,
      "c.yaml:4:68: routers[0].readers[0]: unknown key 'user' (known: kind, platform, vrf, transport, command)",
    ],
    [
      '{ kind: cli, platform: ios, transport: exec, command: [x] }',
      "c.yaml:4:32: routers[0].readers[0].platform: 'ios' is not a platform (frr, linux, mrouted, cisco-ios, cisco-iosxr, cisco-nxos, juniper-junos, arista-eos)",
    ],
    [
      `{ ${CLI}, transport: ssh, host: 10.0.0.256, user: u, knownHosts: k, password: "env:P" }`,
      "c.yaml:4:59: routers[0].readers[0].host: '10.0.0.256' is not an address or a host name",
    ],
    [
      `{ ${CLI}, transport: ssh, host: h, password: "env:P" }`,
      "c.yaml:4:9: routers[0].readers[0]: missing key 'user': expected a user|c.yaml:4:9: routers[0].readers[0]: missing key 'knownHosts': expected a path",
    ],
    [
      `{ ${CLI}, transport: ssh, host: h, passphrase: "env:P" }`,
      "c.yaml:4:9: routers[0].readers[0]: missing key 'user': expected a user|c.yaml:4:9: routers[0].readers[0]: missing key 'knownHosts': expected a path|c.yaml:4:9: routers[0].readers[0]: ssh needs 'privateKey', 'agent' or 'password'|c.yaml:4:74: routers[0].readers[0].passphrase: 'passphrase' needs 'privateKey'",
    ],
    [
      `{ ${SSH}, agent: sock, jump: { host: j } }`,
      "c.yaml:4:107: routers[0].readers[0].jump: missing key 'user': expected a user|c.yaml:4:107: routers[0].readers[0].jump: missing key 'knownHosts': expected a path|c.yaml:4:107: routers[0].readers[0].jump: ssh needs 'privateKey', 'agent' or 'password'",
    ],
    [
      `{ ${SSH}, agent: sock, jump: [] }`,
      'c.yaml:4:107: routers[0].readers[0].jump: expected a map of keys and values, not an empty list',
    ],
    [`{ ${SSH} }`, "c.yaml:4:9: routers[0].readers[0]: ssh needs 'privateKey', 'agent' or 'password'"],
    [
      `{ ${SSH}, agent: sock, passphrase: "env:P" }`,
      "c.yaml:4:113: routers[0].readers[0].passphrase: 'passphrase' needs 'privateKey'",
    ],
    [
      `{ ${SSH}, agent: sock, jump: { host: j, user: u, knownHosts: k } }`,
      "c.yaml:4:107: routers[0].readers[0].jump: ssh needs 'privateKey', 'agent' or 'password'",
    ],
    [
      `{ ${SSH}, agent: sock, legacyAlgorithms: some }`,
      'c.yaml:4:119: routers[0].readers[0].legacyAlgorithms: expected true or false, not text',
    ],
    [
      `{ ${SSH}, agent: sock, loginsPerMinute: 0 }`,
      'c.yaml:4:118: routers[0].readers[0].loginsPerMinute: 0 is not a number per minute (1 to 60)',
    ],
    [
      `{ ${SSH}, port: 70000, password: "env:P" }`,
      'c.yaml:4:94: routers[0].readers[0].port: 70000 is not a port (1 to 65535)',
    ],
    [
      `{ ${SSH}, password: 1234 }`,
      'c.yaml:4:98: routers[0].readers[0].password: expected text, not a number (quote it to make it text)',
    ],
    [
      `{ ${SSH}, password: "env:NONE" }`,
      'c.yaml:4:98: routers[0].readers[0].password: environment variable NONE is not set',
    ],
    [
      `{ ${SSH}, privateKey: "file:id" }`,
      'c.yaml:4:100: routers[0].readers[0].privateKey: id cannot be read: no such file or directory',
    ],
    ['{ kind: snmp, host: h }', `c.yaml:4:9: routers[0].readers[0]: missing key 'version': expected one of 1, 2c, 3`],
    ['{ kind: snmp, host: h, version: 2 }', `c.yaml:4:41: routers[0].readers[0].version: 2 is not one of 1, 2c, 3`],
    [
      '{ kind: snmp, host: h, version: 2c }',
      `c.yaml:4:9: routers[0].readers[0]: missing key 'community': expected text`,
    ],
    [
      '{ kind: snmp, host: h, version: 3, user: u, authProtocol: sha256 }',
      `c.yaml:4:67: routers[0].readers[0].authProtocol: 'authProtocol' needs 'authKey'`,
    ],
    [
      '{ kind: snmp, host: h, version: 3, user: u, privProtocol: aes, privKey: "env:P" }',
      `c.yaml:4:67: routers[0].readers[0].privProtocol: 'privProtocol' needs 'authProtocol'`,
    ],
    [
      '{ kind: snmp, host: h, version: 3, user: u, authKey: "env:P" }',
      `c.yaml:4:62: routers[0].readers[0].authKey: 'authKey' needs 'authProtocol'`,
    ],
  ])('reader %s', (reader, expected) => {
    expect(load(withReader(reader), { P: 'x' })).toEqual({ problems: expected.split('|') });
  });
});

describe('a private key', () => {
  const SECRETS = { KEY: generateKeys().private, GARBAGE: 'garbage', WRONG: 'hunter2', RIGHT: 'pass phrase' };
  const PUBLIC = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).public;
  const LOCKED = ssh2.utils.generateKeyPairSync('ecdsa', {
    bits: 256,
    passphrase: SECRETS.RIGHT,
    cipher: 'aes128-ctr',
    rounds: 1,
  }).private;
  const OLD = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: SECRETS.RIGHT },
  }).privateKey;
  const PKCS8 = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
  const NO_KEY = 'is not a private key in PEM or OpenSSH format; one that is in a file is given as file:PATH';
  const env = { ...SECRETS, PUBLIC, LOCKED, OLD, PKCS8 };
  const problemsOf = (keys: string) =>
    (load(withReader(`{ ${SSH}, ${keys} }`), env) as { problems?: string[] }).problems?.map((line) =>
      line.replace(/^c.yaml:[\d:]+ routers\[0\]\.readers\[0\]\./, ''),
    );

  it.each([
    'privateKey: "env:KEY"',
    'privateKey: "env:LOCKED", passphrase: "env:RIGHT"',
    'password: "env:WRONG", jump: { host: j, user: u, knownHosts: k, privateKey: "env:KEY" }',
  ])('that works: %s', (keys) => {
    expect(problemsOf(keys)).toBeUndefined();
  });

  it.each([
    ['privateKey: "env:GARBAGE"', `privateKey: ${NO_KEY}`],
    ['privateKey: /etc/mtrace2d/id', `privateKey: ${NO_KEY}`],
    ['privateKey: "env:PUBLIC"', `privateKey: ${NO_KEY}`],
    [
      'privateKey: "env:PKCS8"',
      "privateKey: is of a format that is not known here; 'ssh-keygen -p -f FILE' writes one of RSA or ECDSA as OpenSSH's, 'ssh-keygen -t ed25519' makes a new one",
    ],
    ['privateKey: "env:LOCKED"', "privateKey: is encrypted: set 'passphrase'"],
    ['privateKey: "env:OLD"', "privateKey: is encrypted: set 'passphrase'"],
    [
      'privateKey: "env:LOCKED", passphrase: "env:WRONG"',
      expect.stringContaining('privateKey: cannot be used: OpenSSH key integrity check failed'),
    ],
    ['privateKey: "env:LOCKED", passphrase: "env:NONE"', 'passphrase: environment variable NONE is not set'],
    ['agent: sock, jump: { host: j, user: u, knownHosts: k, privateKey: "env:GARBAGE" }', `jump.privateKey: ${NO_KEY}`],
  ])('that does not is refused at its place: %s', (keys, problem) => {
    expect(problemsOf(keys)).toEqual([problem]);
  });
});

describe('a password', () => {
  const problemsOf = (reader: string, value: string) =>
    (load(withReader(reader), { P: value, Q: 'x' }) as { problems?: string[] }).problems?.map((line) =>
      line.replace(/^c.yaml:[\d:]+ routers\[0\]\.readers\[0\]\./, ''),
    );
  const TELNET = 'kind: cli, platform: cisco-ios, transport: telnet, host: h';
  const fault = 'holds a line end or another control character, but is sent as one line';

  it.each([
    [`{ ${TELNET}, password: "env:P" }`, 'password'],
    [`{ ${TELNET}, enablePassword: "env:P" }`, 'enablePassword'],
    [`{ ${SSH}, password: "env:P" }`, 'password'],
    [`{ ${SSH.replace('frr', 'cisco-ios')}, agent: sock, enablePassword: "env:P" }`, 'enablePassword'],
    [`{ ${SSH}, agent: sock, jump: { host: j, user: u, knownHosts: k, password: "env:P" } }`, 'jump.password'],
  ])('of several lines is refused, which would be several attempts: %s', (reader, key) => {
    for (const value of ['user\npassword', 'password\r', generateKeys().private, 'p\0a\0'])
      expect(problemsOf(reader, value)).toEqual([`${key}: ${fault}`]);
    expect(problemsOf(reader, 'pass word, é')).toBeUndefined();
  });

  it('that is missing is not judged', () => {
    expect(problemsOf(`{ ${TELNET}, password: "env:NONE" }`, '')).toEqual([
      'password: environment variable NONE is not set',
    ]);
  });
});

describe('an enable password', () => {
  /** What a session would ask for it by. */
  const terminalOf = (platform: (typeof PLATFORMS)[number], transport: string) =>
    platform === 'frr' && transport === 'telnet' ? frr.terminal : platforms[platform]({}).terminal;

  it.each(
    PLATFORMS.flatMap(
      (platform) =>
        [
          [platform, 'ssh'],
          [platform, 'telnet'],
        ] as const,
    ),
  )('is refused where it has no effect: %s by %s', (platform, transport) => {
    const ssh = transport === 'ssh' ? ', user: u, knownHosts: k, agent: a' : '';
    const reader = `{ enablePassword: "env:P", kind: cli, platform: ${platform}, transport: ${transport}, host: h${ssh} }`;
    const { problems = [] } = load(withReader(reader), { P: 'x' }) as { problems?: string[] };
    const refusal = `c.yaml:4:27: routers[0].readers[0].enablePassword: has no effect with platform ${platform} by ${transport}`;
    const hasEffect = terminalOf(platform, transport)?.enable !== undefined;
    expect(problems.filter((line) => line.includes('enablePassword'))).toEqual(hasEffect ? [] : [refusal]);
  });
});

describe('rules between keys', () => {
  it('router names and stand-in addresses are given once', () => {
    const text = `routers:
  - { name: r1, standIn: [192.0.2.1, "2001:db8::1"], readers: [{ kind: file, path: a }] }
  - { name: r2, standIn: [192.0.2.2, "2001:DB8:0::1"], readers: [{ kind: file, path: a }] }
  - { name: r1, standIn: [192.0.2.2], readers: [{ kind: file, path: a }] }
`;
    expect(load(text)).toEqual({
      problems: [
        'c.yaml:3:38: routers[1].standIn[1]: 2001:db8::1 is already given by routers[0].standIn[1]',
        'c.yaml:4:13: routers[2].name: r1 is already given by routers[0].name',
        'c.yaml:4:27: routers[2].standIn[0]: 192.0.2.2 is already given by routers[1].standIn[0]',
      ],
    });
  });

  it('a slip in one part does not hide what is wrong in another', () => {
    const text = `${ROUTER}log: { level: loud }\nlisten: [{ address: "::" }, { address: "::" }]\nfoo: 1\n`;
    expect(load(text)).toEqual({
      problems: [
        "c.yaml:2:15: log.level: 'loud' is not a log level (fatal, error, warn, info, debug, trace, silent)",
        'c.yaml:3:29: listen[1]: :: port 33435 is already given by listen[0]',
        "c.yaml:4:1: unknown key 'foo' (known: listen, multicast, routers, peers, native, access, limits, replyTimeout, log)",
      ],
    });
  });
});

it.each(['frr', 'linux', 'juniper-junos'])('a VRF of %s', (platform) => {
  const { config } = loadGood(
    withReader(`{ kind: cli, platform: ${platform}, transport: exec, command: [x], vrf: blue }`),
  );
  expect(config.routers[0]?.readers[0]).toMatchObject({ platform, vrf: 'blue' });
});

it.each(['all', 'ALL', '*'])('%s is no VRF: a router would tell of every one', (vrf) => {
  const reader = `{ kind: cli, platform: cisco-nxos, transport: exec, command: [x], vrf: "${vrf}" }`;
  expect(load(withReader(reader))).toEqual({
    problems: [
      `c.yaml:4:80: routers[0].readers[0].vrf: '${vrf}' is not a VRF (letters, digits, '.', '_', ':', '-'; at most 64; not 'all')`,
    ],
  });
});

it.each(['vrf: 100', 'vrf: true'])('a VRF may be called so, in quotes: %s', (vrf) => {
  const reader = (key: string) => `{ ${CLI}, transport: exec, command: [sh], ${key} }`;
  expect(load(withReader(reader(vrf)))).toEqual({ problems: [expect.stringContaining('vrf: expected text, not ')] });
  const { config } = loadGood(withReader(reader(vrf.replace(/\w+$/, '"$&"'))));
  expect(config.routers[0]?.readers[0]).toMatchObject({ vrf: vrf.slice('vrf: '.length) });
});

describe('what this version lacks', () => {
  it.each([
    [
      '{ kind: cli, platform: linux, transport: telnet, host: h }',
      ['c.yaml:4:50: routers[0].readers[0].transport: telnet is not supported in this version with platform linux'],
    ],
    [
      '{ kind: cli, platform: mrouted, transport: telnet, host: h, vrf: blue }',
      [
        'c.yaml:4:52: routers[0].readers[0].transport: telnet is not supported in this version with platform mrouted',
        'c.yaml:4:74: routers[0].readers[0].vrf: a VRF is not supported in this version with platform mrouted',
      ],
    ],
  ])('is refused at its key: %s', (reader, problems) => {
    expect(load(withReader(reader), { P: 'x' })).toEqual({ problems });
  });

  it('is refused together with everything else that is wrong, in the order of the text', () => {
    const text = `listn: []
routers:
  - name: r1
    readers:
      - { kind: snmp, host: h }
      - { kind: cli, platform: linux, transport: telnet, host: h, user: 7 }
      - { kind: cli, platform: ios, transport: ssh }
  - name: "r 2"
    readers: [7, { platform: 5 }, null, { kind: cli, platform: juniper-junos, transport: exec, command: [x], vrf: 'a b' }]
  - 9
log: { level: loud }
`;
    const { problems = [] } = load(text) as { problems?: string[] };
    expect(problems.map((line) => line.replace(/: (missing key '\w+'|unknown key '\w+').*/, ': $1'))).toEqual([
      "c.yaml:1:1: unknown key 'listn'",
      "c.yaml:5:9: routers[0].readers[0]: missing key 'version'",
      'c.yaml:6:50: routers[0].readers[1].transport: telnet is not supported in this version with platform linux',
      'c.yaml:6:73: routers[0].readers[1].user: expected text, not a number (quote it to make it text)',
      "c.yaml:7:9: routers[0].readers[2]: missing key 'host'",
      "c.yaml:7:9: routers[0].readers[2]: missing key 'user'",
      "c.yaml:7:9: routers[0].readers[2]: missing key 'knownHosts'",
      "c.yaml:7:9: routers[0].readers[2]: ssh needs 'privateKey', 'agent' or 'password'",
      "c.yaml:7:32: routers[0].readers[2].platform: 'ios' is not a platform (frr, linux, mrouted, cisco-ios, cisco-iosxr, cisco-nxos, juniper-junos, arista-eos)",
      "c.yaml:8:11: routers[1].name: 'r 2' is not a name (letters, digits, '.', '_', '-'; at most 64)",
      'c.yaml:9:15: routers[1].readers[0]: expected a map of keys and values, not a number',
      "c.yaml:9:18: routers[1].readers[1]: missing key 'kind'",
      'c.yaml:9:35: routers[1].readers[2]: no value: expected a map of keys and values',
      "c.yaml:9:115: routers[1].readers[3].vrf: 'a b' is not a VRF (letters, digits, '.', '_', ':', '-'; at most 64; not 'all')",
      'c.yaml:10:5: routers[2]: expected a map of keys and values, not a number',
      "c.yaml:11:15: log.level: 'loud' is not a log level (fatal, error, warn, info, debug, trace, silent)",
    ]);
  });

  it.each([
    '7',
    'routers: 7',
    'routers: { readers: [] }',
    'routers: [{ name: a, readers: 7 }]',
    'routers: [[{ kind: snmp }]]',
  ])('is looked for in what has another shape: %s', (text) => {
    expect(load(text)).toMatchObject({ problems: [expect.not.stringContaining('supported')] });
  });

  it.each([
    [`{ ${CLI}, transport: exec, command: [sh] }`],
    ['{ kind: cli, platform: linux, transport: exec, command: [sh] }'],
  ])('is not: %s', (reader) => {
    expect(loadGood(withReader(reader)).warnings).toEqual([]);
  });
});

describe('what is probably not meant', () => {
  it('no routers', () => {
    expect(loadGood('native: {}\n').warnings).toEqual(['c.yaml:1:1: routers: no routers: no Query can be answered']);
  });

  it('a peer that cannot be reached in the family of its routers', () => {
    const text = `${ROUTER}peers:\n  - { name: a, address: 10.0.0.1, routers: [10.8.0.0/16, "2001:db8:8::/48"] }\n`;
    expect(loadGood(text).warnings).toEqual([
      'c.yaml:3:58: peers[0].routers[1]: 2001:db8:8::/48 is out of reach: peer a has no IPv6 address, and a trace keeps to one family (RFC 8487 §3)',
    ]);
  });

  it('a peer that is this daemon itself', () => {
    const text = (port: number) =>
      `${ROUTER}listen: [{ address: 10.0.0.1, port: 33436 }]\npeers:\n  - { name: a, address: 10.0.0.1, port: ${port} }\n`;
    expect(loadGood(text(33436)).warnings).toEqual([
      'c.yaml:4:25: peers[0].address: a is where this daemon listens itself: its Requests go in circles',
    ]);
    expect(loadGood(text(33435)).warnings).toEqual([]);
  });

  it('the same routers behind two peers', () => {
    const text = `${ROUTER}peers:
  - { name: a, address: 10.0.0.1, routers: [10.8.0.0/16, 10.9.0.0/16] }
  - { name: b, address: 10.0.0.2, routers: [10.8.0.0/15, 10.9.0.0/16] }\n`;
    expect(loadGood(text).warnings).toEqual([
      'c.yaml:4:58: peers[1].routers[1]: 10.9.0.0/16 is asked of peer a, which comes first, and never of b',
    ]);
  });

  it('a gateway that would never hear what it asks', () => {
    const router = (more: string) =>
      `routers: [{ name: gw, gateway: [10.0.0.0/8], ${more}readers: [{ kind: file, path: c.yaml }] }]\n`;
    expect(loadGood(router('')).warnings).toEqual([
      "c.yaml:1:32: routers[0].gateway: gw has no standIn: traces through it end with this daemon's routers",
    ]);
    expect(loadGood(router('standIn: [10.0.0.1], ')).warnings).toEqual([]);
  });

  it('secrets in clear text or for everybody', () => {
    const folder = temporaryFolder();
    write(folder, 'id', generateKeys().private, 0o644);
    write(folder, 'kh', '');
    const jump = 'jump: { host: j, user: u, knownHosts: kh, password: hunter2 }';
    const text = withReader(`{ ${SSH}, password: hunter2, privateKey: "file:id", ${jump} }`);
    expect(loadGood(text, {}, folder).warnings).toEqual([
      'c.yaml:4:98: routers[0].readers[0].password: a secret in clear text; better file:PATH, env:NAME or credential:NAME',
      'c.yaml:4:119: routers[0].readers[0].privateKey: id can be read by everybody; chmod o-r',
      'c.yaml:4:182: routers[0].readers[0].jump.password: a secret in clear text; better file:PATH, env:NAME or credential:NAME',
    ]);
  });

  it('a file of known hosts, or an agent, that is not there or may not be used', async () => {
    const folder = temporaryFolder();
    const text = withReader(`{ ${SSH}, agent: "env:A", jump: { host: j, user: u, knownHosts: folder, agent: file } }`);
    mkdirSync(join(folder, 'folder'));
    write(folder, 'file', '');
    expect(loadGood(text, {}, folder).warnings).toEqual([
      'c.yaml:4:84: routers[0].readers[0].knownHosts: kh is not there: no host is known',
      'c.yaml:4:95: routers[0].readers[0].agent: env:A is not there: it has no keys',
      'c.yaml:4:142: routers[0].readers[0].jump.knownHosts: folder is not a file: no host is known',
      'c.yaml:4:157: routers[0].readers[0].jump.agent: file is not a socket: it has no keys',
    ]);
    expect(
      loadGood(withReader(`{ ${SSH}, password: "env:P" }`.replace('kh', UNREADABLE)), { P: 'x' }).warnings,
    ).toEqual([
      `c.yaml:4:84: routers[0].readers[0].knownHosts: ${UNREADABLE} cannot be read: permission denied: no host is known`,
    ]);
    write(folder, 'kh', '');
    const agent = createServer().listen(join(folder, 'sock'));
    await once(agent, 'listening');
    expect(loadGood(withReader(`{ ${SSH}, agent: sock }`), {}, folder).warnings).toEqual([]);
    agent.close();
  });

  it('a program, or a snapshot, that is not there', () => {
    const folder = temporaryFolder();
    const warningsOf = (program: string, PATH: string) =>
      loadGood(withReader(`{ ${CLI}, transport: exec, command: [${program}, -c] }`), { PATH }, folder).warnings;
    const warning = (what: string) => [`c.yaml:4:64: routers[0].readers[0].command[0]: ${what}: nothing can be asked`];
    for (const name of ['bin', 'vtysh']) mkdirSync(join(folder, name));
    write(folder, 'flat', '');
    write(join(folder, 'bin'), 'vtysh', '', 0o755);
    expect(warningsOf(`${folder}/none`, '/bin')).toEqual(warning('none is not there'));
    expect(warningsOf(`${folder}/flat`, '/bin')).toEqual(warning('flat cannot be executed'));
    expect(warningsOf(`${folder}/bin`, '/bin')).toEqual(warning('bin is not a program'));
    expect(warningsOf(`${folder}/bin/vtysh`, '/bin')).toEqual([]);
    expect(warningsOf('vtysh', `${folder}:${folder}/none`)).toEqual(warning('vtysh is not in PATH'));
    expect(warningsOf('vtysh', `${folder}:${folder}/bin`)).toEqual([]);
    expect(loadGood(withReader('{ kind: file, path: "file:r1.json" }'), {}, folder).warnings).toEqual([
      'c.yaml:4:29: routers[0].readers[0].path: file:r1.json is not there: it tells nothing',
    ]);
  });
});

describe('the file itself', () => {
  it.each([
    ['nowhere.yaml', 'cannot be read: no such file or directory'],
    ['.', 'not a file'],
  ])('%s', (name, what) => {
    expect(loadConfig(`${temporaryFolder()}/${name}`)).toEqual({ problems: [{ line: 1, column: 1, path: '', what }] });
  });

  it('is not read when it is far too long', () => {
    const path = write(temporaryFolder(), 'c.yaml', ' '.repeat(1024 * 1024 + 1));
    expect(loadConfig(path)).toMatchObject({ problems: [{ what: 'too long for a configuration (1048577 octets)' }] });
  });
});
