/** The beginning of foreign text on one line, without control characters: fit for a message. Pure. */
export function excerpt(text: string, limit = 200): string {
  const line = text
    .slice(0, limit * 2)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length > limit ? `${line.slice(0, limit)}...` : line;
}

/** What an error says; of one for several addresses of a host, none of which could be connected to, what each of them says. */
export function whyOf(error: unknown): string {
  if (error instanceof AggregateError) return excerpt(error.errors.map(whyOf).join('; '));
  return error instanceof Error ? excerpt(error.message) : 'unknown';
}
