/** Query Arrival Time, RFC 8487 §3.2.4: within the time that the trace took, and later the farther from the client. */
import type { Shown } from './client.ts';
import { Wire } from './network.ts';
import type { Outcome } from './simulation.ts';

const WRAP = 2 ** 32;

/** NTP's seconds, modulo 2^16, in 1/65536. */
function ntp(unixMs: number): number {
  const seconds = (Math.floor(unixMs / 1000) + 32_384) % 65_536;
  return seconds * 65_536 + Math.floor(((unixMs % 1000) * 65_536) / 1000);
}

/** @returns what is wrong with the times that are shown; `undefined`: nothing */
export function arrivalFault({ replies }: Shown, { endMs }: Outcome): string | undefined {
  const start = ntp(Wire.startUnixMs);
  const span = (endMs * 65_536) / 1000 + 1;
  for (const blocks of replies) {
    let before = 0;
    for (const [i, { queryArrivalTime, forwardingCodeName }] of blocks.entries()) {
      // These blocks are zero but for the code.
      if (forwardingCodeName === 'WRONG_LAST_HOP' || forwardingCodeName === 'ADMIN_PROHIB') continue;
      const since = ((queryArrivalTime as number) - start + WRAP) % WRAP;
      if (since > span) return `hop ${i + 1} of a Reply: arrival time ${queryArrivalTime} is not of this trace`;
      if (since < before) return `hop ${i + 1} of a Reply: arrival time goes back`;
      before = since;
    }
  }
  return undefined;
}
