/** UDP ports over real loopback: what arrives reaches the engine's side with its metadata, and no slot is ever lost. */
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { UdpSocket } from '../../src/dgram-extended/index.ts';
import { SlotPool } from '../../src/net/pool.ts';
import type { RecvMeta, Transmit, Unreachable } from '../../src/net/port.ts';
import { UdpPort, type UdpPortOptions } from '../../src/net/udp.ts';
import { formatAddress } from '../../src/wire/address.ts';
import { address, hasIpv6, LOOPBACK_INDEX, Socket, turns, until } from '../dgram-extended/support.ts';

const SLOT_OCTETS = 128;

/** A copy of what one `receive` call was told, taken before the call returned. */
interface Heard {
  readonly slot: number;
  readonly octets: readonly number[];
  readonly source: string;
  readonly destination: string;
  readonly meta: RecvMeta;
}

const opened: UdpPort[] = [];
afterEach(() => {
  for (const port of opened.splice(0)) port.close();
});

interface TestPort {
  readonly port: UdpPort;
  readonly heard: Heard[];
  readonly tooLong: string[];
  readonly unreachable: Unreachable[];
}

/** A port that keeps what it hears and gives the slot back at once, unless `options` say otherwise. */
function listen(pool: SlotPool, text: string, options: Partial<UdpPortOptions> = {}): TestPort {
  const heard: Heard[] = [];
  const tooLong: string[] = [];
  const unreachable: Unreachable[] = [];
  const port = new UdpPort({
    index: 3,
    address: address(text),
    port: 0,
    pool,
    receive: (slot, meta) => {
      heard.push(copyOf(pool, slot, meta));
      pool.release(slot);
    },
    truncated: (source) => tooLong.push(formatAddress(source)),
    unreachable: (event) => unreachable.push(event),
    ...options,
  });
  opened.push(port);
  return { port, heard, tooLong, unreachable };
}

function copyOf(pool: SlotPool, slot: number, meta: RecvMeta): Heard {
  return {
    slot,
    octets: [...pool.octets.subarray(meta.base, meta.base + meta.length)],
    source: formatAddress(meta.source),
    destination: formatAddress(meta.destination),
    meta: { ...meta },
  };
}

function transmit(slot: number, to: string, port: number, more: Partial<Transmit> = {}): Transmit {
  const destination = address(to);
  return {
    slot,
    length: 4,
    port: 0,
    destination,
    destinationPort: port,
    source: undefined,
    interfaceIndex: 0,
    hopLimit: 255,
    ...more,
  };
}

/** Sends `count` datagrams from fresh slots and collects what `done` says of each. */
function sendMany(
  pool: SlotPool,
  from: UdpPort,
  count: number,
  what: (slot: number) => Transmit,
): (string | undefined)[] {
  const outcomes: (string | undefined)[] = [];
  for (let i = 0; i < count; i++) {
    const slot = pool.take()!;
    pool.octets.fill(i, slot * SLOT_OCTETS, (slot + 1) * SLOT_OCTETS);
    const taken = from.send(what(slot), (sent, errno) => {
      expect(sent).toBe(slot);
      outcomes.push(errno);
      pool.release(sent);
    });
    if (!taken) pool.release(slot);
  }
  return outcomes;
}

