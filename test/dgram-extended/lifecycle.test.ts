/** The life of a socket: callbacks, closing in every order, collection, and ends of environments. */
import { describe, expect, it } from 'vitest';
import type { UdpSocket, WatchCallbacks } from '../../src/dgram-extended/index.ts';
import { runScript } from './child.ts';
import {
  address,
  batch,
  bound,
  open,
  QUEUE_ROWS,
  queue,
  SLOT_OCTETS,
  SLOTS,
  Socket,
  send,
  turns,
  until,
} from './support.ts';

function watch(socket: UdpSocket, callbacks: Partial<WatchCallbacks>): void {
  const unwanted = () => {
    throw new Error('not expected');
  };
  socket.watch({ onError: unwanted, onReadable: unwanted, onWritable: unwanted, ...callbacks });
}

describe('callbacks', () => {
  it('tell that there is something to receive, until it has been received', async () => {
    const receiver = bound('127.0.0.1');
    const sender = bound('127.0.0.1');
    let calls = 0;
    let received = 0;
    watch(receiver, {
      onReadable: () => {
        calls += 1;
        if (calls > 2) received += receiver.receive(batch);
      },
    });
    send(sender, { to: '127.0.0.1', port: receiver.localPort });
    await until(() => received || undefined);
    await turns(3);
    expect({ calls, received }).toEqual({ calls: 3, received: 1 });
  });

  it('tell that there is room to send only while asked', async () => {
    const socket = bound('127.0.0.1');
    let calls = 0;
    watch(socket, {
      onWritable: () => {
        calls += 1;
        if (calls === 2) socket.watchWritable(false);
      },
    });
    await turns(5);
    expect(calls).toBe(0);
    socket.watchWritable(true);
    await until(() => calls === 2 || undefined);
    await turns(5);
    expect(calls).toBe(2);
  });

  it('come through one watch only', () => {
    const socket = bound('127.0.0.1');
    watch(socket, {});
    expect(() => watch(socket, {})).toThrow('watch EALREADY');
  });

  it('must be functions, and a second try is possible', () => {
    const socket = bound('127.0.0.1');
    expect(() => socket.watch({} as WatchCallbacks)).toThrow(TypeError);
    watch(socket, {});
  });

  it('may be getters that watch or close the socket meanwhile', () => {
    const callbacks = { onError: () => undefined, onReadable: () => undefined, onWritable: () => undefined };
    for (const [meddle, message] of [
      [(socket: UdpSocket) => socket.watch(callbacks), 'watch EALREADY'],
      [(socket: UdpSocket) => socket.close(), 'watch EBADF'],
    ] as const) {
      const socket = bound('127.0.0.1');
      const meddling = {
        ...callbacks,
        get onReadable() {
          meddle(socket);
          return callbacks.onReadable;
        },
      };
      expect(() => socket.watch(meddling)).toThrow(message);
    }
  });

  it('need a watch before room can be waited for', () => {
    expect(() => bound('127.0.0.1').watchWritable(true)).toThrow('watchWritable EINVAL');
  });
});

describe('closing', () => {
  it('frees the address at once, watched or not', () => {
    for (const watched of [false, true]) {
      const socket = bound('127.0.0.1');
      if (watched) watch(socket, {});
      socket.close();
      socket.close();
      open().bind(address('127.0.0.1'), socket.localPort, 0);
    }
  });

  it.each(['onReadable', 'onWritable', 'onError'] as const)('from %s is the last callback', async (closer) => {
    const socket = bound('127.0.0.1');
    socket.setOption('receiveErrors', 1);
    const calls: string[] = [];
    const note = (name: string) => () => {
      calls.push(name);
      if (name === closer) socket.close();
    };
    // All three are due at the first turn.
    const refused = bound('127.0.0.1');
    refused.close();
    send(bound('127.0.0.1'), { to: '127.0.0.1', port: socket.localPort });
    send(socket, { to: '127.0.0.1', port: refused.localPort });
    socket.watch({ onError: note('onError'), onReadable: note('onReadable'), onWritable: note('onWritable') });
    socket.watchWritable(true);
    await until(() => calls.includes(closer) || undefined);
    const before = calls.length;
    await turns(5);
    expect(calls.length).toBe(before);
    expect(calls).toEqual(['onError', 'onReadable', 'onWritable'].slice(0, calls.indexOf(closer) + 1));
  });

  it('before the first turn lets no callback happen', async () => {
    const socket = bound('127.0.0.1');
    watch(socket, {});
    socket.watchWritable(true);
    send(bound('127.0.0.1'), { to: '127.0.0.1', port: socket.localPort });
    socket.close();
    await turns(5);
  });

  it('makes every other method throw EBADF', () => {
    const socket = bound('127.0.0.1');
    socket.close();
    const calls: Record<string, () => unknown> = {
      setOption: () => socket.setOption('hopLimit', 1),
      getOption: () => socket.getOption('hopLimit'),
      join: () => socket.join(address('224.0.0.2'), 1),
      leave: () => socket.leave(address('224.0.0.2'), 1),
      setMulticastInterface: () => socket.setMulticastInterface(1),
      bind: () => socket.bind(address('127.0.0.1'), 0, 0),
      address: () => socket.address(),
      watch: () => watch(socket, {}),
      watchWritable: () => socket.watchWritable(true),
      receive: () => socket.receive(1),
      send: () => socket.send(0, 1),
      readErrors: () => socket.readErrors(1),
    };
    for (const [name, call] of Object.entries(calls)) expect(call).toThrow(`${name} EBADF`);
  });
});

