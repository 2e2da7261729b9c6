/** ICMP errors: they reach the error queue whole, and cost no other datagram anything. */
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { UdpSocket } from '../../src/dgram-extended/index.ts';
import { hasNamespaces, runInNamespace } from './child.ts';
import { address, batch, bound, hasIpv6, openLarge, receive, send, turns, until } from './support.ts';

/** A port that nobody has: bound, then closed. */
function closedPort(text: string): number {
  const socket = bound(text);
  socket.close();
  return socket.localPort;
}

function reporting(text: string): UdpSocket & { readonly localPort: number } {
  const socket = bound(text);
  socket.setOption('receiveErrors', 1);
  return socket;
}

describe('the error queue', () => {
  it.for([
    ['127.0.0.1', '127.0.0.7', { origin: 2, type: 3, code: 3 }], // ICMP destination unreachable, port
    ['::1', '::1', { origin: 3, type: 1, code: 4 }], // the same of ICMPv6
  ] as const)('tells from %s that nobody listens at %s', async ([from, to, icmp], { skip }) => {
    skip(to === '::1' && !hasIpv6, 'no IPv6 here');
    const sender = reporting(from);
    const port = closedPort(to);
    send(sender, { to, port, length: 100 });
    const errors = await until(() => {
      const found = sender.readErrors(8);
      return found.length > 0 ? found : undefined;
    });
    expect(errors).toEqual([
      {
        destination: address(to),
        destinationPort: port,
        errno: 'ECONNREFUSED',
        quoted: new Uint8Array(64),
        offender: address(to),
        ...icmp,
      },
    ]);
    expect(sender.readErrors(8)).toEqual([]);
  });

  it.skipIf(!hasNamespaces)('tells of the kernel’s own refusals, without an offender (in a network namespace)', () => {
    const { stdout, stderr } = runInNamespace(
      ['ip link set lo mtu 1280 up'],
      `
      const socket = new UdpSocket(4, new ArrayBuffer(1400), 1400, 1);
      socket.setOption('receiveErrors', 1);
      const { queued } = socket;
      queued.destination.set([127, 0, 0, 1]);
      queued.port[0] = 9;
      queued.length[0] = 1400;
      queued.ttl[0] = -1;
      socket.setOption('dontFragment', 0);
      const inFragments = [socket.send(0, 1), socket.readErrors(8).map(({ errno }) => errno)];
      socket.setOption('dontFragment', 1);
      const whole = [socket.send(0, 1), queued.error[0]];
      const [{ errno, origin, offender }] = socket.readErrors(8);
      console.log(JSON.stringify({ inFragments, whole, errno, origin, hasOffender: offender !== undefined }));
      `,
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      inFragments: [1, ['ECONNREFUSED']],
      whole: [0, constants.errno.EMSGSIZE],
      errno: 'EMSGSIZE',
      origin: 1,
      hasOffender: false,
    });
  });

  it.skipIf(!hasNamespaces)(
    'tells of a neighbour that is not there, and of room once it is given up (in a network namespace)',
    () => {
      const { stdout, stderr } = runInNamespace(
        [
          'ip link set lo up', // the kernel's ICMP messages to itself go there
          'ip link add near type veth peer name far',
          'ip link set far up',
          'ip link set near up',
          'ip addr add 10.0.0.1/24 dev near',
          'ip ntable change name arp_cache dev near retrans 10',
        ],
        `
      const socket = new UdpSocket(4, slab, 256, 64);
      socket.setOption('receiveErrors', 1);
      socket.setOption('sendBufferOctets', 1);
      const { queued } = socket;
      for (let row = 0; row < 64; row++) {
        queued.destination.set([10, 0, 0, 2], row * 16);
        queued.port[row] = 9;
        queued.length[row] = 256;
        queued.ttl[row] = -1;
      }
      const sent = socket.send(0, 64); // the kernel keeps them until it knows the neighbour
      const errors = [];
      let writable = 0;
      const end = () => {
        if (writable === 0 || errors.length === 0) return;
        const [{ errno, type, code, offender }] = errors;
        console.log(JSON.stringify({
          blocked: sent > 0 && sent < 64, error: queued.error[sent], reports: errors.length === sent,
          errno, type, code, offender: [...offender],
        }));
        socket.close();
      };
      socket.watch({
        onReadable() {},
        onWritable() { writable += 1; socket.watchWritable(false); end(); },
        onError() { errors.push(...socket.readErrors(64)); end(); },
      });
      socket.watchWritable(true);
      `,
      );
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({
        blocked: true,
        error: constants.errno.EAGAIN,
        reports: true,
        errno: 'EHOSTUNREACH',
        type: 3,
        code: 1,
        offender: [10, 0, 0, 1],
      });
    },
  );

  it('gives no more at a time than asked for', async () => {
    const sender = reporting('127.0.0.1');
    const port = closedPort('127.0.0.1');
    send(sender, ...Array.from({ length: 5 }, () => ({ to: '127.0.0.1', port })));
    expect(sender.readErrors(2).length).toBe(2);
    expect(sender.readErrors(batch).length).toBe(3);
    expect(sender.readErrors(0)).toEqual([]);
  });

  it('does not fail the datagrams sent behind one that was refused', async () => {
    const sender = reporting('127.0.0.1');
    const receiver = bound('127.0.0.1');
    const refused = { to: '127.0.0.1', port: closedPort('127.0.0.1') };
    const heard = { to: '127.0.0.1', port: receiver.localPort };
    send(sender, refused, heard, refused, refused, heard, heard);
    expect(await receive(receiver, batch)).toBe(3);
    expect(sender.readErrors(batch).length).toBe(3);
  });

  it('does not fail a receive either', async () => {
    const sender = reporting('127.0.0.1');
    const other = bound('127.0.0.1');
    send(other, { to: '127.0.0.1', port: sender.localPort });
    send(sender, { to: '127.0.0.1', port: closedPort('127.0.0.1') });
    expect(sender.receive(1)).toBe(1);
    expect(sender.receive(1)).toBe(0);
  });

  it('falls silent though the report did not fit into a full buffer', async () => {
    const sender = reporting('127.0.0.1');
    sender.setOption('receiveBufferOctets', 1);
    // One datagram that fills the buffer, which reports are kept in too, and is never received.
    send(openLarge(1400), { to: '127.0.0.1', port: sender.localPort, length: 1400 });
    let woken = 0;
    let reports = 0;
    sender.watch({
      onError: () => {
        woken += 1;
        reports += sender.readErrors(8).length;
      },
      onReadable: () => undefined,
      onWritable: () => undefined,
    });
    send(sender, { to: '127.0.0.1', port: closedPort('127.0.0.1') });
    await until(() => woken || undefined);
    await turns(20);
    expect({ woken, reports }).toEqual({ woken: 1, reports: 0 });
  });
});