describe('receiving', () => {
  it.for([
    ['0.0.0.0', '127.0.0.1', '127.0.0.9', '127.0.0.5'],
    ['::', '::1', '::1', '::1'],
  ] as const)('on %s gives octets and metadata', async ([any, own, to, source], { skip }) => {
    skip(any === '::' && !hasIpv6, 'no IPv6 here');
    const pool = new SlotPool(16, SLOT_OCTETS);
    const { port, heard } = listen(pool, any);
    const { port: sender } = listen(pool, own);
    sendMany(pool, sender, 1, (slot) => transmit(slot, to, port.localPort, { source: address(source), length: 5 }));

    const [one] = await until(() => (heard.length > 0 ? heard : undefined));
    expect(one).toMatchObject({ octets: [0, 0, 0, 0, 0], source, destination: to });
    expect(one!.meta).toMatchObject({
      base: one!.slot * SLOT_OCTETS,
      length: 5,
      port: 3,
      sourcePort: sender.localPort,
      interfaceIndex: LOOPBACK_INDEX,
      hopLimit: 255,
    });
    expect(Math.abs(one!.meta.arrivalSeconds + one!.meta.arrivalNanoseconds / 1e9 - Date.now() / 1000)).toBeLessThan(1);
  });

  it('takes several batches in and loses no slot', async () => {
    const pool = new SlotPool(2000, SLOT_OCTETS);
    const { port, heard } = listen(pool, '127.0.0.1');
    const { port: sender } = listen(pool, '127.0.0.2');
    const free = pool.freeCount;
    const outcomes = sendMany(pool, sender, 700, (slot) => transmit(slot, '127.0.0.1', port.localPort));
    await until(() => heard.length === 700 || undefined);
    expect(outcomes).toEqual(new Array(700).fill(undefined));
    expect(heard.map(({ octets }) => octets[0])).toEqual(Array.from({ length: 700 }, (_, i) => i & 0xff));
    expect(port.counts).toEqual({ received: 700, truncated: 0, poolEmpty: 0, unreachable: 0 });
    expect(sender.sendCounts).toEqual({ sent: 700, failed: 0, queueFull: 0 });
    expect(pool.freeCount).toBe(free);
  });

  it('counts what was too long, and gives its slot back', async () => {
    const small = new SlotPool(8, SLOT_OCTETS);
    const large = new SlotPool(8, SLOT_OCTETS + 1);
    const { port, heard, tooLong } = listen(small, '127.0.0.1');
    const { port: sender } = listen(large, '127.0.0.1');
    const free = small.freeCount;
    for (const length of [SLOT_OCTETS + 1, SLOT_OCTETS]) {
      const slot = large.take()!;
      sender.send(transmit(slot, '127.0.0.1', port.localPort, { length }), (sent) => large.release(sent));
    }
    await until(() => heard.length > 0 || undefined);
    expect(heard.map(({ meta }) => meta.length)).toEqual([SLOT_OCTETS]);
    expect(port.counts).toMatchObject({ received: 1, truncated: 1 });
    expect(tooLong).toEqual(['127.0.0.1']);
    expect(small.freeCount).toBe(free);
  });

  it('drops and counts while the pool is empty, and hears again afterwards', async () => {
    const pool = new SlotPool(4, SLOT_OCTETS);
    const other = new SlotPool(100, SLOT_OCTETS);
    const kept: number[] = [];
    const { port } = listen(pool, '127.0.0.1', { receive: (slot) => kept.push(slot) });
    const { port: sender } = listen(other, '127.0.0.1');
    sendMany(other, sender, 80, (slot) => transmit(slot, '127.0.0.1', port.localPort));
    await until(() => port.counts.received + port.counts.poolEmpty === 80 || undefined);
    expect(kept.length).toBe(3); // four, and one is the port's own
    expect(port.counts).toMatchObject({ received: 3, poolEmpty: 77 });

    for (const slot of kept.splice(0)) pool.release(slot);
    sendMany(other, sender, 1, (slot) => transmit(slot, '127.0.0.1', port.localPort));
    await until(() => kept.length === 1 || undefined);
    expect(port.counts).toMatchObject({ received: 4, poolEmpty: 77 });
  });

  it('hears a group once joined', async () => {
    const pool = new SlotPool(16, SLOT_OCTETS);
    const { port, heard } = listen(pool, '0.0.0.0');
    const { port: sender } = listen(pool, '127.0.0.5');
    const toGroup = () =>
      sendMany(pool, sender, 1, (slot) =>
        transmit(slot, '224.0.0.2', port.localPort, { interfaceIndex: LOOPBACK_INDEX, hopLimit: 1 }),
      );
    const toPort = () => sendMany(pool, sender, 1, (slot) => transmit(slot, '127.0.0.1', port.localPort));
    toGroup();
    toPort();
    await until(() => heard.length > 0 || undefined);
    port.join(address('224.0.0.2'), LOOPBACK_INDEX);
    toGroup();
    await until(() => heard.length > 1 || undefined);
    port.leave(address('224.0.0.2'), LOOPBACK_INDEX);
    toGroup();
    toPort();
    await until(() => heard.length > 2 || undefined);
    expect(heard.map(({ destination }) => destination)).toEqual(['127.0.0.1', '224.0.0.2', '127.0.0.1']);
    // Bound to one address, it is also what goes with a chosen interface.
    expect(heard[1]).toMatchObject({ source: '127.0.0.5' });
  });
});

