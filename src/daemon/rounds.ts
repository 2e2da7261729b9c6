/** Something for each of several, again and again, and never for all at once. */

/**
 * Each is called for once in `intervalMs`, one after the other at even distances. The first round begins after such an interval: it
 * has just been done for all when there is something to do again.
 */
export function round<One>(all: readonly One[], intervalMs: number, call: (one: One) => void): NodeJS.Timeout {
  let turn = 1 - all.length;
  const next = () => {
    const one = all[turn % all.length];
    if (turn++ >= 0 && one !== undefined) call(one);
  };
  return setInterval(next, intervalMs / Math.max(1, all.length));
}
