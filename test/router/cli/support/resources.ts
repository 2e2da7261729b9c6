import { vi } from 'vitest';

/** What keeps the process alive, by kind and number: `{ Timeout: 1, TCPSocketWrap: 2 }`. */
function activeResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/**
 * Takes stock; the function that it returns fails when there is more of anything later on. It waits a little, because
 * handles are closed some turns of the event loop after the event that says so.
 */
export function takeStock(): () => Promise<void> {
  const before = activeResources();
  return () =>
    vi.waitFor(() => {
      for (const [kind, count] of Object.entries(activeResources())) {
        // The timer is waitFor's own.
        const allowed = (before[kind] ?? 0) + (kind === 'Timeout' || kind === 'Immediate' ? 2 : 0);
        if (count > allowed) throw new Error(`${count - allowed} ${kind} left`);
      }
    });
}
