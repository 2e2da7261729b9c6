/**
 * What is asked of mrouted itself; the rest is the kernel's. mroutectl, of 4.0 and newer, also stops, restarts and sets
 * mrouted: it is never sent but as here. It needs to be allowed to write to mrouted's socket, which mostly only root is.
 */

/** Everything in one, in the form that mrouted has printed since 3.9; `-d` for all headings, `-p` for no escape sequences. */
const ASK = 'mroutectl -dp show compat';

/** Where 3.9 writes the same, when somebody sends it SIGUSR1 (.dump: VIFs and routes) and SIGUSR2 (.cache). */
const FILES = ['/var/tmp', '/var/run/mrouted'].flatMap((folder) => [
  `${folder}/mrouted.dump`,
  `${folder}/mrouted.cache`,
]);

/** The time, and each file that is there: when it was written, its name, and what it has. Both times are the host's. */
const SHOW_FILES = `date +%s; for file in ${FILES.join(' ')}; do [ -r $file ] && stat -c '%Y %n' $file && cat $file; done`;

/** What mrouted tells, or, where there is no mroutectl, its files. */
export const SHOW_STATE = `if command -v mroutectl >/dev/null; then ${ASK}; else ${SHOW_FILES}; fi`;
