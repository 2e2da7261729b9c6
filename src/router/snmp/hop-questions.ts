/** What a hop may need besides its rows: prunes, members, PIM's state of its links. Pure. */
import type { ForwardingQuery } from '../port.ts';
import type { RouteReading } from './assemble.ts';
import { NOTHING } from './hop-plan.ts';
import { notForwarded } from './local-listeners.ts';
import type { Device } from './mib/device.ts';
import { type Contested, type LinkStates, linkStates } from './mib/link-states.ts';
import type { Listener } from './mib/listener-table.ts';
import { pimStd, pruneSent } from './mib/pim-std-table.ts';
import { given, type Question } from './mib/question.ts';
import { octetsOf } from './places.ts';

/** Whether a Prune was sent upstream; `undefined`: nothing tells. */
export function pruneQuestion(
  { group, source }: ForwardingQuery,
  { pimTables }: Device,
): Question<boolean | undefined> {
  if (!pimTables.includes(pimStd) || group === null || source === null) return given(undefined);
  return pruneSent(octetsOf(group), octetsOf(source));
}

/** Members of the group on these links. */
export function listenersAt(
  indexes: readonly number[],
  { family, group, source }: ForwardingQuery,
  { listenerTable }: Device,
): Question<readonly Listener[]> {
  const table = listenerTable[family];
  if (table === undefined || group === null) return given([]);
  return table.listeners(octetsOf(group), source === null ? null : octetsOf(source), indexes);
}

/** ifIndexes of all links that have any. */
export function listeningLinks(
  { family, group }: ForwardingQuery,
  { listenerTable }: Device,
): Question<readonly number[]> {
  return (group !== null && listenerTable[family]?.links(octetsOf(group))) || given([]);
}

/** ifIndexes with listeners that a row does not forward to. */
export function missedBy(
  routes: readonly RouteReading[],
  listeners: readonly Listener[],
  { group }: ForwardingQuery,
  device: Device,
): number[] {
  if (group === null) return [];
  return routes.flatMap((route) => notForwarded({ group, ...route }, listeners, device)).map(({ index }) => index);
}

/** What PIM knows of links that the rows leave open. */
export function statesOf(
  contested: Contested,
  { family, group, source }: ForwardingQuery,
  { pimTables }: Device,
): Question<LinkStates> {
  if (group === null) return linkStates([], new Uint8Array(), null, NOTHING);
  const tables = pimTables.filter(({ families }) => families.includes(family));
  return linkStates(tables, octetsOf(group), source === null ? null : octetsOf(source), contested);
}
