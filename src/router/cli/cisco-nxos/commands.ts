/**
 * What is sent to NX-OS (Nexus 3000 to 9000, MDS apart). Every command only shows. Addresses are canonical text that the
 * reader has checked, the VRF a name that the configuration has.
 * In JSON (form.ts) where the fields are known to be in it: routes, counters, neighbours. In text always where JSON has
 * other members from release to release, or none: interfaces, RPs, forwarding tables.
 */
import type { Family } from '../../../wire/address.ts';

/** `undefined` = `default`, which needs no naming. */
export type Vrf = string | undefined;

/** All interfaces of all VRFs, ports of layer 2 included. */
export const SHOW_IF_INDEXES = 'show interface snmp-ifindex';
/** All ports. Their names are in full here, and short in its text. */
export const SHOW_COUNTERS = 'show interface counters';

const keyword = (family: Family) => (family === 4 ? 'ip' : 'ipv6');
const inVrf = (vrf: Vrf) => (vrf === undefined ? '' : ` vrf ${vrf}`);

export const showInterfaces = (family: Family, vrf: Vrf) => `show ${keyword(family)} interface${inVrf(vrf)}`;
export const showPimInterfaces = (family: Family, vrf: Vrf) => `show ${keyword(family)} pim interface${inVrf(vrf)}`;
export const showNeighbors = (family: Family, vrf: Vrf) => `show ${keyword(family)} pim neighbor${inVrf(vrf)}`;
export const showRps = (family: Family, vrf: Vrf) => `show ${keyword(family)} pim rp${inVrf(vrf)}`;
/** The mode of each range of groups: of which have none, because they are SSM's, the RPs do not tell. */
export const showGroupRanges = (family: Family, vrf: Vrf) => `show ${keyword(family)} pim group-range${inVrf(vrf)}`;

/** All sources of the group, and its (*,G). */
export const showRoutes = (family: Family, group: string, vrf: Vrf) =>
  `show ${keyword(family)} mroute ${group}${inVrf(vrf)}`;
/** What has been handed to the forwarding engines: the only table with packet counts. */
export const showDistribution = (family: Family, group: string, vrf: Vrf) =>
  `show forwarding distribution ${family === 4 ? '' : 'ipv6 '}multicast route${inVrf(vrf)} group ${group}`;

/** There is no command for RPF. The unicast RIB has the static multicast routes, too, and marks them. */
export const showPath = (family: Family, target: string, vrf: Vrf) =>
  `show ${keyword(family)} route ${target}${inVrf(vrf)}`;
