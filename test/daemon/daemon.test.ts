/** The built daemon on real sockets of the loopback interface: what it answers, what it drops, how it starts and ends. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { downstreamAddress, RECEIVER, SOURCE, SSM_GROUP } from '../../src/demo/network.ts';
import { Stage } from '../support/programs.ts';
import { vectors } from '../support/vectors.ts';

/** Addresses of this test run alone, so that two may run at once. */
const OWN = `127.${64 + (process.pid % 64)}.${(process.pid >> 6) % 256}`;
const WEST = `${OWN}.11`;
const EAST = `${OWN}.12`;
const STAND_IN = `${OWN}.13`;
const OWN_PORT = 20_000 + (process.pid % 10_000);
const TRACE = ['-g', WEST, SOURCE, RECEIVER, SSM_GROUP];

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

async function sendTo(address: string, datagrams: readonly Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const octets of datagrams) {
    await new Promise<void>((resolve, reject) => {
      socket.send(octets, 33435, address, (error) => (error === null ? resolve() : reject(error)));
    });
  }
  socket.close();
}

describe('answers', () => {
  test('a trace through all its routers, with growing counters when the snapshots change', async () => {
    await stage.daemon('west', stage.config(WEST, [4, 3, 2, 1]));
    const count = async () => {
      const { output, status } = await stage.mtrace2('--json', ...TRACE);
      expect(status).toBe(0);
      const { hops } = JSON.parse(output) as { hops: Record<string, unknown>[] };
      expect(hops.map((hop) => hop.upstreamRouterAddress)).toEqual([
        '127.34.0.3',
        '127.23.0.2',
        '127.12.0.1',
        '0.0.0.0',
      ]);
      return hops.map((hop) => hop.sourceGroupPacketCount);
    };
    expect(await count()).toEqual(Array(4).fill('6000'));
    for (const n of [1, 2, 3, 4]) stage.writeSnapshot(n, 61);
    await new Promise((resolve) => setTimeout(resolve, 1100)); // maxAge
    expect(await count()).toEqual(Array(4).fill('6100'));
  });

  test('as a stand-in, from the stand-in address', async () => {
    const config = JSON.parse(stage.config(WEST, [3, 2, 1]));
    config.routers[0].standIn = [STAND_IN];
    await stage.daemon('west', JSON.stringify(config));
    const { output, status } = await stage.mtrace2('--json', '-g', STAND_IN, SOURCE, SSM_GROUP);
    expect(status).toBe(0);
    const { hops, replies } = JSON.parse(output);
    expect(replies).toMatchObject([{ from: STAND_IN, fromPort: 33435 }]);
    expect(hops[0]).toMatchObject({ outgoingInterfaceAddress: downstreamAddress(3) });
  });

  test('through a peer; and when the peer is gone, a partial path with FATAL_ERROR at once', async () => {
    const peer = (name: string, address: string, routers: readonly number[]) => ({
      peers: [{ name, address, routers: routers.map(downstreamAddress) }],
    });
    await stage.daemon('west', stage.config(WEST, [4, 3], peer('east', EAST, [2, 1])));
    const east = await stage.daemon('east', stage.config(EAST, [2, 1], peer('west', WEST, [4, 3])));
    const whole = await stage.mtrace2('--json', ...TRACE);
    expect(whole.status).toBe(0);
    expect(JSON.parse(whole.output)).toMatchObject({
      replies: [{ from: EAST }],
      hops: Array(4).fill({ forwardingCodeName: 'NO_ERROR' }),
    });

    await east.stop();
    const partial = await stage.mtrace2('--json', '-w', '3', ...TRACE);
    expect(partial.status).toBe(1);
    const { hops, replies } = JSON.parse(partial.output);
    expect(replies).toMatchObject([{ from: WEST }]);
    expect(hops.map((hop: Record<string, unknown>) => hop.forwardingCodeName)).toEqual(['NO_ERROR', 'FATAL_ERROR']);
  });
});