describe('sending', () => {
  it('tells why a datagram did not go, and goes on with the next', async () => {
    const pool = new SlotPool(16, SLOT_OCTETS);
    const { port, heard } = listen(pool, '127.0.0.1');
    const { port: sender } = listen(pool, '127.0.0.1');
    let i = 0;
    const outcomes = sendMany(pool, sender, 3, (slot) => {
      i += 1;
      return transmit(slot, i === 2 ? '127.255.255.255' : '127.0.0.1', port.localPort);
    });
    expect(outcomes).toEqual([]); // never from within send
    await until(() => heard.length === 2 || undefined);
    expect(outcomes).toEqual([undefined, 'EACCES', undefined]);
    expect(sender.sendCounts).toEqual({ sent: 2, failed: 1, queueFull: 0 });
  });

  it('sends nothing in fragments: the kernel has been told before the first datagram (RFC 8487 §3)', async () => {
    const { send } = Socket.prototype as UdpSocket;
    const asked: number[] = [];
    vi.spyOn(Socket.prototype as UdpSocket, 'send').mockImplementation(function (this: UdpSocket, first, rows) {
      asked.push(this.getOption('dontFragment'));
      return send.call(this, first, rows);
    });
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const pool = new SlotPool(16, SLOT_OCTETS);
    const { port, heard } = listen(pool, '127.0.0.1');
    sendMany(pool, port, 1, (slot) => transmit(slot, '127.0.0.1', port.localPort));
    await until(() => heard[0]);
    expect(asked).toEqual([1]);
  });

  it('takes as many datagrams as there are slots, in one turn', async () => {
    const pool = new SlotPool(3000, SLOT_OCTETS);
    const { port } = listen(pool, '127.0.0.1');
    const { port: sender } = listen(pool, '127.0.0.1');
    const outcomes = sendMany(pool, sender, 2998, (slot) => transmit(slot, '127.0.0.1', port.localPort));
    await until(() => outcomes.length === 2998 || undefined);
    expect(sender.sendCounts).toEqual({ sent: 2998, failed: 0, queueFull: 0 });
  });

  it('refuses an address of the other family', () => {
    const pool = new SlotPool(4, SLOT_OCTETS);
    const { port } = listen(pool, '127.0.0.1');
    expect(port.send(transmit(0, '::1', 9), () => undefined)).toBe(false);
  });

  it('answers from within receive leave with their batch', async () => {
    const pool = new SlotPool(512, SLOT_OCTETS);
    const echo: UdpPort = listen(pool, '127.0.0.1', {
      receive: (slot, { source, sourcePort, length }) => {
        const sent = echo.send({ ...transmit(slot, '127.0.0.1', sourcePort), destination: source, length }, (done) =>
          pool.release(done),
        );
        if (!sent) pool.release(slot);
      },
    }).port;
    const { port: client, heard } = listen(pool, '127.0.0.2');
    const free = pool.freeCount;
    sendMany(pool, client, 200, (slot) => transmit(slot, '127.0.0.1', echo.localPort));
    await until(() => heard.length === 200 || undefined);
    expect(new Set(heard.map(({ source }) => source))).toEqual(new Set(['127.0.0.1']));
    expect(pool.freeCount).toBe(free);
  });
});

