/**
 * What is sent to IOS XR. Every command only shows. The family is always named: without it some commands mean IPv4, and
 * some both. Addresses are canonical text that the reader has checked, VRF names those of the configuration.
 */
import type { Family } from '../../../wire/address.ts';

type Vrf = string | undefined;

const familyWord = (family: Family) => `ipv${family}`;
const inVrf = (vrf: Vrf) => (vrf === undefined ? '' : ` vrf ${vrf}`);
const pim = (family: Family, vrf: Vrf) => `show pim${inVrf(vrf)} ${familyWord(family)}`;

/** Addresses and the MTU of the family. */
export const showAddresses = (family: Family, vrf: Vrf) => `show ${familyWord(family)}${inVrf(vrf)} interface`;
/** On which interfaces PIM runs, and who is the Designated Router there: in this form names of any length have room. */
export const showPim = (family: Family, vrf: Vrf) => `${pim(family, vrf)} interface detail`;
export const showNeighbors = (family: Family, vrf: Vrf) => `${pim(family, vrf)} neighbor`;
export const showRps = (family: Family, vrf: Vrf) => `${pim(family, vrf)} group-map`;
/** ifIndexes: nothing where no SNMP agent runs. */
export const SHOW_INDEXES = 'show snmp interface';
/** TTL thresholds and the names of boundaries, which no other command tells without naming a line card. */
export const SHOW_MULTICAST_CONFIGURATION = 'show running-config multicast-routing';
export const showAccessLists = (family: Family) => `show running-config ${familyWord(family)} access-list`;

/** All interfaces of the router, because the counters are those of all: of the lines of each only the first. */
export const SHOW_NAMES = 'show interfaces | include "line protocol is"';
/** The lines with names and those with counts, of some thirty that the router has for each interface. */
export const SHOW_COUNTERS = 'show interfaces | include "line protocol is|multicast packets"';

/** All sources of the group: one command instead of one for (S,G) and one for (*,G). */
export const showRoutes = (family: Family, group: string, vrf: Vrf) =>
  `show mrib${inVrf(vrf)} ${familyWord(family)} route ${group}`;
export const showTopology = (family: Family, group: string, vrf: Vrf) => `${pim(family, vrf)} topology ${group}`;
/** Without `statistics` it tells of packets that the software has forwarded only, which is next to none. */
export const showRouteCounts = (family: Family, group: string, vrf: Vrf) =>
  `show mfib${inVrf(vrf)} ${familyWord(family)} route statistics ${group}`;

export const showPath = (family: Family, target: string, vrf: Vrf) =>
  `show route${inVrf(vrf)} ${familyWord(family)} ${target}`;
