/** The built client as a user runs it: what goes to stdout, what to stderr, and its exit status. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { hasIpv6 } from '../dgram-extended/support.ts';
import { Stage } from '../support/programs.ts';

/** A broadcast address of the loopback interface: the kernel refuses to send there (EACCES). */
const REFUSED = '127.255.255.255';
const MAIN = join(import.meta.dirname, '../../dist/src/client/main.js');

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

/** A port of 127.0.0.1 that takes Queries and never answers. */
async function silentPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => {
    socket.close();
  });
  await once(socket, 'listening');
  return socket.address().port;
}

describe('wrong usage: exit 2, two lines on stderr, nothing on stdout', () => {
  test.each([
    [[], 'SOURCE is missing'],
    [['--json', '-g', '127.0.0.1', 'x'], 'SOURCE x: not an address (or "any")'],
    [['--json', '-i', 'nowhere0', '10.1.0.2'], 'this host has no interface nowhere0 that is up and has an address'],
    [
      ['-g', '127.0.0.1', '-i', 'nowhere0', '10.1.0.2'],
      'this host has no interface nowhere0 that is up and has an address',
    ],
    [['-i', 'constructor', '10.1.0.2'], 'this host has no interface constructor that is up and has an address'],
    [['-g', '127.0.0.1', '10.1.0.2', '203.0.113.77'], '203.0.113.77 is not an address of this host. '],
  ])('%j', async (args, message) => {
    const { status, stdout, stderr } = await stage.mtrace2(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const [first, ...others] = stderr.split('\n');
    expect(first).toContain(`mtrace2: ${message}`);
    expect(others).toEqual(['Try: mtrace2 --help', '']);
  });
});

describe('trouble on this host: exit 3, since nothing came back', () => {
  test('one line on stderr, nothing on stdout', async () => {
    const { status, stdout, stderr } = await stage.mtrace2('-g', REFUSED, '10.1.0.2');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toBe(
      `mtrace2: no way to ${REFUSED} from here: it is a broadcast address, or not permitted (EACCES)\n`,
    );
  });

  test('with --json, an object all the same', async () => {
    const { status, stdout, stderr } = await stage.mtrace2('--json', '-g', REFUSED, '10.1.0.2');
    expect(status).toBe(3);
    const error = stderr.trimEnd().replace('mtrace2: ', '');
    expect(error).toContain('EACCES');
    expect(JSON.parse(stdout)).toEqual({
      query: null,
      ending: 'not-sent',
      error,
      roundTripMs: null,
      replies: [],
      hops: [],
    });
  });
});

describe('no reply: exit 3', () => {
  test('says so', async () => {
    const port = await silentPort();
    const { status, stdout, stderr } = await stage.mtrace2(
      ...['-g', '127.0.0.1', '--port', String(port), '-w', '0.1', '10.1.0.2'],
    );
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
    expect(stdout).toBe(
      `Mtrace2 from 10.1.0.2 to 127.0.0.1 by RPF\nNo reply from 127.0.0.1 port ${port} within 0.1 s.\n`,
    );
  });

  test('with --json, no hops and no error', async () => {
    const { status, stdout } = await stage.mtrace2(
      ...['--json', '-g', '127.0.0.1', '--port', String(await silentPort()), '-w', '0.1', '10.1.0.2'],
    );
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ ending: 'no-reply', error: null, replies: [], hops: [] });
  });
});

describe.each([4, 6] as const)('IPv%i: a gateway where nothing listens ends the wait at once: exit 3', (family) => {
  const gateway = family === 4 ? '127.0.0.1' : '::1';
  const closedPort = async () => {
    const socket = createSocket(family === 4 ? 'udp4' : 'udp6').bind(0, gateway);
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    return String(port);
  };
  const source = family === 4 ? '10.1.0.2' : '2001:db8::2';

  test.skipIf(family === 6 && !hasIpv6)('and says so', async () => {
    const port = await closedPort();
    const { status, stdout } = await stage.mtrace2('-g', gateway, '--port', port, '-w', '60', source);
    expect(status).toBe(3);
    expect(stdout).toContain(`\nNo reply from ${gateway} port ${port}: nothing listens there (ECONNREFUSED).\n`);
  });

  test.skipIf(family === 6 && !hasIpv6)('and says so in JSON', async () => {
    const { status, stdout } = await stage.mtrace2(
      ...['--json', '-g', gateway, '--port', await closedPort(), '-w', '60', source],
    );
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ ending: 'no-reply', error: 'nothing listens there (ECONNREFUSED)' });
  });
});

test('what is traced is said before the wait, which ^C ends', async () => {
  const client = stage.run('client/main.js', ['-g', '127.0.0.1', '--port', String(await silentPort()), '10.1.0.2']);
  await client.until('the headline', () => client.stdout === 'Mtrace2 from 10.1.0.2 to 127.0.0.1 by RPF\n');
  client.signal('SIGINT');
  expect(await client.end()).toBe(null);
  expect(client.stderr).toBe('');
});

test.skipIf(!existsSync('/dev/full'))('what cannot be written is said in one line: exit 3', async () => {
  const full = openSync('/dev/full', 'w');
  const client = stage.run('client/main.js', ['--help'], {}, full);
  expect(await client.end()).toBe(3);
  closeSync(full);
  expect(client.stderr).toMatch(/^mtrace2: cannot write: ENOSPC.*\n$/);
});

test.each([
  ['--help', 0],
  ['-g 127.0.0.1 -w 0.1 --json 10.1.0.2', 3],
])('a reader that has gone is no error of the trace: %s', async (args, status) => {
  const client = spawn('sh', ['-c', `(node ${MAIN} ${args} --port ${await silentPort()}; echo $? >&2) | true`]);
  let errors = '';
  client.stderr.on('data', (octets: Buffer) => {
    errors += octets.toString();
  });
  await once(client, 'close');
  expect(errors).toBe(`${status}\n`);
});
