/** Datagrams over real loopback: the octets land in their slots and the metadata is what the kernel knows. */
import { getSystemErrorName } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  address,
  batch,
  bound,
  hasIpv6,
  LOOPBACK_INDEX,
  octets,
  openLarge,
  queue,
  receive,
  rowOf,
  SLOT_OCTETS,
  SLOTS,
  send,
} from './support.ts';

describe('metadata of a received datagram', () => {
  it('tells source, destination, interface, TTL and length over IPv4', async () => {
    const receiver = bound('0.0.0.0');
    const sender = bound('127.0.0.1');
    octets.fill(0xa5).set([1, 2, 3], 7 * SLOT_OCTETS);
    send(sender, { to: '127.0.0.9', port: receiver.localPort, slot: 7, length: 3, from: '127.0.0.5', ttl: 255 });

    expect(await receive(receiver, 1, 200)).toBe(1);
    const { received } = receiver;
    expect(rowOf(received.source, 0)).toEqual(address('127.0.0.5'));
    expect(received.port[0]).toBe(sender.localPort);
    expect(rowOf(received.destination, 0)).toEqual(address('127.0.0.9'));
    expect(received.interface[0]).toBe(LOOPBACK_INDEX);
    expect(received.ttl[0]).toBe(255);
    expect(received.length[0]).toBe(3);
    expect(received.truncated[0]).toBe(0);
    expect(received.scope[0]).toBe(0);
    const slot = octets.subarray(200 * SLOT_OCTETS, 201 * SLOT_OCTETS);
    expect([...slot.subarray(0, 4)]).toEqual([1, 2, 3, 0xa5]);
  });

  it.skipIf(!hasIpv6)('tells the same over IPv6', async () => {
    const receiver = bound('::');
    const sender = bound('::1');
    send(sender, { to: '::1', port: receiver.localPort, from: '::1', ttl: 77 });

    expect(await receive(receiver)).toBe(1);
    const { received } = receiver;
    expect(rowOf(received.source, 0, 6)).toEqual(address('::1'));
    expect(received.port[0]).toBe(sender.localPort);
    expect(rowOf(received.destination, 0, 6)).toEqual(address('::1'));
    expect(received.interface[0]).toBe(LOOPBACK_INDEX);
    expect(received.ttl[0]).toBe(77);
  });

  it('takes the TTL from the socket where a row has none', async () => {
    const receiver = bound('127.0.0.1');
    const sender = bound('127.0.0.1');
    sender.setOption('hopLimit', 33);
    send(sender, { to: '127.0.0.1', port: receiver.localPort });
    await receive(receiver);
    expect(receiver.received.ttl[0]).toBe(33);
  });

  it('dates datagrams by the kernel’s clock, in order', async () => {
    const receiver = bound('127.0.0.1');
    const sender = bound('127.0.0.1');
    const times: bigint[] = [];
    for (let i = 0; i < 20; i++) {
      send(sender, { to: '127.0.0.1', port: receiver.localPort });
      await receive(receiver);
      const { seconds, nanoseconds } = receiver.received;
      expect(nanoseconds[0]).toBeLessThan(1_000_000_000);
      expect(Math.abs(seconds[0]! + nanoseconds[0]! / 1e9 - Date.now() / 1000)).toBeLessThan(1);
      times.push(BigInt(seconds[0]!) * 1_000_000_000n + BigInt(nanoseconds[0]!));
    }
    expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(times).size).toBeGreaterThan(1);
  });

  it('marks what was longer than its slot, and leaves the next slot alone', async () => {
    const receiver = bound('127.0.0.1');
    octets.fill(0xa5);
    send(openLarge(SLOT_OCTETS + 1), { to: '127.0.0.1', port: receiver.localPort, length: SLOT_OCTETS + 1 });
    expect(await receive(receiver, 1, 100)).toBe(1);
    expect(receiver.received.truncated[0]).toBe(1);
    expect(receiver.received.length[0]).toBe(SLOT_OCTETS);
    expect(octets[101 * SLOT_OCTETS - 1]).toBe(0);
    expect(octets[101 * SLOT_OCTETS]).toBe(0xa5);
  });

  it('does not mark what just fits', async () => {
    const receiver = bound('127.0.0.1');
    send(bound('127.0.0.1'), { to: '127.0.0.1', port: receiver.localPort, length: SLOT_OCTETS });
    await receive(receiver);
    expect(receiver.received.truncated[0]).toBe(0);
    expect(receiver.received.length[0]).toBe(SLOT_OCTETS);
  });
});

describe('batches', () => {
  it('carries more than one batch from many senders, every octet in its slot', async () => {
    const receiver = bound('127.0.0.1');
    receiver.setOption('receiveBufferOctets', 1 << 20);
    const senders = Array.from({ length: 5 }, (_, i) => bound(`127.0.0.${10 + i}`));
    const total = 20 * senders.length;
    expect(total).toBeGreaterThan(batch);
    senders.forEach((sender, s) => {
      const rows = Array.from({ length: 20 }, (_, i) => ({
        to: '127.0.0.1',
        port: receiver.localPort,
        slot: s * 20 + i,
        length: 1 + s * 20 + i,
      }));
      for (const row of rows) octets.fill(row.slot, row.slot * SLOT_OCTETS, row.slot * SLOT_OCTETS + row.length);
      send(sender, ...rows);
    });

    const seen: string[] = [];
    const lengths = new Set<number>();
    while (lengths.size < total) {
      const rows = await receive(receiver, batch);
      for (let i = 0; i < rows; i++) {
        const length = receiver.received.length[i]!;
        const base = (SLOTS / 2 + i) * SLOT_OCTETS;
        expect(new Set(octets.subarray(base, base + length))).toEqual(new Set([length - 1]));
        lengths.add(length);
        seen.push(`${rowOf(receiver.received.source, i).join('.')}:${receiver.received.port[i]}`);
      }
    }
    expect(seen.length).toBe(total);
    expect(new Set(seen)).toEqual(new Set(senders.map((sender, s) => `127.0.0.${10 + s}:${sender.localPort}`)));
  });

  it('sends rows from the middle of the queue', async () => {
    const receiver = bound('127.0.0.1');
    const sender = bound('127.0.0.1');
    queue(sender, [{ to: '127.0.0.1', port: receiver.localPort, length: 41 }], 127);
    expect(sender.send(127, 1)).toBe(1);
    await receive(receiver);
    expect(receiver.received.length[0]).toBe(41);
  });

  it.each([
    ['EINVAL', { ttl: 0 }],
    ['EACCES', { to: '127.255.255.255' }], // broadcast; an ICMP message could leave this error too, so it is tried again
  ] as const)('stops at the row that fails with %s and says so', async (name, wrong) => {
    const receiver = bound('127.0.0.1');
    const sender = bound('127.0.0.1');
    const good = { to: '127.0.0.1', port: receiver.localPort };
    queue(sender, [good, { ...good, ...wrong }, good]);
    expect(sender.send(0, 3)).toBe(1);
    expect(getSystemErrorName(-sender.queued.error[1]!)).toBe(name);
    expect(sender.send(2, 1)).toBe(1);
  });

  it('receives nothing at once when there is nothing', () => {
    const receiver = bound('127.0.0.1');
    expect(receiver.receive(batch)).toBe(0);
    expect(receiver.receive(0)).toBe(0);
  });
});
