/**
 * Reads the counts of `show mfib route statistics` of IOS XR: packets of each entry, which the hardware and the software have
 * forwarded between them. Pure; no error is thrown.
 */
import { addressIn, countIn, countOf, type NotUnderstood, passOver, readLines } from '../tools/text.ts';
import { AROUND } from './answer.ts';

/** Packets in by `SOURCE GROUP`, `*` for any source; what is not counted is not there. */
export function parseMfibCounts(output: string, notUnderstood?: NotUnderstood): ReadonlyMap<string, string> {
  const counts = new Map<string, Counted>();
  let entry: Counted | undefined;
  readLines(
    output,
    [
      [
        /^ *\(([^,()\s]+), ?([^,()\s]+)\)/,
        ([, source = '', group = '']) => {
          entry = {};
          counts.set(keyOf(source === '*' ? null : source, group), entry);
        },
      ],
      [
        // Packets in, packets out, octets out: `NA /NA /NA` where nothing counts.
        /^ *(SW|HW)? ?(?:Forwarding|Incoming) Counts?: *([^\s/]+)/,
        ([, by, packets]) => {
          if (entry === undefined) return;
          if (by === 'HW') entry.hardware ??= countIn(packets);
          else entry.software ??= countIn(packets);
        },
      ],
      ...AROUND,
      [/^ *IP(?:v6)? Multicast Forwarding Information Base/i, passOver],
      [/^ *(?:SW|HW|SW\/HW)? ?(?:Forwarding|Replication|Failure|Drop|Other)[A-Za-z/ ]*: /i, passOver],
      [/^ *(?:Up|Last Used) ?:/i, passOver],
      [/^ *\S+(?: +\([^()]*\))? +Flags:/, passOver],
      [/^ *(?:MVPN|MDT|MT |RPF|Incoming|Outgoing|No matching)/i, passOver],
    ],
    notUnderstood,
  );
  return new Map([...counts].flatMap(([key, counted]) => entriesIfTold(key, packetsOf(counted))));
}

/** `undefined`: there is no such line; `null`: the line says that it does not count. */
interface Counted {
  hardware?: string | null;
  software?: string | null;
}

export function keyOf(source: string | null, group: string): string {
  return `${source === null ? '*' : (addressIn(source) ?? source)} ${addressIn(group) ?? group}`;
}

function entriesIfTold(key: string, packets: string | null): [string, string][] {
  return packets === null ? [] : [[key, packets]];
}

/** Where there is hardware that does not count, the software's few packets are not the entry's. */
function packetsOf({ hardware, software = null }: Counted): string | null {
  const deciding = hardware === undefined ? software : hardware;
  if (deciding === null) return null;
  return countOf(BigInt(hardware ?? 0) + BigInt(software ?? 0));
}