describe('what would touch memory that is not ours', () => {
  it('is refused: slots, rows and lengths out of range', () => {
    const socket = bound('127.0.0.1');
    socket.received.slot[0] = SLOTS;
    expect(() => socket.receive(1)).toThrow(RangeError);
    expect(() => socket.receive(batch + 1)).toThrow(RangeError);
    const row = { to: '127.0.0.1', port: 9 };
    queue(socket, [{ ...row, slot: SLOTS }]);
    expect(() => socket.send(0, 1)).toThrow('no such slot in the slab');
    queue(socket, [{ ...row, slot: 0xffffffff }]);
    expect(() => socket.send(0, 1)).toThrow(RangeError);
    queue(socket, [{ ...row, length: SLOT_OCTETS + 1 }]);
    expect(() => socket.send(0, 1)).toThrow(RangeError);
    expect(() => socket.send(0, batch + 1)).toThrow(RangeError);
    expect(() => socket.send(QUEUE_ROWS - 1, 2)).toThrow('no such row in the queue');
    expect(() => socket.send(QUEUE_ROWS + 1, 0)).toThrow(RangeError);
  });

  it('is refused: a slab that has been transferred away', () => {
    const slab = new ArrayBuffer(SLOT_OCTETS);
    const socket = new Socket(4, slab, SLOT_OCTETS, 1);
    queue(socket, [{ to: '127.0.0.1', port: 9, length: 1 }]);
    structuredClone(slab, { transfer: [slab] });
    try {
      expect(() => socket.receive(1)).toThrow(RangeError);
      expect(() => socket.send(0, 1)).toThrow(RangeError);
    } finally {
      socket.close();
    }
  });

  it('is refused: columns that have been transferred away', () => {
    const socket = bound('127.0.0.1');
    const buffers = [socket.received.slot.buffer, socket.queued.slot.buffer] as ArrayBuffer[];
    structuredClone(buffers, { transfer: buffers });
    expect(() => socket.receive(1)).toThrow('an ArrayBuffer of this socket has been detached');
    expect(() => socket.send(0, 1)).toThrow(TypeError);
  });

  it('is refused: another object as `this`, and a call without new', () => {
    const { bind } = Socket.prototype as UdpSocket;
    expect(() => bind.call({} as UdpSocket, address('127.0.0.1'), 0, 0)).toThrow(TypeError);
    expect(() => (Socket as unknown as () => void)()).toThrow(TypeError);
  });

  it('is refused: arguments that make no socket', () => {
    const slab = new ArrayBuffer(64);
    expect(() => new Socket(5 as 4, slab, 64, 1)).toThrow('the family is 4 or 6');
    expect(() => new Socket(4, new Uint8Array(64) as unknown as ArrayBuffer, 64, 1)).toThrow(
      'the slab is an ArrayBuffer',
    );
    expect(() => new Socket(4, slab, 0, 1)).toThrow(RangeError);
    expect(() => new Socket(4, slab, 64, 0)).toThrow(RangeError);
    expect(() => new Socket(4, slab, 64, 65_536)).toThrow(RangeError);
    expect(() => Reflect.construct(Socket, [4, slab])).toThrow('too few arguments');
    expect(() => Reflect.apply(open().bind, open(), [])).toThrow('too few arguments');
  });
});

