/** proto/mtrace2.lua, run by tshark: every field of every TLV as our own reading has it, and no message makes it fail. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterName, restName } from '../../proto/dissector.ts';
import { FAULTS } from '../../proto/dissector-walk.ts';
import type { AnyField, Layout } from '../../proto/field.ts';
import { augmentedResponseBlock, extendedQueryBlock, HEADER, STANDARD_RESPONSE_BLOCK } from '../../proto/mtrace2.ts';
import { MTRACE2_PORT, TlvType } from '../../proto/registry.ts';
import { formatAddress, parseAddress } from '../../src/wire/address.ts';
import { type FieldJson, messageToJson, type TlvJson } from '../../src/wire/print.ts';
import { checkMessage, emptyMessage, type FramingFault, type Message, memoryOf } from '../../src/wire/view.ts';
import { arbitraryMessage } from '../support/arbitrary-message.ts';
import { captureOfDaemon } from '../support/daemon-capture.ts';
import { type Packet, packetOf, writePcap } from '../support/pcap.ts';
import { describeTshark, dissect, type Shown } from '../support/tshark.ts';
import { vector, vectors } from '../support/vectors.ts';

/** The compiler says when a fault has no text. */
const TEXTS: Record<FramingFault, string> = FAULTS;
const CAPTURED = Date.UTC(2026, 10, 22, 10);
const SEED = 8487;
/** Above MTRACE2_PORT: of two ports Wireshark asks the lower one's protocol first. */
const CLIENT_PORTS = { min: MTRACE2_PORT + 1, max: 65535 };

function read(payload: Uint8Array) {
  const memory = memoryOf(payload);
  const message = emptyMessage();
  return { memory, message, fault: checkMessage(memory.view, 0, payload.length, message) };
}

function layoutOf(shown: Shown, { family }: Message): Layout {
  if (shown.name === 'mtrace2.header') return HEADER[family];
  if (shown.name === 'mtrace2.srb') return STANDARD_RESPONSE_BLOCK[family];
  return shown.name === 'mtrace2.arb' ? augmentedResponseBlock : extendedQueryBlock;
}

