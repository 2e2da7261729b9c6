/** Options, addresses and groups: what is set is what the kernel has, and what it refuses is an error like Node's. */
import { describe, expect, it } from 'vitest';
import type { SocketOption } from '../../src/dgram-extended/index.ts';
import { hasNamespaces, runInNamespace } from './child.ts';
import { address, bound, hasIpv6, LOOPBACK_INDEX, open, receive, rowOf, send } from './support.ts';

const isRoot = process.getuid?.() === 0;

describe('options', () => {
  const cases: [SocketOption, number][] = [
    ['reuseAddress', 1],
    ['reusePort', 1],
    ['dontFragment', 1],
    ['freeBind', 1],
    ['hopLimit', 7],
    ['multicastHopLimit', 9],
    ['multicastLoop', 0],
    ['multicastAll', 0],
    ['receiveErrors', 1],
  ];
  for (const family of [4, 6] as const) {
    it.skipIf(family === 6 && !hasIpv6).each(cases)(`sets %s to %i over IPv${family}`, (name, value) => {
      const socket = open(family);
      expect(socket.getOption(name)).not.toBe(value);
      socket.setOption(name, value);
      expect(socket.getOption(name)).toBe(value);
    });
  }

  it('sets buffers, which the kernel doubles, past the system’s limit when it may', () => {
    const socket = open();
    const octets = isRoot ? 64 << 20 : 32 << 10;
    socket.setOption('receiveBufferOctets', octets);
    socket.setOption('sendBufferOctets', octets);
    expect(socket.getOption('receiveBufferOctets')).toBe(2 * octets);
    expect(socket.getOption('sendBufferOctets')).toBe(2 * octets);
  });

  it('refuses an option that the family or nobody has', () => {
    expect(() => open(4).setOption('v6Only', 1)).toThrow(
      expect.objectContaining({ message: 'setsockopt ENOPROTOOPT v6Only', code: 'ENOPROTOOPT', syscall: 'setsockopt' }),
    );
    expect(() => open(4).getOption('colour' as SocketOption)).toThrow('getsockopt ENOPROTOOPT colour');
  });

  it('refuses a value that the kernel refuses', () => {
    expect(() => open(4).setOption('hopLimit', 256)).toThrow('setsockopt EINVAL hopLimit');
  });
});

describe('binding', () => {
  it('says EADDRINUSE as Node does', () => {
    const { localPort } = bound('127.0.0.1');
    expect(() => open().bind(address('127.0.0.1'), localPort, 0)).toThrow(
      expect.objectContaining({
        message: `bind EADDRINUSE 127.0.0.1:${localPort}`,
        code: 'EADDRINUSE',
        errno: -98,
        syscall: 'bind',
      }),
    );
  });

  it.skipIf(!hasIpv6)('names an IPv6 address too', () => {
    const { localPort } = bound('::1');
    expect(() => open(6).bind(address('::1'), localPort, 0)).toThrow(`bind EADDRINUSE ::1:${localPort}`);
  });

  it.skipIf(!hasIpv6)('lets IPv4 have the port of an IPv6-only wildcard', async () => {
    const six = open(6);
    six.setOption('v6Only', 1);
    six.bind(address('::'), 0, 0);
    const { port } = six.address();
    const four = open(4);
    four.bind(address('0.0.0.0'), port, 0);
    send(bound('127.0.0.1'), { to: '127.0.0.1', port });
    expect(await receive(four)).toBe(1);
    expect(six.receive(1)).toBe(0);
  });

  it('shares a port where both sockets say so', () => {
    const { localPort } = bound('127.0.0.1');
    const [first, second] = [open(), open()];
    for (const socket of [first, second]) {
      socket.setOption('reusePort', 1);
      socket.bind(address('127.0.0.2'), localPort, 0);
    }
    expect(second.address()).toEqual({ address: address('127.0.0.2'), port: localPort });
  });

  it('binds an address that may become local', () => {
    const socket = open();
    expect(() => socket.bind(address('192.0.2.4'), 0, 0)).toThrow('bind EADDRNOTAVAIL 192.0.2.4:0');
    socket.setOption('freeBind', 1);
    socket.bind(address('192.0.2.4'), 0, 0);
    expect(socket.address().address).toEqual(address('192.0.2.4'));
  });

  it.skipIf(!isRoot)('binds a foreign address transparently and sends from it (root only)', async () => {
    const receiver = bound('127.0.0.1');
    const socket = open();
    socket.setOption('transparent', 1);
    socket.bind(address('192.0.2.4'), 0, 0);
    send(socket, { to: '127.0.0.1', port: receiver.localPort });
    await receive(receiver);
    expect(rowOf(receiver.received.source, 0)).toEqual(address('192.0.2.4'));
  });

  it.skipIf(isRoot)('may not bind transparently without the privilege', () => {
    expect(() => open().setOption('transparent', 1)).toThrow('setsockopt EPERM transparent');
  });

  it('takes addresses of its own family only', () => {
    expect(() => open(4).bind(address('::1'), 0, 0)).toThrow(TypeError);
    expect(() => open(4).bind(new Uint8Array(3), 0, 0)).toThrow('an IPv4 address is a Uint8Array of 4 octets');
    expect(() => open(4).bind(new Uint32Array(4) as unknown as Uint8Array, 0, 0)).toThrow(TypeError);
    expect(() => open(4).bind(address('127.0.0.1'), 65536, 0)).toThrow(RangeError);
  });
});

