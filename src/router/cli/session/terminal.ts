/** What a login to a platform's CLI looks like: all that a session has to know of the vendor. */
export interface Terminal {
  /** Whose it is, as in the configuration: for messages. */
  readonly platform?: string;
  /**
   * The line that stands at the end of all output when the CLI waits for a command, from its beginning to its end, without
   * escape sequences: `r4#`, `RP/0/RSP0/CPU0:r4#`, `admin@r4> `.
   */
  readonly prompt: RegExp;
  /**
   * Sent one after the other after the login, so that outputs come whole and bare: no pages, no timestamps, wide lines.
   * What the CLI says to them does not matter.
   */
  readonly preparation: readonly string[];
  /** What stands at the end of a page, where pages came in spite of that. The answer is a blank. */
  readonly pager: RegExp;
  /** The command by which a CLI whose prompt ends in `>` gives what needs privileges, if it has one. */
  readonly enable?: string;
  /** Several commands may be sent at once: it takes what is typed ahead, and echoes each where its turn has come. */
  readonly takesTypeAhead?: boolean;
}

/** Characters: a longer line is neither a prompt nor a question. */
export const LONGEST_PROMPT = 1024;

export function isPrompt(line: string, { prompt }: Terminal): boolean {
  const bare = line.trimEnd();
  return [line, bare, `${bare} `].some((one) => prompt.test(one));
}

/** Also behind a banner that has no end of its last line. */
export function endsInPrompt(line: string, terminal: Terminal): boolean {
  for (let at = 0; at < line.length; at++) if (isPrompt(line.slice(at), terminal)) return true;
  return false;
}

/** `bash-4.2$`, `root@r4%`, `root@r4:~ #`; not `Loading 100%`. */
const SHELL = /\$$|[^\s\d]\d{0,3}%$|^#$|[~/] ?#$/;

/** What is to be said of a line where a prompt was waited for: it may be that of another platform. */
export function otherPromptHint(line: string, terminal: Terminal): string {
  const { platform } = terminal;
  const end = line.trimEnd();
  if (platform === undefined || isPrompt(line, terminal)) return '';
  if (SHELL.test(end)) return `, which looks like a shell's: does the login begin in the CLI of ${platform}?`;
  return /[#>]$/.test(end) ? `, which is no prompt of ${platform}: is the platform right?` : '';
}
