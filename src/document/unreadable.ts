/** What to say of a file that cannot be read. */

/** `cannot be read: no such file or directory`: a system error without the code and path that Node puts around it. */
export function unreadable(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `cannot be read: ${/^E[A-Z0-9]+: (.*?)(?:, \w+(?: '.*')?)?$/s.exec(message)?.[1] ?? message}`;
}
