/**
 * What is sent to IOS and IOS-XE. Every command only shows. None of them takes the running configuration, which takes
 * seconds to print, and rights that an account for reading need not have.
 * Addresses are canonical text that the reader has checked, and the name of the VRF is the configuration's.
 */
import type { Family } from '../../../wire/address.ts';

/** `ip` for IPv4, whose words are otherwise IPv6's, too. */
const keyword = (family: Family) => (family === 4 ? 'ip' : 'ipv6');
const inVrf = (vrf: string | undefined) => (vrf === undefined ? '' : ` vrf ${vrf}`);

/** Of all VRFs: it tells which one each is in. */
export const showInterfaces = (family: Family) => `show ${keyword(family)} interface`;
export const SHOW_INDEXES = 'show snmp mib ifmib ifindex';
/** All of them: which ones are of boundaries and of static RPs is told at the same time. */
export const SHOW_ACCESS_LISTS = 'show ip access-lists';

/** IPv4: mode, Designated Router, TTL threshold and boundary of each interface. */
export const showPimDetail = (vrf?: string) => `show ip pim${inVrf(vrf)} interface detail`;
/** IPv6 has no `detail`. */
export const showPim6 = (vrf?: string) => `show ipv6 pim${inVrf(vrf)} interface`;
export const showNeighbors = (family: Family, vrf?: string) => `show ${keyword(family)} pim${inVrf(vrf)} neighbor`;
export const showRps = (vrf?: string) => `show ip pim${inVrf(vrf)} rp mapping`;
export const showRps6 = (vrf?: string) => `show ipv6 pim${inVrf(vrf)} group-map`;

/** IPv4's. IPv6 has no packet counters of interfaces. */
export const showInterfaceCounts = (vrf?: string) => `show ip pim${inVrf(vrf)} interface count`;
/** With the source as well it would leave out the (*,G). */
export const showRoutes = (family: Family, group: string, vrf?: string) =>
  `show ${keyword(family)} mroute${inVrf(vrf)} ${group}`;
/** IPv4's is there without an MFIB, too: before 15.0 there was none. */
export const showRouteCounts = (family: Family, group: string, vrf?: string) =>
  family === 4 ? `show ip mroute${inVrf(vrf)} ${group} count` : `show ipv6 mfib${inVrf(vrf)} ${group}`;

export const showPath = (family: Family, target: string, vrf?: string) =>
  `show ${keyword(family)} rpf${inVrf(vrf)} ${target}`;
/** IPv6's RPF says of a unicast route only that it is one. */
export const showRoute6 = (target: string, vrf?: string) => `show ipv6 route${inVrf(vrf)} ${target}`;
