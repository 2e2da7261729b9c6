/**
 * The human form of a log line, for a terminal: `10:00:00.000 warn  no answer router=r4 code=ERR_READER_TIMEOUT`.
 * What came from the network is quoted as JSON, so it can neither break the line nor steer the terminal.
 */

/** Makes one line of a JSON line of pino's; gives back what is not one. */
export function humanLine(json: string): string {
  const entry = parse(json);
  if (entry === undefined) return json;
  const { time, level, msg, ...rest } = entry;
  const fields = Object.entries(rest).map(([key, value]) => ` ${key}=${show(value)}`);
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  return `${clock} ${String(level).padEnd(5)} ${plain(String(msg ?? ''))}${fields.join('')}\n`;
}

function parse(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Words stand bare, an error is its message, everything else is JSON. */
function show(value: unknown): string {
  if (typeof value === 'string' && /^[\w.:/@+-]+$/.test(value)) return value;
  const isError = typeof value === 'object' && value !== null && 'stack' in value && 'message' in value;
  return plain(JSON.stringify(isError ? value.message : value));
}

/** One line, nothing that a terminal obeys. */
function plain(text: string): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, escaped);
}
