/** The queue against a scripted kernel: what a real one does only under load, above all a full buffer. */
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { QueuedColumns } from '../../src/dgram-extended/index.ts';
import type { Transmit } from '../../src/net/port.ts';
import { type SendingSocket, SendQueue } from '../../src/net/send-queue.ts';
import { turns } from '../dgram-extended/support.ts';

const ROWS = 5;
const BATCH = 3;

/** A kernel that takes as many datagrams per call as `answers` says (or fails with an errno's name), then all. */
function scripted(answers: (number | keyof typeof constants.errno)[] = []) {
  const queued: QueuedColumns = {
    slot: new Uint32Array(ROWS),
    length: new Uint32Array(ROWS),
    destination: new Uint8Array(16 * ROWS),
    port: new Uint16Array(ROWS),
    scope: new Uint32Array(ROWS),
    source: new Uint8Array(16 * ROWS),
    interface: new Uint32Array(ROWS),
    ttl: new Int16Array(ROWS),
    error: new Int32Array(ROWS),
  };
  const calls: number[][] = [];
  const wanted: boolean[] = [];
  const socket: SendingSocket = {
    queued,
    send: (first, rows) => {
      const answer = answers.shift() ?? rows;
      const sent = typeof answer === 'number' ? answer : 0;
      calls.push([...queued.slot.subarray(first, first + sent)]);
      if (sent < rows) queued.error[first + sent] = constants.errno[typeof answer === 'string' ? answer : 'EAGAIN'];
      return sent;
    },
    watchWritable: (on) => wanted.push(on),
  };
  const done: string[] = [];
  const queue = new SendQueue(socket, BATCH, Uint8Array.of(127, 0, 0, 1));
  const push = (...slots: number[]) =>
    slots.map((slot) => queue.push(transmit(slot), (sent, errno) => done.push(`${sent} ${errno ?? 'sent'}`)));
  return { queue, push, calls, wanted, done, queued };
}

function transmit(slot: number): Transmit {
  return {
    slot,
    length: 8,
    port: 0,
    destination: Uint8Array.of(192, 0, 2, 1),
    destinationPort: 33435,
    source: undefined,
    interfaceIndex: 4,
    hopLimit: 255,
  };
}

describe('SendQueue', () => {
  it('gathers what one turn of the event loop brings, in the order it came', async () => {
    const { push, calls, done } = scripted();
    expect(push(7, 8)).toEqual([true, true]);
    await Promise.resolve().then(() => push(9));
    expect(done).toEqual([]);
    await turns(1);
    expect(calls).toEqual([[7, 8, 9]]);
    expect(done).toEqual(['7 sent', '8 sent', '9 sent']);
  });

  it('writes a row the way the addon reads it', async () => {
    const { push, queued } = scripted();
    push(7);
    expect(queued.slot[0]).toBe(7);
    expect(queued.length[0]).toBe(8);
    expect(queued.port[0]).toBe(33435);
    expect(queued.ttl[0]).toBe(255);
    expect([queued.interface[0], queued.scope[0]]).toEqual([4, 4]);
    expect([...queued.destination.subarray(0, 4)]).toEqual([192, 0, 2, 1]);
    expect([...queued.source.subarray(0, 4)]).toEqual([127, 0, 0, 1]);
    await turns(1);
  });

  it('wraps round, with no call across the end of the ring', async () => {
    const { push, calls } = scripted();
    push(1, 2, 3, 4);
    await turns(1);
    expect(push(5, 6, 7, 8, 9)).toEqual([true, true, true, true, true]);
    expect(push(10)).toEqual([false]);
    await turns(1);
    expect(calls).toEqual([[1, 2, 3], [4], [5], [6, 7, 8], [9]]);
  });

  it('waits for room with EAGAIN, then goes on where it stopped', async () => {
    const { queue, push, calls, wanted, done } = scripted([1, 'EAGAIN', 2]);
    push(1, 2, 3);
    await turns(1);
    expect(done).toEqual(['1 sent']);
    expect(wanted).toEqual([true]);
    push(4);
    await turns(3);
    expect(calls.length).toBe(1); // nobody asked the kernel again meanwhile

    queue.resume(); // room, but somebody else took it
    expect(wanted).toEqual([true, false, true]);
    expect(done).toEqual(['1 sent']);
    queue.resume();
    await turns(1);
    queue.resume();
    expect(done).toEqual(['1 sent', '2 sent', '3 sent', '4 sent']);
    expect(queue.counts).toEqual({ sent: 4, failed: 0, queueFull: 0 });
  });

  it('skips what cannot be sent', async () => {
    const { push, done } = scripted(['EMSGSIZE', 'ENETUNREACH']);
    push(1, 2, 3);
    await turns(1);
    expect(done).toEqual(['1 EMSGSIZE', '2 ENETUNREACH', '3 sent']);
  });

  it('leaves to the next turn what a callback pushes, so that a turn ends', async () => {
    const { queue } = scripted();
    let sent = 0;
    const again = (slot: number) => {
      sent += 1;
      queue.push(transmit(slot), again);
    };
    queue.push(transmit(1), again);
    await turns(1);
    expect(sent).toBe(1);
    await turns(4);
    expect(sent).toBe(5);
    queue.close();
  });

  it('cancels what waits when it is closed by a callback', async () => {
    const { queue, push, done } = scripted();
    queue.push(transmit(1), () => queue.close());
    push(2, 3);
    await turns(1);
    expect(done).toEqual(['2 ECANCELED', '3 ECANCELED']);
    expect(push(4)).toEqual([false]);
  });
});
