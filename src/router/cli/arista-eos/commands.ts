/**
 * What is sent to an EOS switch, and how its CLI looks to who logs in. Every command only shows.
 * `| json` comes first where its model is known; entries come as text, which tells more, and PIM's tables, which have stayed
 * the same for many releases, where JSON has neighbours by address, or, since 4.33 at the latest, by interface.
 * PIM for IPv4 was respelled from `ip pim` to `pim ipv4`: both spellings are asked together, and the first that answers
 * counts.
 * Addresses are canonical text that the reader has checked, a VRF's name the configuration.
 */
import type { Family } from '../../../wire/address.ts';
import type { Terminal } from '../session/terminal.ts';

/** `undefined`: the default one. */
export type Vrf = string | undefined;

const inVrf = (vrf: Vrf) => (vrf === undefined ? '' : ` vrf ${vrf}`);
const keyword = (family: Family) => (family === 4 ? 'ip' : 'ipv6');

/** All interfaces, of all VRFs, as JSON, and as text, which every release has. */
export const SHOW_INTERFACES = ['show interfaces | json', 'show interfaces'] as const;
/** The interfaces of one VRF that have addresses of the family. Without `vrf` it may show those of others, too. */
export const showAddresses = (family: Family, vrf: Vrf) =>
  `show ${keyword(family)} interface vrf ${vrf ?? 'default'} | json`;
export const SHOW_INDEXES = 'show snmp mib ifmib ifindex';

export const showPimInterfaces = (family: Family, vrf: Vrf): readonly string[] => spellings(family, vrf, 'interface');
/** Links of members need not have PIM. Of IPv6 no such command is known. */
export const showIgmpInterfaces = (vrf: Vrf) => `show ip igmp${inVrf(vrf)} interface`;
export const showRps = (family: Family, vrf: Vrf): readonly string[] => spellings(family, vrf, 'rp');
export const showNeighbors = (family: Family, vrf: Vrf): readonly string[] => spellings(family, vrf, 'neighbor');

/** IPv6 came with the new spelling. */
function spellings(family: Family, vrf: Vrf, what: string): readonly string[] {
  const spelling = `show pim ipv${family}${inVrf(vrf)} ${what}`;
  return family === 6 ? [spelling] : [spelling, `show ip pim${inVrf(vrf)} ${what}`];
}

/**
 * Multicast boundaries are in the configuration only. What is not asked for stays on the switch; what is asked for needs
 * privileges, and is told to nobody without.
 */
export const SHOW_BOUNDARIES = 'show running-config | include ^interface|boundary|access-list|permit|deny';

/**
 * As JSON, and as text: all entries of the group; with a source the switch would leave out the shared tree's. The text has
 * what JSON was not seen to have: for how long, joined or not upstream, and why an interface gets nothing.
 */
export const showRoutes = (family: Family, vrf: Vrf, group: string): readonly [string, string] => {
  const routes =
    family === 4 ? `show ip mroute${inVrf(vrf)} ${group}` : `show pim ipv6${inVrf(vrf)} sparse-mode route ${group}`;
  return [`${routes} | json`, `${routes} detail`];
};
/** Counts where `ip multicast count packets` is configured. */
export const showCounts = (family: Family, vrf: Vrf, group: string) =>
  `show multicast fib ipv${family}${inVrf(vrf)} ${group} count`;
/** Of all interfaces, as JSON, and as text. */
export const SHOW_COUNTERS = ['show interfaces counters | json', 'show interfaces counters'] as const;

/** As JSON, and as text. */
export const showPath = (family: Family, vrf: Vrf, target: string): readonly [string, string] => {
  const route = `show ${keyword(family)} route${inVrf(vrf)} ${target}`;
  return [`${route} | json`, route];
};

export const terminal: Terminal = {
  // `r4>`, `r4#`, `r4(config-if-Et1)#`, of two supervisors `r4(s1)#`.
  prompt: /^[\w.:@~-]{1,255}(?:\([\w .:/@%+~-]{1,255}\)){0,4}[>#] ?$/,
  // Tables are as wide as the terminal: in a narrow one their cells wrap.
  preparation: ['terminal length 0', 'terminal width 32767'],
  pager: /--More-- ?$/,
  enable: 'enable',
};
