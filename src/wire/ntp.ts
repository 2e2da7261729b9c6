/**
 * The 32-bit NTP timestamp of Query Arrival Time: low 16 bits of the seconds since 1900, high 16 bits of the fraction.
 * RFC 8487 §3.2.4 gives the formula with 64-bit shifts; JavaScript's shifts have 32 bits, hence arithmetic.
 */

/** Seconds from 1900 to 1970, modulo 65536. */
const EPOCH_OFFSET = 32384;
const WRAP_SECONDS = 65536;

/** @param nanoseconds 0 to 999,999,999 */
export function ntp32(unixSeconds: number, nanoseconds: number): number {
  const seconds = (unixSeconds + EPOCH_OFFSET) % WRAP_SECONDS;
  return seconds * 65536 + Math.floor((nanoseconds * 128) / 1953125);
}

/**
 * The Unix time in whole milliseconds, rounded down, that an ntp32 stands for. The format wraps every 18.2 hours: the
 * result is the one nearest to `nearUnixMs`. (A number has no room
 * for the fraction as well: now and then it became the next millisecond.)
 */
export function ntp32ToUnixMs(timestamp: number, nearUnixMs: number): number {
  const wrapMs = WRAP_SECONDS * 1000;
  const withinWrap = Math.floor(((timestamp / 65536 - EPOCH_OFFSET + WRAP_SECONDS) % WRAP_SECONDS) * 1000);
  return withinWrap + Math.round((nearUnixMs - withinWrap) / wrapMs) * wrapMs;
}
