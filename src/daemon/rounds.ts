/** Something for each of several, again and again, and never for all at once. */

/** Each is called for once in `intervalMs`, one after the other at even distances, the first one after such a distance. */
export function round<One>(all: readonly One[], intervalMs: number, call: (one: One) => void): NodeJS.Timeout {
  let next = 0;
  return setInterval(() => {
    const one = all[next % all.length];
    next++;
    if (one !== undefined) call(one);
  }, intervalMs / Math.max(1, all.length));
}
