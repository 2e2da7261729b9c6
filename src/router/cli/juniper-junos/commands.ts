/**
 * What is sent to a Junos router: commands of the operational mode that only show. Most are asked as XML, which every
 * release has, and in text otherwise (a login class may refuse the pipe). Addresses are canonical text that the
 * reader has checked, the instance a name that the configuration has.
 */
import type { Family } from '../../../wire/address.ts';

/** The form with tags, in which no column is cut and no name is wrapped. */
export const asXml = (command: string) => `${command} | display xml`;

const inet = (family: Family) => (family === 4 ? 'inet' : 'inet6');

/** Of the default instance nothing is said: releases differ in whether it has a name here. */
const inInstance = (vrf: string | undefined) => (vrf === undefined ? '' : ` instance ${vrf}`);

/**
 * All units of an instance, or of all, with their addresses, and without the counters, for which every line card would
 * have to be asked. Text only: each value has its label there, too, and with tags it is over four times as long, which
 * is too much of some thousands of units.
 */
export const showInterfaces = (vrf?: string) =>
  vrf === undefined ? 'show interfaces' : `show interfaces routing-instance ${vrf}`;
/** Which units `show interfaces` lists that are not of the default instance. */
export const SHOW_INSTANCES = 'show route instance detail';
export const showPimInterfaces = (family: Family, vrf?: string) =>
  `show pim interfaces ${inet(family)}${inInstance(vrf)}`;
/**
 * Where members of groups are listened for, with PIM or without, in all instances: there is no option for one. Text
 * only, whose labels are documented.
 */
export const showListeners = (family: Family) => `show ${family === 4 ? 'igmp' : 'mld'} interface`;
export const showNeighbors = (vrf?: string) => `show pim neighbors${inInstance(vrf)}`;
export const showRps = (family: Family, vrf?: string) => `show pim rps ${inet(family)}${inInstance(vrf)}`;
/** Text only: which of several it is, is known to be told there. */
export const showRpOfGroup = (family: Family, group: string, vrf?: string) =>
  `show pim rps ${inet(family)} ${group}${inInstance(vrf)}`;
/** Both families. */
export const showScopes = (vrf?: string) => `show multicast scope${inInstance(vrf)}`;
/** Multicast packets of each interface, in and out. */
export const showStatistics = (family: Family, vrf?: string) =>
  `show multicast statistics ${inet(family)}${inInstance(vrf)}`;
/** The forwarder's entries, which are all of a source. */
export const showRoutes = (family: Family, group: string, source: string, vrf?: string) =>
  `show multicast route extensive ${inet(family)} group ${group} source-prefix ${source}${inInstance(vrf)}`;
/** PIM's state: (*,G), which is nowhere else, and (S,G) of all sources. `exact` is younger than this form. */
export const showJoins = (family: Family, group: string, vrf?: string) =>
  `show pim join extensive ${inet(family)} ${group}${inInstance(vrf)}`;
/** Looked up in the table that RPF checks use, which is not always that of unicast. */
export const showRpf = (family: Family, target: string, vrf?: string) =>
  `show multicast rpf ${inet(family)} ${target}${inInstance(vrf)}`;