describe('multicast', () => {
  it('hears 224.0.0.2 only after joining it, and sees it as the destination', async () => {
    const member = bound('0.0.0.0');
    member.setOption('multicastAll', 0);
    const sender = bound('127.0.0.1');
    const toGroup = { to: '224.0.0.2', port: member.localPort, interfaceIndex: LOOPBACK_INDEX, ttl: 1 };
    const toMember = { to: '127.0.0.1', port: member.localPort };

    send(sender, toGroup, toMember);
    expect(await receive(member, 2)).toBe(1); // the second came alone
    expect(rowOf(member.received.destination, 0)).toEqual(address('127.0.0.1'));

    member.join(address('224.0.0.2'), LOOPBACK_INDEX);
    send(sender, toGroup);
    expect(await receive(member)).toBe(1);
    expect(rowOf(member.received.destination, 0)).toEqual(address('224.0.0.2'));
    expect(member.received.interface[0]).toBe(LOOPBACK_INDEX);
    expect(member.received.ttl[0]).toBe(1);

    member.leave(address('224.0.0.2'), LOOPBACK_INDEX);
    send(sender, toGroup, toMember);
    expect(await receive(member, 2)).toBe(1);
    expect(rowOf(member.received.destination, 0)).toEqual(address('127.0.0.1'));
  });

  // Linux does not do IPv6 multicast on `lo`, so this one needs an interface of its own. Its copy to itself is what is heard.
  it.skipIf(!hasNamespaces)('hears ff02::2 only after joining it (in a network namespace)', () => {
    const { stdout, stderr } = runInNamespace(
      [
        'ip link set lo up',
        'ip link add near type veth peer name far',
        'ip link set far up',
        'ip link set near up',
        'ip -6 addr add fe80::1/64 dev near nodad',
      ],
      `
      const index = os.networkInterfaces().near[0].scopeid;
      const octets = (first, second, last) => Uint8Array.of(first, second, ...new Uint8Array(13), last);
      const member = new UdpSocket(6, slab, 256, 1), sender = new UdpSocket(6, slab, 256, 1);
      member.setOption('multicastAll', 0);
      member.bind(octets(0, 0, 0), 0, 0);
      const send = (destination) => {
        const { queued } = sender;
        queued.destination.set(destination);
        queued.port[0] = member.address().port;
        queued.interface[0] = queued.scope[0] = index;
        queued.ttl[0] = 255;
        if (sender.send(0, 1) !== 1) throw new Error('errno ' + queued.error[0]);
      };
      const heard = () => {
        send(octets(0xff, 2, 2));
        send(octets(0xfe, 0x80, 1));
        const { destination, interface: arrival, ttl, scope } = member.received;
        return Array.from({ length: member.receive(2) }, (_, i) => [
          destination.subarray(i * 16, i * 16 + 16).join(''), arrival[i] === index, scope[i] === index, ttl[i],
        ].join());
      };
      const before = heard();
      member.join(octets(0xff, 2, 2), index);
      const during = heard();
      member.leave(octets(0xff, 2, 2), index);
      console.log(JSON.stringify([before, during, heard()]));
      `,
    );
    expect(stderr).toBe('');
    const group = `2552${'0'.repeat(13)}2,true,true,255`;
    const itself = `254128${'0'.repeat(13)}1,true,true,255`;
    expect(JSON.parse(stdout)).toEqual([[itself], [group, itself], [itself]]);
  });

  it('does not hear what another socket joined, with multicastAll off', async () => {
    const member = bound('0.0.0.0');
    member.join(address('224.0.0.2'), LOOPBACK_INDEX);
    const outsider = bound('0.0.0.0');
    outsider.setOption('multicastAll', 0);
    const sender = bound('127.0.0.1');
    const to = { port: outsider.localPort, interfaceIndex: LOOPBACK_INDEX };
    send(sender, { ...to, to: '224.0.0.2' }, { to: '127.0.0.1', port: outsider.localPort, length: 5 });
    expect(await receive(outsider, 2)).toBe(1);
    expect(outsider.received.length[0]).toBe(5);
  });

  it('leaves by the socket’s multicast interface', async () => {
    const member = bound('0.0.0.0');
    member.join(address('224.0.0.2'), LOOPBACK_INDEX);
    const sender = bound('127.0.0.1');
    sender.setMulticastInterface(LOOPBACK_INDEX);
    send(sender, { to: '224.0.0.2', port: member.localPort });
    expect(await receive(member)).toBe(1);
  });

  it('says which group could not be joined', () => {
    expect(() => open().join(address('224.0.0.2'), 0x7fffffff)).toThrow('setsockopt ENODEV 224.0.0.2:0');
    expect(() => open().leave(address('224.0.0.2'), LOOPBACK_INDEX)).toThrow('setsockopt EADDRNOTAVAIL 224.0.0.2:0');
    expect(() => open().setMulticastInterface(0x7fffffff)).toThrow('setsockopt EADDRNOTAVAIL multicastInterface');
  });
});