describe('environments (in processes of their own)', () => {
  const open2 = `
    const open = (callbacks) => {
      const socket = new UdpSocket(4, slab, 256, 8);
      socket.bind(Uint8Array.of(127, 0, 0, 1), 0, 0);
      if (callbacks) socket.watch({ onError() {}, onReadable() {}, onWritable() {}, ...callbacks });
      return socket;
    };
    const sendTo = (from, to) => {
      from.queued.destination.set([127, 0, 0, 1]);
      from.queued.port[0] = to.address().port;
      from.queued.ttl[0] = -1;
      from.queued.length[0] = 10;
      from.send(0, 1);
    };
  `;
  const run = (script: string, ...flags: string[]) => {
    const { status, signal, stdout, stderr } = runScript(open2 + script, ...flags);
    return { status, signal, stdout, stderr };
  };
  const fine = { status: 0, signal: null, stderr: '' };

  it('get exceptions of callbacks as uncaughtException, and go on', () => {
    const outcome = run(`
      let calls = 0;
      process.on('uncaughtException', (error) => console.log(error.message));
      const socket = open({ onReadable() {
        calls += 1;
        if (calls === 2) { console.log('received', socket.receive(1)); socket.close(); }
        throw new Error('thrown ' + calls);
      } });
      sendTo(open(), socket);
    `);
    expect(outcome).toEqual({ ...fine, stdout: 'thrown 1\nreceived 1\nthrown 2\n' });
  });

  it('end with an exception that nobody catches', () => {
    const outcome = run(
      `const socket = open({ onWritable() { throw new Error('boom'); } }); socket.watchWritable(true);`,
    );
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toContain('Error: boom');
  });

  it('run microtasks and ticks after a callback, as Node does', () => {
    const outcome = run(`
      const socket = open({ onWritable() {
        process.nextTick(() => console.log('tick'));
        Promise.resolve().then(() => console.log('microtask'));
        setImmediate(() => console.log('immediate'));
        console.log('callback');
        socket.close();
      } });
      socket.watchWritable(true);
    `);
    expect(outcome).toEqual({ ...fine, stdout: 'callback\ntick\nmicrotask\nimmediate\n' });
  });

  it('close sockets that are collected, and only those that nobody watches', () => {
    const outcome = run(
      `
      const descriptors = () => require('node:fs').readdirSync('/proc/self/fd').length;
      const before = descriptors();
      for (let i = 0; i < 200; i++) open();
      let heard = 0;
      let port = (() => open({ onReadable() { heard += 1; this.receive(1); if (heard === 1) this.close(); } }).address())();
      const opened = descriptors() - before;
      (async () => {
        while (descriptors() - before > 3) { gc(); await new Promise(setImmediate); }
        const sender = open();
        sendTo(sender, { address: () => port });
        while (heard === 0) { gc(); await new Promise(setImmediate); }
        console.log(opened, heard);
      })();
      `,
      '--expose-gc',
    );
    expect(outcome).toEqual({ ...fine, stdout: '201 1\n' });
  });

  it.each([
    ['exit from a callback', 'process.exit(0)'],
    ['close while exiting', "process.on('exit', () => { a.close(); b.close(); }); process.exit(0)"],
  ])('may %s', (_, how) => {
    const outcome = run(`
      const a = open({ onReadable() { a.receive(1); ${how}; } });
      const b = open({});
      sendTo(open(), a);
    `);
    expect(outcome).toEqual({ ...fine, stdout: '' });
  });

  it('may be workers that end in any state', () => {
    const outcome = run(`
      const { Worker } = require('node:worker_threads');
      const body = (how) => \`
        const { parentPort } = require('node:worker_threads');
        const { UdpSocket } = require(\${JSON.stringify(addonPath)});
        const slab = new ArrayBuffer(64 * 256);
        ${open2.replaceAll('`', '\\`')}
        const idle = open();
        const a = open({ onReadable() { a.receive(8); sendTo(b, a); \${how} } });
        const b = open({ onWritable() {} });
        b.watchWritable(true);
        sendTo(b, a);
        const closing = open({});
        closing.close();
        parentPort.postMessage('ready');
      \`;
      (async () => {
        const ways = ['', 'process.exit()', 'throw new Error("worker")', 'a.close(); b.close();'];
        for (let i = 0; i < 20; i++) {
          const worker = new Worker(body(ways[i % 4]), { eval: true });
          worker.on('error', (error) => { if (error.message !== 'worker') throw error; });
          const ended = new Promise((resolve) => worker.on('exit', resolve));
          await new Promise((resolve) => { worker.on('message', resolve); worker.on('exit', resolve); });
          if (i % 4 === 0) worker.terminate();
          await ended;
        }
        console.log('ended');
      })();
    `);
    expect(outcome).toEqual({ ...fine, stdout: 'ended\n' });
  });
});