describe('drops', () => {
  test('what is not a message, with a counted reason, and goes on', async () => {
    const daemon = await stage.daemon('west', stage.config(WEST, [4, 3, 2, 1]));
    const [octets] = vectors()
      .filter(({ name }) => name === 'query4.hex')
      .map((one) => one.octets);
    const tooLong = Uint8Array.of(...octets!, 6, 255, 0, 0, ...new Uint8Array(65_276));
    await sendTo(WEST, [octets!.subarray(0, 19), octets!.subarray(0, 3), Uint8Array.of(9, 9, 9, 9), tooLong]);
    await daemon.until('drops', () => daemon.lines('dropped').length >= 4);
    expect(daemon.lines('dropped').map(({ reason, value, from, total }) => ({ reason, value, from, total }))).toEqual(
      [
        ['truncated-header', 19],
        ['too-short', 3],
        ['unknown-tlv-type', 9],
        ['longer-than-slot', 2048],
      ].map(([reason, value]) => ({ reason, value, from: '127.0.0.1', total: 1 })),
    );
    expect((await stage.mtrace2(...TRACE)).status).toBe(0);
  });

  test('thousands of random datagrams, in one line a second for each reason, and goes on', async () => {
    const daemon = await stage.daemon('west', stage.config(WEST, [4, 3, 2, 1]));
    const mutated = fc
      .tuple(fc.constantFrom(...vectors().map((one) => one.octets)), fc.nat(400), fc.nat(255))
      .map(([octets, at, octet]) => {
        const changed = octets.slice();
        changed[at % changed.length] = octet;
        // No Query that would be answered: this host is no last hop for its own addresses.
        return changed;
      });
    const datagrams = fc.sample(fc.oneof(fc.uint8Array({ maxLength: 1500 }), mutated), { numRuns: 3000, seed: 8487 });
    await sendTo(WEST, datagrams);
    expect((await stage.mtrace2(...TRACE)).status).toBe(0);
    expect(daemon.output.split('\n').length).toBeLessThan(200);
    expect(await daemon.stop()).toBe(0);
    const [{ counts } = { counts: undefined }] = daemon.lines('stopped') as {
      counts?: { dropped: Record<string, number> };
    }[];
    const dropped = Object.values(counts!.dropped).reduce((sum, count) => sum + count, 0);
    expect(dropped).toBeGreaterThan(2500);
  });

  test('a Query from a network that may not ask', async () => {
    const daemon = await stage.daemon('west', stage.config(WEST, [4], { access: { queries: ['127.4.0.0/24'] } }));
    expect((await stage.mtrace2('-w', '0.5', '-g', WEST, SOURCE, SSM_GROUP)).status).toBe(3);
    expect(daemon.lines('dropped')).toMatchObject([{ reason: 'sender-not-allowed' }]);
  });
});

