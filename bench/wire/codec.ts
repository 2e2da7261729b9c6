/** The tables of proto/mtrace2.ts against offsets written out by hand: reading a Reply of 8 blocks, appending a block. */
import { headerV4, standardResponseBlockV4 } from '../../proto/mtrace2.ts';
import { appendStandardResponseBlock } from '../../src/wire/append.ts';
import { emitQuery } from '../../src/wire/emit.ts';
import { checkMessage, emptyMessage, memoryOf } from '../../src/wire/view.ts';
import { compare, printMachine } from '../measure.ts';

const BLOCKS = 8;
const memory = memoryOf(new Uint8Array(2048));
memory.octets.set(
  emitQuery({
    hops: 64,
    multicastAddress: Uint8Array.of(232, 1, 1, 1),
    sourceAddress: Uint8Array.of(10, 1, 0, 2),
    clientAddress: Uint8Array.of(10, 4, 0, 2),
    queryId: 1,
    clientPort: 40_000,
  }).octets,
);
memory.octets[0] = 3;
const message = emptyMessage();
checkMessage(memory.view, 0, 20, message);
for (let i = 0; i < BLOCKS; i++) {
  const base = appendStandardResponseBlock(memory, message);
  for (let at = 4; at < 52; at++) memory.octets[base + at] = (at * 31 + i) & 0xff;
}
const { view, octets } = memory;
const h = headerV4.f;
const b = standardResponseBlockV4.f;

function readByTable(): number {
  let sum = h.type.get(view, 0) + h.length.get(view, 0) + h.hops.get(view, 0);
  sum += h.multicastAddress.get(view, 0) + h.sourceAddress.get(view, 0) + h.clientAddress.get(view, 0);
  sum += h.queryId.get(view, 0) + h.clientPort.get(view, 0);
  for (let i = 0, base = 20; i < BLOCKS; i++, base += 52) {
    sum += b.type.get(view, base) + b.length.get(view, base) + b.mbz.get(view, base);
    sum += b.queryArrivalTime.get(view, base) + b.incomingInterfaceAddress.get(view, base);
    sum += b.outgoingInterfaceAddress.get(view, base) + b.upstreamRouterAddress.get(view, base);
    sum += b.routingProtocol.get(view, base) + b.multicastRoutingProtocol.get(view, base);
    sum += b.forwardingTtl.get(view, base) + b.mbz2.get(view, base);
    sum += b.s.get(view, base) + b.sourceMask.get(view, base) + b.forwardingCode.get(view, base);
  }
  return sum;
}

function readByHand(): number {
  let sum = view.getUint8(0) + view.getUint16(1) + view.getUint8(3);
  sum += view.getUint32(4) + view.getUint32(8) + view.getUint32(12);
  sum += view.getUint16(16) + view.getUint16(18);
  for (let i = 0, base = 20; i < BLOCKS; i++, base += 52) {
    sum += view.getUint8(base) + view.getUint16(base + 1) + view.getUint8(base + 3);
    sum += view.getUint32(base + 4) + view.getUint32(base + 8);
    sum += view.getUint32(base + 12) + view.getUint32(base + 16);
    sum += view.getUint16(base + 44) + view.getUint16(base + 46);
    sum += view.getUint8(base + 48) + view.getUint8(base + 49);
    const mask = view.getUint8(base + 50);
    sum += (mask >>> 7) + (mask & 0x7f) + view.getUint8(base + 51);
  }
  return sum;
}

/** Counters are BigInts in a router's state, so both sides write them. */
const [IN, OUT, PACKETS] = [1200n, 1300n, 200n];

function appendByTable(): number {
  message.end = 20;
  const base = appendStandardResponseBlock(memory, message);
  b.queryArrivalTime.set(view, base, 0x3ba04000);
  b.incomingInterfaceAddress.set(view, base, 0x0a220004);
  b.outgoingInterfaceAddress.set(view, base, 0x0a040004);
  b.upstreamRouterAddress.set(view, base, 0x0a220003);
  b.inputPacketCount.set(view, base, IN);
  b.outputPacketCount.set(view, base, OUT);
  b.sourceGroupPacketCount.set(view, base, PACKETS);
  b.routingProtocol.set(view, base, 13);
  b.multicastRoutingProtocol.set(view, base, 8);
  b.forwardingTtl.set(view, base, 1);
  b.sourceMask.set(view, base, 32);
  return base;
}

function appendByHand(): number {
  const base = 20;
  octets.fill(0, base, base + 52);
  view.setUint8(base, 4);
  view.setUint16(base + 1, 52);
  view.setUint32(base + 4, 0x3ba04000);
  view.setUint32(base + 8, 0x0a220004);
  view.setUint32(base + 12, 0x0a040004);
  view.setUint32(base + 16, 0x0a220003);
  view.setBigUint64(base + 20, IN);
  view.setBigUint64(base + 28, OUT);
  view.setBigUint64(base + 36, PACKETS);
  view.setUint16(base + 44, 13);
  view.setUint16(base + 46, 8);
  view.setUint8(base + 48, 1);
  view.setUint8(base + 50, 32);
  return base;
}

if (readByTable() !== readByHand()) throw new Error('the table and the hand disagree');
printMachine();
compare(`read header + ${BLOCKS} IPv4 blocks, all fields but the counters`, [
  { name: 'offsets by hand', run: readByHand },
  { name: 'tables', run: readByTable },
]);
compare('check the framing of the same message', [
  { name: 'read by hand, for comparison', run: readByHand },
  { name: 'checkMessage', run: () => (checkMessage(view, 0, 20 + BLOCKS * 52, message) === undefined ? 1 : 0) },
]);
compare('append one IPv4 block', [
  { name: 'offsets by hand', run: appendByHand },
  { name: 'tables', run: appendByTable },
]);
