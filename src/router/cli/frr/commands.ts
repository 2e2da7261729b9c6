/**
 * What is sent to FRR's vtysh, 8.4.4 and newer. Every command only shows, and all but the look-up of a next hop have JSON.
 * Never `show ip pim interface detail json`: it kills pimd 8.4.4 on a first-hop router with an active source. Without
 * `detail` it does not.
 * Addresses are canonical text that the reader has checked, the name of a VRF is one that the configuration has.
 */
import type { Family } from '../../../wire/address.ts';
import type { Batching } from '../session/batch.ts';
import type { Terminal } from '../session/terminal.ts';

/** The only way to learn of multicast boundaries. Refused to an account whose vtysh is restricted (`vtysh -u`). */
export const SHOW_CONFIGURATION = 'show configuration running json pimd';

/** What is asked in one VRF; `undefined`: in the default one. */
export function commandsIn(vrf: string | undefined) {
  const within = vrf === undefined ? '' : ` vrf ${vrf}`;
  return {
    /** Without a VRF it shows those of all by their names, which repeat where VRFs are network namespaces. */
    showInterface: `show interface vrf ${vrf ?? 'default'} json`,
    /** One row for each interface with PIM or IGMP/MLD, with its VIF and the counters of the kernel's forwarder. */
    showVifs: (family: Family) => `show ${keyword(family)} multicast count${within} json`,
    showNeighbors: (family: Family) => `show ${keyword(family)} pim${within} neighbor json`,
    showPim: (family: Family) => `show ${keyword(family)} pim${within} interface json`,
    showRps: (family: Family) => `show ${keyword(family)} pim${within} rp-info json`,
    /** 8.4.4 takes one address for a source or a group, whichever it is: all sources of the group. */
    showRoutes: (family: Family, group: string) => `show ${keyword(family)} mroute${within} ${group} json`,
    /** Asks the kernel for its counters. All groups: it takes no address. */
    showRouteCounts: (family: Family) => `show ${keyword(family)} mroute${within} count json`,
    /** The RPF neighbours as PIM sees them. All groups: it takes no address. */
    showRouteRpf: (family: Family) => `show ${keyword(family)} pim${within} rpf json`,
    showUpstream: (family: Family, group: string) => `show ${keyword(family)} pim${within} upstream ${group} json`,
    showJoins: (family: Family, group: string) => `show ${keyword(family)} pim${within} join ${group} json`,
    showPath: (family: Family, target: string) => `show ${keyword(family)} route${within} ${target} json`,
    /** How pimd would join `target` for the group, by which it may choose among equal next hops. */
    lookUpPath: (family: Family, target: string, group: string) =>
      `show ${keyword(family)} pim${within} nexthop-lookup ${target} ${group}`,
  } as const;
}

export type Commands = ReturnType<typeof commandsIn>;

/** `ip` for pimd, `ipv6` for pim6d, whose commands and outputs are otherwise alike. */
const keyword = (family: Family) => (family === 4 ? 'ip' : 'ipv6');

/**
 * vtysh takes several lines as one command, runs them in order and stops after a line that it does not know or whose
 * daemon is not there; other errors are one line starting with `%`, and it goes on. It has no `echo`, and some
 * commands print nothing at all, so each is followed by a line that vtysh answers by itself, without a daemon, with
 * a fixed text: a search for a regular expression whose bracket is not closed. Inside JSON that text can never be a line of its own.
 */
const MARKER_COMMAND = 'find [mtrace2d';
const MARKER = /^% Unbalanced square brackets\r?\n?/m;

export const batching: Batching = {
  join: (commands) => commands.map((command) => `${command}\n${MARKER_COMMAND}`).join('\n'),
  split: (output, count) => output.split(MARKER, count),
  // No pim6d runs.
  fallsWith: (stoppedAt, later) => stoppedAt.startsWith('show ipv6 multicast ') && later.startsWith('show ipv6 pim '),
};

/** FRR's daemons, each with a CLI of its own on a port of its own; pim6d need not run. */
export const DAEMON_PORTS = { zebra: 2601, pimd: 2611, pim6d: 2622 } as const;
export type Daemon = keyof typeof DAEMON_PORTS;

/** Which daemon knows a command; vtysh knows all of them. */
export function daemonOf(command: string): Daemon {
  if (/^show (?:interface|ip(?:v6)? route) /.test(command)) return 'zebra';
  return command.startsWith('show ipv6 ') ? 'pim6d' : 'pimd';
}

/** Of each daemon. It is typed ahead to: it answers in order, and echoes each command at its prompt. */
export const terminal: Terminal = {
  prompt: /^[\w.-]{1,64}[>#] $/,
  preparation: ['terminal length 0'],
  pager: /^ --More-- $/,
  enable: 'enable',
  takesTypeAhead: true,
};