describe('the program', () => {
  test('a wrong configuration: exit 2 with FILE:LINE:COL', async () => {
    const path = stage.write('wrong.yaml', 'listen:\n  - { address: 127.0.0.1, port: 70000 }\nrouter: []\n');
    for (const command of [
      ['check', '-c', path],
      ['run', '-c', path],
      ['-c', path],
    ]) {
      const program = stage.run('main.js', command);
      expect(await program.end()).toBe(2);
      expect(program.output).toContain(`${path}:2:33: listen[0].port: 70000`);
      expect(program.output).toContain(`${path}:3:1: unknown key 'router'`);
    }
  });

  test('a good configuration: check exits 0', async () => {
    const path = stage.write('good.yaml', stage.config(WEST, [1]));
    const program = stage.run('main.js', ['check', '-c', path]);
    expect(await program.end()).toBe(0);
  });

  test.each([
    [[], 'Give -c FILE'],
    [['fly', '-c', 'x'], 'mtrace2d: fly: not a command; there are run and check\n'],
    [['run', '--config'], 'mtrace2d: --config needs a value\n'],
    [['check', '-c', 'a', '-c', 'b'], 'mtrace2d: -c is given twice\n'],
    [['check', 'a', '-c', 'b'], 'mtrace2d: a: one word too many after check\n'],
    [['--constructor', '-c', 'a'], 'mtrace2d: unknown option: --constructor\n'],
    [['check', '-c', '/nowhere/x.yaml'], '/nowhere/x.yaml:1:1: cannot be read'],
  ])('%j: exit 2', async (args, complaint) => {
    const program = stage.run('main.js', args);
    expect(await program.end()).toBe(2);
    expect(program.output).toContain(complaint);
  });

  test.each(['-h', '--help'])('%s: exit 0', async (option) => {
    const program = stage.run('main.js', [option]);
    expect(await program.end()).toBe(0);
    expect(program.output).toContain('Usage: mtrace2d [run|check] -c FILE');
  });

  test('goes on when its log cannot be written: a full disk is no reason not to answer', async () => {
    const full = openSync('/dev/full', 'w');
    const path = stage.write('west.yaml', stage.config(WEST, [4, 3, 2, 1]));
    const daemon = stage.run('main.js', ['-c', path], {}, full);
    closeSync(full);
    await expect.poll(async () => (await stage.mtrace2('-w', '1', ...TRACE)).status, { timeout: 15_000 }).toBe(0);
    expect(daemon.isRunning).toBe(true);
    expect(await daemon.stop()).toBe(0);
  });

  test('a port that is taken: exit 1, naming it', async () => {
    await stage.daemon('west', stage.config(WEST, [4]));
    const second = stage.run('main.js', ['-c', join(stage.folder, 'west.yaml')]);
    expect(await second.end()).toBe(1);
    expect(second.output).toContain(`EADDRINUSE ${WEST}:33435`);
  });

  test('SIGHUP: a wrong configuration keeps the old one, a good one replaces it', async () => {
    const daemon = await stage.daemon('west', stage.config(WEST, [4]));
    stage.write('west.yaml', '{"routers": 7}');
    daemon.signal('SIGHUP');
    await daemon.until('the complaint', () => daemon.output.includes('the old one stays'));
    expect(daemon.output).toContain(`${join(stage.folder, 'west.yaml')}:1:13: routers:`);
    expect(await endingOf(TRACE)).toEqual(['FATAL_ERROR']);

    stage.write('west.yaml', stage.config(WEST, [4, 3, 2, 1]));
    daemon.signal('SIGHUP');
    await daemon.until('learned the others', () => daemon.lines('learned').length === 4);
    expect(await endingOf(TRACE)).toEqual(Array(4).fill('NO_ERROR'));

    stage.write('west.yaml', stage.config(EAST, [4, 3, 2, 1]));
    daemon.signal('SIGHUP');
    await daemon.until('ready elsewhere', () => daemon.lines('ready').length === 3);
    expect(await endingOf(['-g', EAST, ...TRACE.slice(2)])).toEqual(Array(4).fill('NO_ERROR'));
    expect((await stage.mtrace2('-w', '0.5', ...TRACE)).status).toBe(3);
  });

  test('SIGHUP: what was learned of routers that stay is kept, and so are their clients', async () => {
    const daemon = await stage.daemon('west', stage.config(WEST, [4]));
    stage.write('r4.json', 'half a f');
    daemon.signal('SIGHUP');
    await daemon.until('ready again', () => daemon.lines('ready').length === 2);
    expect(await endingOf(TRACE)).toEqual(['FATAL_ERROR']);
  });

  describe('with a trace that waits for a router', () => {
    /** r4 from its file; r3 over a command that neither answers nor ends, and leaves its process numbers in files. */
    const slowConfig = (replyTimeout: string) => {
      const config = JSON.parse(stage.config(WEST, [4], { replyTimeout }));
      const leaves = (name: string) => `echo $$ >> ${join(stage.folder, name)}`;
      const script = `trap "" TERM; case "$0" in *mroute*) ${leaves('forwarding')};; *) ${leaves('table')};; esac; while :; do sleep 0.1; done`;
      const reader = { kind: 'cli', platform: 'frr', transport: 'exec', command: ['sh', '-c', script] };
      config.routers.push({ name: 'r3', addresses: ['127.34.0.3'], readers: [reader] });
      return JSON.stringify(config);
    };
    const waiting = async (replyTimeout: string) => {
      const daemon = stage.run('main.js', ['-c', stage.write('west.yaml', slowConfig(replyTimeout))]);
      await daemon.until('learned r4', () => daemon.lines('learned').length === 1);
      const ending = endingOf(TRACE);
      await daemon.until('asked for its state', () => existsSync(join(stage.folder, 'forwarding')));
      return { daemon, ending };
    };

    test('SIGTERM: the client gets what is known; a second one makes haste, and no command is left behind', async () => {
      const { daemon, ending } = await waiting('60s');
      daemon.signal('SIGTERM');
      await daemon.until('stopping', () => daemon.lines('stopping').length === 1);
      daemon.signal('SIGHUP');
      daemon.signal('SIGTERM');
      expect(await ending).toEqual(['NO_ERROR', 'FATAL_ERROR']);
      expect(await daemon.end()).toBe(0);
      const pids = ['forwarding', 'table'].map((name) => Number(readFileSync(join(stage.folder, name), 'utf8')));
      for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });

    test('SIGHUP: the patience of the old configuration holds for what it began', async () => {
      const { daemon, ending } = await waiting('12s');
      stage.write('west.yaml', stage.config(WEST, [4], { replyTimeout: '1s' }));
      daemon.signal('SIGHUP');
      expect(await ending).toEqual(['NO_ERROR', 'FATAL_ERROR']);
    });
  });

  test.skipIf(process.getuid?.() !== 0)(
    'stands in for an address that is not this host’s, beside a wildcard (as root)',
    async () => {
      const config = JSON.parse(stage.config('0.0.0.0', [4], { listen: [{ address: '0.0.0.0', port: OWN_PORT }] }));
      const standIn = (addresses: readonly string[]) => {
        config.routers[0].standIn = addresses;
        return JSON.stringify(config);
      };
      const daemon = await stage.daemon('west', standIn(['192.0.2.4']));
      stage.write('west.yaml', standIn([]));
      daemon.signal('SIGHUP');
      await daemon.until('not any more', () => daemon.lines('ready').length === 2);
      expect(daemon.output).not.toContain('EADDRINUSE');
    },
  );

  test('SIGHUP: from one address to all of them, and back', async () => {
    const config = (address: string) =>
      stage.config(address, [4, 3, 2, 1], {
        listen: [{ address, port: OWN_PORT }],
        access: { queries: ['127.0.0.0/8'] },
      });
    const daemon = await stage.daemon('west', config(WEST));
    const ask = (gateway: string) => endingOf(['--port', String(OWN_PORT), '-g', gateway, ...TRACE.slice(2)]);
    for (const [i, [address, gateway]] of [
      ['0.0.0.0', EAST],
      [WEST, WEST],
      ['0.0.0.0', WEST],
    ].entries()) {
      stage.write('west.yaml', config(address!));
      daemon.signal('SIGHUP');
      await daemon.until(
        'ready again',
        () => daemon.lines('ready').length === i + 2 || /EADDRINUSE/.test(daemon.output),
      );
      expect(daemon.output).not.toContain('EADDRINUSE');
      expect(await ask(gateway!)).toEqual(Array(4).fill('NO_ERROR'));
    }
  });

  test('SIGHUP: a group is joined, and left, on the socket that is open already', async () => {
    const config = (interfaces: readonly string[]) =>
      stage.config('0.0.0.0', [4], { listen: [{ address: '0.0.0.0', port: OWN_PORT }], multicast: { interfaces } });
    const daemon = await stage.daemon('west', config([]));
    const groupsOf = () => readFileSync('/proc/net/igmp', 'utf8').split('020000E0').length - 1;
    const before = groupsOf();
    stage.write('west.yaml', config(['lo']));
    daemon.signal('SIGHUP');
    await daemon.until('joined', () => groupsOf() === before + 1);
    stage.write('west.yaml', config(['nowhere']));
    daemon.signal('SIGHUP');
    await daemon.until('refused', () => daemon.output.includes('this host has no interface nowhere'));
    stage.write('west.yaml', config([]));
    daemon.signal('SIGHUP');
    await daemon.until('left', () => groupsOf() === before);
  });

  test('tells systemd when it is ready, reloads and stops', async () => {
    const path = join(stage.folder, 'notify');
    const listener = spawn('python3', [
      '-uc',
      `import socket\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ns.bind(${JSON.stringify(path)})\nprint('bound')\nwhile True: print(repr(s.recv(4096).decode()))`,
    ]);
    let heard = '';
    listener.stdout.on('data', (octets: Buffer) => {
      heard += octets.toString();
    });
    await once(listener.stdout, 'data');
    const daemon = await stage.daemon('west', stage.config(WEST, [4]), { NOTIFY_SOCKET: path });
    daemon.signal('SIGHUP');
    await daemon.until('reloaded', () => daemon.lines('ready').length === 2);
    expect(await daemon.stop()).toBe(0);
    const ended = once(listener, 'close');
    listener.kill();
    await ended;
    const messages = heard.trim().split('\n').slice(1);
    expect(messages[0]).toBe("'READY=1'");
    expect(messages[1]).toMatch(/^'RELOADING=1\\nMONOTONIC_USEC=\d+'$/);
    expect(messages.slice(2)).toEqual(["'READY=1'", "'STOPPING=1'"]);
  });
});

async function endingOf(args: readonly string[]): Promise<unknown[]> {
  const { output } = await stage.mtrace2('--json', '-w', '5', ...args);
  return (JSON.parse(output) as { hops: Record<string, unknown>[] }).hops.map((hop) => hop.forwardingCodeName);
}