describe('ICMP errors', () => {
  it.for([
    ['127.0.0.1', '127.0.0.7'],
    ['::1', '::1'],
  ] as const)('tell port %s that nobody listens at %s', async ([own, to], { skip }) => {
    skip(own === '::1' && !hasIpv6, 'no IPv6 here');
    const pool = new SlotPool(16, SLOT_OCTETS);
    const { port: closed } = listen(pool, to);
    const destinationPort = closed.localPort;
    closed.close();
    const { port, unreachable } = listen(pool, own);
    const outcomes = sendMany(pool, port, 2, (slot) => transmit(slot, to, destinationPort));
    await until(() => unreachable.length === 2 || undefined);
    const event = { port: 3, destination: address(to), destinationPort, errno: 'ECONNREFUSED', offender: address(to) };
    // sendMany fills a slot with its number
    expect(unreachable).toEqual([0, 1].map((slot) => ({ ...event, quoted: new Uint8Array(4).fill(slot) })));
    expect(outcomes).toEqual([undefined, undefined]);
    expect(port.counts.unreachable).toBe(2);
  });
});

describe('opening and closing', () => {
  it('says what is wrong and gives the scratch slot back', () => {
    const pool = new SlotPool(4, SLOT_OCTETS);
    const { port } = listen(pool, '127.0.0.1');
    const free = pool.freeCount;
    expect(() => listen(pool, '127.0.0.1', { port: port.localPort })).toThrow(
      `bind EADDRINUSE 127.0.0.1:${port.localPort}`,
    );
    expect(pool.freeCount).toBe(free);
  });

  it('needs a slot of its own', () => {
    expect(() => listen(new SlotPool(0, SLOT_OCTETS), '127.0.0.1')).toThrow(
      expect.objectContaining({ code: 'ERR_POOL_EMPTY' }),
    );
  });

  it.skipIf(!hasIpv6)('binds both wildcards to one port', () => {
    const pool = new SlotPool(4, SLOT_OCTETS);
    const { port } = listen(pool, '::');
    expect(listen(pool, '0.0.0.0', { port: port.localPort }).port.localPort).toBe(port.localPort);
  });

  it('gives all waiting slots back, may be repeated, and frees the address', async () => {
    const pool = new SlotPool(16, SLOT_OCTETS);
    const { port } = listen(pool, '127.0.0.1');
    const { localPort } = port;
    const outcomes = sendMany(pool, port, 5, (slot) => transmit(slot, '127.0.0.1', 9));
    port.close();
    port.close();
    expect(outcomes).toEqual(new Array(5).fill('ECANCELED'));
    expect(pool.freeCount).toBe(16);
    const slot = pool.take()!;
    expect(port.send(transmit(slot, '127.0.0.1', 9), () => undefined)).toBe(false);
    listen(pool, '127.0.0.1', { port: localPort });
    await turns(3);
    expect(outcomes.length).toBe(5);
  });

  it('may happen inside receive, with datagrams still in the batch', async () => {
    const pool = new SlotPool(64, SLOT_OCTETS);
    let calls = 0;
    const { port } = listen(pool, '127.0.0.1', {
      receive: (slot) => {
        calls += 1;
        pool.release(slot);
        port.close();
      },
    });
    const { port: sender } = listen(pool, '127.0.0.1');
    const free = pool.freeCount;
    const outcomes = sendMany(pool, sender, 10, (slot) => transmit(slot, '127.0.0.1', port.localPort));
    await until(() => (outcomes.length === 10 && calls > 0) || undefined);
    await turns(5);
    expect(calls).toBe(1);
    expect(pool.freeCount).toBe(free + 1);
  });

  it('may happen inside done and inside unreachable', async () => {
    const pool = new SlotPool(16, SLOT_OCTETS);
    const { port: closed } = listen(pool, '127.0.0.7');
    const nobody = closed.localPort;
    closed.close();

    const events: Unreachable[] = [];
    const { port } = listen(pool, '127.0.0.1', {
      unreachable: (event) => {
        events.push(event);
        port.close();
      },
    });
    sendMany(pool, port, 3, (slot) => transmit(slot, '127.0.0.7', nobody));
    await until(() => events.length > 0 || undefined);
    await turns(5);
    expect(events.length).toBe(1);

    const { port: second } = listen(pool, '127.0.0.1');
    let done = 0;
    for (let i = 0; i < 3; i++) {
      second.send(transmit(pool.take()!, '127.0.0.7', nobody), (slot) => {
        done += 1;
        pool.release(slot);
        second.close();
      });
    }
    await until(() => done === 3 || undefined);
    expect(pool.freeCount).toBe(16);
  });
});
