/**
 * What pimd 8.4.4 says of prunes: states of real routers, cut down to the members that are read. West is towards
 * the source, east and lan are downstream.
 */
import { expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { SnapshotRoute } from '../../../../src/router/snapshot.ts';
import { fakeVtysh, readerWith } from '../support/fake-shell.ts';
import { FRR_OUTPUTS } from '../support/frr-outputs.ts';

const GROUP = '239.1.2.3';
const SOURCE = '198.18.0.5';
const EAST = 7;
const LAN = 9;

const oil = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { ttl: 1 }]));

/** One downstream interface's row in `show ip pim join G json`. */
const channel = (channelJoinName: string, more: object = {}) => ({
  upTime: '00:00:33',
  expire: '03:08',
  prune: '--:--',
  channelJoinName,
  protocolPim: 1,
  ...more,
});
const JOINED = channel('JOIN');
/** Pruned off the shared tree. */
const RPT_PRUNED = channel('SGRpt(P)', { upTime: '--:--:--', sgRpt: 1 });
/** After a Prune(S,G): for as long as the Join before it would have lasted. */
const { protocolPim: _, ...PRUNED } = channel('NOINFO');
/** After a Join that was not renewed, where a member keeps the row. */
const EXPIRED = { ...PRUNED, expire: '--:--' };
/** As a key of its own: FRR 10.7. */
const RPT = `${SOURCE},S,Grpt`;
const MEMBER = channel('NOINFO', { upTime: '--:--:--', expire: '--:--', protocolPim: 0, protocolIgmp: 1 });

interface PimState {
  /** Of the (S,G) entry. */
  readonly entry?: object;
  /** Downstream interfaces of (S,G). */
  readonly joins?: Readonly<Record<string, object>>;
  /** Of (S,G,rpt), where these are rows of their own. */
  readonly rptJoins?: Readonly<Record<string, object>>;
  readonly joinState?: string;
}

/** The (S,G) row of the group that pimd tells so of. */
async function row(state: PimState): Promise<SnapshotRoute | undefined> {
  const { entry, joins = {}, rptJoins = {}, joinState = 'Joined' } = state;
  const rows = (name: string) => ({ [SOURCE]: joins[name], [RPT]: rptJoins[name] });
  const perInterface = Object.keys({ ...joins, ...rptJoins }).map((name) => [name, { [GROUP]: rows(name) }]);
  const session = fakeVtysh({
    ...FRR_OUTPUTS,
    [`show ip mroute ${GROUP} json`]: JSON.stringify({
      [GROUP]: { [SOURCE]: { source: SOURCE, group: GROUP, installed: 1, iif: 'west', ...entry } },
    }),
    [`show ip pim join ${GROUP} json`]: JSON.stringify(Object.fromEntries(perInterface)),
    [`show ip pim upstream ${GROUP} json`]: JSON.stringify({
      [GROUP]: { [SOURCE]: { sendSGRptPrune: false, joinState } },
    }),
  });
  const reader = readerWith(platforms.frr(), session);
  const query = { family: 4, group: GROUP, source: SOURCE } as const;
  return (await reader.readForwarding(query, new AbortController().signal)).routes?.[0];
}

const to = (index: number, state: string) => ({ index, state });

test.each<[string, PimState, object[]]>([
  ['a joined one forwards', { entry: { oil: oil('east') }, joins: { east: JOINED } }, [to(EAST, 'forwarding')]],
  ['one that was pruned off the shared tree', { joins: { east: RPT_PRUNED } }, [to(EAST, 'pruned')]],
  [
    'one that was pruned off the shared tree, but forwards all the same',
    { entry: { oil: oil('east') }, joins: { east: RPT_PRUNED } },
    [to(EAST, 'forwarding')],
  ],
  [
    'one that was pruned off the shared tree, in a row of its own',
    { entry: { oil: oil('lan') }, joins: { lan: JOINED }, rptJoins: { east: RPT_PRUNED } },
    [to(LAN, 'forwarding'), to(EAST, 'pruned')],
  ],
  [
    'one that was pruned off the shared tree by one router, and joined by another',
    { joins: { east: JOINED }, rptJoins: { east: RPT_PRUNED } },
    [to(EAST, 'notForwarding')],
  ],
  [
    'one that was pruned off the shared tree, after a Join that was not renewed',
    { joins: { east: EXPIRED }, rptJoins: { east: RPT_PRUNED } },
    [to(EAST, 'pruned')],
  ],
  ['one that was pruned', { joins: { east: PRUNED } }, [to(EAST, 'pruned')]],
  [
    'one that was pruned, beside one that is joined',
    { entry: { oil: oil('lan') }, joins: { east: PRUNED, lan: JOINED } },
    [to(LAN, 'forwarding'), to(EAST, 'pruned')],
  ],
  ['one whose Join was not renewed', { joins: { east: EXPIRED } }, []],
  ['a Prune that is not obeyed yet', { joins: { east: channel('PRUNEP') } }, []],
  ['a joined one that is not forwarded to', { joins: { east: JOINED } }, [to(EAST, 'notForwarding')]],
  ['one with a member that is not forwarded to', { joins: { lan: MEMBER } }, [to(LAN, 'notForwarding')]],
  ['one with a member, and pruned', { joins: { lan: { ...PRUNED, protocolIgmp: 1 } } }, [to(LAN, 'notForwarding')]],
  ['the one that packets come in on', { joins: { west: JOINED } }, []],
])('downstream: %s', async (_name, state, expected) => {
  expect((await row(state))?.outgoing).toEqual(expected);
});

test.each<[string, PimState, boolean | undefined]>([
  ['joined', { joins: { east: JOINED }, joinState: 'Joined' }, false],
  [
    'not joined any more: what was pruned downstream was pruned upstream',
    { joins: { east: PRUNED }, joinState: 'NotJoined' },
    true,
  ],
  [
    'pruned off the shared tree, and nobody is left on it',
    { joins: { east: RPT_PRUNED }, joinState: 'NotJoined' },
    true,
  ],
  [
    'not joined, but forwards what comes by the shared tree',
    { entry: { oil: oil('lan') }, joins: { east: RPT_PRUNED }, joinState: 'NotJoined' },
    false,
  ],
  ['not joined, and nobody ever asked for it: no Prune was ever sent', { joinState: 'NotJoined' }, undefined],
  ['a version that does not tell', { joins: { east: PRUNED }, joinState: '' }, undefined],
])('prune sent: %s', async (_name, state, expected) => {
  expect((await row(state))?.pruneSent).toBe(expected);
});
