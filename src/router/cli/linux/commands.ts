/**
 * What is sent to the shell of a Linux host that forwards multicast, whatever daemon tells its kernel to: iproute2
 * with JSON (5.0 and newer) and /proc. Addresses are canonical text that the reader has checked, the name of a VRF is one that the
 * configuration has.
 */
import type { Family } from '../../../wire/address.ts';
import { ReaderError } from '../../port.ts';
import { excerpt } from '../excerpt.ts';
import type { Batching } from '../session/batch.ts';

export const SHOW_ADDRESSES = 'ip -j addr';
/** The devices of VRFs. Where there are none, or none can be, iproute2 prints empty rows. */
export const SHOW_VRFS = 'ip -j link show type vrf';
export const showVifs = (family: Family) => `cat /proc/net/${family === 4 ? 'ip' : 'ip6'}_mr_vif`;
/** All groups: iproute2 6.1 takes no group here for either family. */
export const showRoutes = (family: Family) => `ip -${family} -s -j mroute show`;
/** The one route that the kernel takes, policy routing included; but of IPv4 it tells neither prefix nor protocol. */
export const showPath = (family: Family, target: string, vrf?: string) =>
  `ip -${family} -j route get ${target}${within(vrf)}`;
/** All routes that cover the target. Protocols as numbers (-N): their names are a file on the host. */
export const showCovering = (family: Family, target: string, vrf?: string) =>
  `ip -${family} -j -N route show match ${target}${within(vrf)}`;

/** The same without JSON: text for people, and the kernel's own tables. */
export const SHOW_ADDRESSES_AS_TEXT = 'ip addr';
export const SHOW_VRFS_AS_TEXT = 'ip link show type vrf';
export const showCache = (family: Family) => `cat /proc/net/${family === 4 ? 'ip' : 'ip6'}_mr_cache`;
export const showPathAsText = (family: Family, target: string) => `ip -${family} route get ${target}`;
export const showCoveringAsText = (family: Family, target: string) => `ip -${family} route show match ${target}`;

/** The VRF's own device, with its addresses and the number of its tables. */
export const showVrf = (vrf: string) => `ip -j -d addr show dev ${vrf}`;
/** What is enslaved to it. */
export const showMembers = (vrf: string) => `ip -j addr show vrf ${vrf}`;
/** On which interfaces multicast is forwarded, in whatever table: /proc has the VIFs of the default one alone. */
export const showForwarding = (family: Family) => `ip -${family} -j netconf show`;
/** Of all tables, each by its number (-N), which nobody has to know beforehand. */
export const showAllRoutes = (family: Family) => `ip -${family} -s -j -N mroute show table all`;

const within = (vrf: string | undefined) => (vrf === undefined ? '' : ` vrf ${vrf}`);

const MARKER = '--- mtrace2d ---';

/**
 * One script for a POSIX shell. Each command's complaints go into its own output, where the parser finds them instead
 * of the answer, in English; `ip` and daemons are mostly in directories that an unprivileged login does not search.
 */
export const batching: Batching = {
  join: (commands) =>
    [
      'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
      'export LC_ALL=C',
      `echo '${MARKER}'`,
      ...commands.flatMap((command) => [`${command} 2>&1`, `echo '${MARKER}'`]),
    ].join('\n'),
  split: (output, count) => {
    const [rest = '', ...outputs] = output.split(`${MARKER}\n`).reverse();
    // A shell goes on behind every command: an output without its marker was cut off. The first is of the shell's own files.
    if (outputs.length <= count) {
      const hint = outputs.length === 0 && rest !== '' ? ': is it a login with a shell?' : '';
      throw new ReaderError(
        'ERR_READER_OUTPUT',
        `the output ends too soon: ${excerpt(rest.slice(-200)) || 'nothing more'}${hint}`,
      );
    }
    return outputs.reverse().slice(1, count + 1);
  },
};