/** A TLV as it is shown, in the words of messageToJson. */
function tlvToJson(shown: Shown, layout: Layout): TlvJson {
  const rows = [...shown.children];
  const take = (name: string): Shown => {
    const row = rows.shift();
    expect(row?.name).toBe(name);
    return row!;
  };
  const json: TlvJson = {};
  for (const { name, field } of layout.fields) {
    const filter = filterName(layout, name);
    const row = take(filter);
    expect(row.showname).toContain(`${field.label}: `);
    json[name] = fieldToJson(row, field);
    if (typeof field.show === 'object') {
      const shownName = /: (\S+) \(0x/.exec(row.showname)![1]!;
      json[`${name}Name`] = shownName === 'Unknown' ? null : shownName;
    }
    if (field.show === 'ntp32') {
      const isKnown = rows[0]?.name === `${filter}_utc`;
      expect(row.showname.endsWith('(not known)')).toBe(!isKnown);
      json[`${name}Utc`] = isKnown ? new Date(take(`${filter}_utc`).show).toISOString() : null;
    }
  }
  if (layout.rest !== undefined) json.value = take(restName(layout)).show.replaceAll(':', '');
  expect(rows).toEqual([]);
  return json;
}

function fieldToJson(row: Shown, field: AnyField): FieldJson {
  switch (field.show) {
    case 'ipv4':
    case 'ipv6':
      return formatAddress(parseAddress(row.show)!);
    case 'count64':
      expect(row.showname.endsWith('(not known)')).toBe(row.show === '18446744073709551615');
      return row.showname.endsWith('(not known)') ? null : row.show;
    default:
      return Number(row.show);
  }
}

function namesWithin(shown: readonly Shown[]): string[] {
  return shown.flatMap(({ name, children }) => [name, ...namesWithin(children)]);
}

/** What is shown of one packet equals what we read of it: every field, or why it is no message. */
function expectAsWeRead({ payload, unixMs }: Packet, shown: readonly Shown[] | undefined): void {
  const { memory, message, fault } = read(payload);
  const names = namesWithin(shown ?? []);
  const faults = names.filter((name) => name.startsWith('mtrace2.fault.'));
  expect(faults).toEqual(fault === undefined ? [] : [`mtrace2.fault.${fault.replaceAll('-', '_')}`]);
  if (fault !== undefined) return;
  const dropped = shown!.find(({ name }) => name === 'mtrace2.dropped');
  expect((dropped?.show.replaceAll(':', '').length ?? 0) / 2).toBe(message.droppedOctets);
  expect(names.includes('mtrace2.exceeds')).toBe(message.droppedOctets > 0);
  const tlvs = shown!.filter(({ name }) => name !== 'mtrace2.dropped');
  const [header, ...blocks] = tlvs.map((one) => tlvToJson(one, layoutOf(one, message)));
  expect({ header, blocks }).toEqual(messageToJson(memory, message, unixMs));
}

/** As a packet that the dissector is asked for, whatever is in it. */
function toRouter(payload: Uint8Array): Packet {
  return { ...packetOf(payload, CAPTURED), sourcePort: MTRACE2_PORT, destinationPort: MTRACE2_PORT };
}

function expectAllAsWeRead(packets: readonly Packet[], options: readonly string[] = []): void {
  const shown = dissect(writePcap(packets), options);
  expect(shown).toHaveLength(packets.length);
  for (const [i, packet] of packets.entries()) expectAsWeRead(packet, shown[i]);
}

test('faults have names that filters allow', () => {
  for (const name of Object.keys(TEXTS)) expect(name).toMatch(/^[a-z0-9-]+$/);
});

describeTshark('the dissector', () => {
  test.each(vectors())('$name', ({ octets }) => {
    expectAllAsWeRead([packetOf(octets, CAPTURED)]);
  });

  test('a capture of the daemon: Query, Request, Reply', async () => {
    const packets = await captureOfDaemon();
    const types = packets.map(({ payload }) => payload[0]);
    expect(new Set(types)).toEqual(new Set([TlvType.QUERY, TlvType.REQUEST, TlvType.REPLY]));
    expectAllAsWeRead(packets);
  });

  test('random messages of both families, at random times', () => {
    const message = fc.tuple(arbitraryMessage(CLIENT_PORTS), fc.integer({ min: CAPTURED - 1e9, max: CAPTURED + 1e9 }));
    const packets = fc.sample(message, { numRuns: 300, seed: SEED }).map(([octets, at]) => packetOf(octets, at));
    for (const { payload } of packets) expect(read(payload).fault).toBeUndefined();
    expectAllAsWeRead(packets);
  });

  const mutated = fc
    .tuple(
      fc.oneof(
        fc.constantFrom(...vectors().map(({ octets }) => octets)),
        arbitraryMessage(CLIENT_PORTS),
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
      ),
      fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 3 }),
      // Type and Length of a header and of the first block, where most of what can be wrong is.
      fc.array(fc.tuple(fc.constantFrom(0, 1, 2, 20, 21, 22, 56, 57, 58, 72, 74), fc.nat(12)), { maxLength: 2 }),
      fc.option(fc.nat(300), { nil: undefined }),
    )
    .map(([octets, anywhere, framing, cut]) => {
      const result = octets.slice(0, cut === undefined ? octets.length : Math.max(1, octets.length - cut));
      for (const [at, octet] of [...anywhere, ...framing]) result[at % result.length] = octet;
      return result;
    });

  test('any type and length at any place of the vectors, and octets behind them', () => {
    const payloads = vectors().flatMap(({ octets, tlvs }) => {
      const places = [0];
      for (const _ of tlvs.slice(1)) places.push(places.at(-1)! + octets[places.at(-1)! + 2]!);
      const changed = places.flatMap((at) =>
        [0, 1, 2, 3, 4, 5, 6, 7].flatMap((type) =>
          [undefined, 0, 3, 4, 8, 20, 52, 53, 56, 80, 124].map((length) => {
            const result = octets.slice();
            result[at] = type;
            if (length !== undefined) result[at + 2] = length;
            return result;
          }),
        ),
      );
      return [...changed, ...[[9], [9, 0], [9, 0, 0]].map((rest) => Uint8Array.of(...octets, ...rest))];
    });
    expectAllAsWeRead(payloads.map(toRouter));
  });

  test('what is wrong, as we name it; and what is kept of a message with too long a TLV', () => {
    const packets = fc.sample(mutated, { numRuns: 800, seed: SEED }).map(toRouter);
    const seen = new Set(packets.map(({ payload }) => read(payload).fault));
    expect([...seen].sort()).toEqual([...Object.keys(TEXTS), undefined].sort());
    expectAllAsWeRead(packets);
  });

  test('a capture that keeps only the beginning of packets', () => {
    const packets = vectors().flatMap(({ octets }) => {
      const packet = packetOf(octets, CAPTURED);
      const payloadAt = packet.source.length === 4 ? 28 : 48;
      return Array.from(octets.subarray(1), (_, i) => ({ ...packet, keptOctets: payloadAt + 1 + i }));
    });
    for (const shown of dissect(writePcap(packets))) {
      const names = namesWithin(shown!);
      expect(names).toContain('mtrace2.cut_short');
      expect(names).not.toContain('mtrace2.exceeds');
    }
  });

  describe('which packets it is asked for', () => {
    const query = packetOf(vector('query4').octets, CAPTURED);

    test.each([33433, 5000, 10240])('a Query to port %d when the preference has it', (destinationPort) => {
      const packet = { ...query, destinationPort };
      expect(dissect(writePcap([packet]))).toEqual([undefined]);
      expectAllAsWeRead([packet, query], ['-o', `mtrace2.ports:${MTRACE2_PORT},${destinationPort}`]);
    });

    test('port 33435 no longer, when the preference has another one', () => {
      expect(dissect(writePcap([query]), ['-o', 'mtrace2.ports:33433'])).toEqual([undefined]);
    });

    test('a Reply from any port to the port that it names, and to no other', () => {
      const reply = packetOf(vector('reply6').octets, CAPTURED, 50_000);
      expectAllAsWeRead([reply]);
      expect(dissect(writePcap([{ ...reply, destinationPort: reply.destinationPort + 1 }]))).toEqual([undefined]);
    });
  });
});
