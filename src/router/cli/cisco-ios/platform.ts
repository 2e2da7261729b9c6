/**
 * Cisco IOS and IOS-XE by their CLI, IPv4 and IPv6. It has no structured form: all is text. The RP of a group is told with its
 * (*,G), else by the mappings of the table; how much an entry has forwarded, by an output of its own.
 */
import type { Family } from '../../../wire/address.ts';
import {
  type ForwardingPart,
  given,
  type NeighborPart,
  type Platform,
  type PlatformOptions,
  type Question,
  type TablePart,
} from '../platform.ts';
import type { Terminal } from '../session/terminal.ts';
import { type OfBoth, pimOfBoth } from '../tools/cisco-refusal.ts';
import { EMBEDDED_RPS } from '../tools/cisco-rps.ts';
import { unlessUnreadable } from '../tools/json.ts';
import { untoldOf } from '../tools/untold.ts';
import * as commands from './commands.ts';
import { boundariesOf, parseAccessLists } from './parse-access-lists.ts';
import { parseInterfaceCounts, parseRouteCounts, withCounts } from './parse-counts.ts';
import { parseInterfaces } from './parse-interfaces.ts';
import { parsePath } from './parse-path.ts';
import {
  multicastRoutingProtocolOf,
  type PimInterface,
  parseNeighbors,
  parsePim6,
  parsePimDetail,
} from './parse-pim.ts';
import { parseRoutes, rowsOfGroup } from './parse-routes.ts';
import { parseRps, parseRps6 } from './parse-rps.ts';

const TERMINAL: Terminal = {
  // User and privileged mode. Names of hosts are letters, digits, dots and dashes; `prompt` may put others in.
  prompt: /^[\w.:@/~+-]{1,99}[>#] ?$/,
  preparation: ['terminal length 0', 'terminal width 511'],
  pager: /--More-- ?$/,
  enable: 'enable',
};

export function ciscoIos({ vrf }: PlatformOptions = {}): Platform {
  return {
    name: 'cisco-ios',
    terminal: TERMINAL,
    table: table(vrf),
    forwarding: ({ family, group }) => (group === null ? countersOnly(family, vrf) : groupState(family, group, vrf)),
    path: (target, family) => {
      const rpf = commands.showPath(family, target, vrf);
      return {
        commands: family === 4 ? [rpf] : [rpf, commands.showRoute6(target, vrf)],
        parse: ([output = '', route = '']) => parsePath({ rpf: output, route }, target, rpf),
      };
    },
  };
}

function table(vrf: string | undefined): Question<TablePart> {
  const show = {
    ipv4: commands.showInterfaces(4),
    ipv6: commands.showInterfaces(6),
    indexes: commands.SHOW_INDEXES,
    pim4: commands.showPimDetail(vrf),
    neighbors4: commands.showNeighbors(4, vrf),
    rps4: commands.showRps(vrf),
    lists: commands.SHOW_ACCESS_LISTS,
    pim6: commands.showPim6(vrf),
    neighbors6: commands.showNeighbors(6, vrf),
    rps6: commands.showRps6(vrf),
  };
  const names = Object.keys(show) as (keyof typeof show)[];
  return {
    commands: names.map((name) => show[name]),
    parse: (outputs) => {
      const printed = Object.fromEntries(names.map((name, at) => [name, outputs[at] ?? ''])) as typeof show;
      const lists = unlessUnreadable(() => parseAccessLists(printed.lists, show.lists), undefined);
      const { interfaces, shut } = parseInterfaces(printed, show, vrf);
      const pim = pimInterfaces(printed, show, shut);
      const thresholds = new Map(pim[4].map((one) => [one.name, one.ttlThreshold ?? 0]));
      return {
        interfaces: interfaces.map((row) => {
          // 0, which is IOS's default, keeps nothing back that has a hop left to go.
          const ttlThreshold = thresholds.get(row.name) ?? 0;
          return ttlThreshold === 0 ? row : { ...row, ttlThreshold };
        }),
        multicast: { 4: enabledOf(pim[4]), 6: enabledOf(pim[6]) },
        untold: untoldOf(printed.pim6),
        multicastRoutingProtocol: multicastRoutingProtocolOf(pim[4]),
        neighbors: neighborsOf({ 4: printed.neighbors4, 6: printed.neighbors6 }, vrf),
        designatedRouters: [...pim[4], ...pim[6]].flatMap(({ name, isEnabled, designatedRouter }) =>
          isEnabled && designatedRouter !== undefined ? [{ address: designatedRouter, interface: name }] : [],
        ),
        rps: [
          ...unlessUnreadable(() => parseRps(printed.rps4, show.rps4, lists ?? new Map()), []),
          ...unlessUnreadable(() => parseRps6(printed.rps6, show.rps6), []),
          EMBEDDED_RPS,
        ],
        boundaries: lists && boundariesOf(pim[4], lists),
      };
    },
  };
}

type Pim = Readonly<Record<'pim4' | 'pim6', string>>;

/** Without those that are shut down, on which PIM may be enabled all the same. */
function pimInterfaces(printed: Pim, show: Pim, shut: ReadonlySet<string>): OfBoth<readonly PimInterface[]> {
  const read = (output: string, family: Family): readonly PimInterface[] => {
    const interfaces = family === 4 ? parsePimDetail(output, show.pim4) : parsePim6(output, show.pim6);
    return interfaces.filter(({ name }) => !shut.has(name));
  };
  return pimOfBoth({ 4: printed.pim4, 6: printed.pim6 }, read, []);
}

function enabledOf(interfaces: readonly PimInterface[]): string[] {
  return interfaces.filter(({ isEnabled }) => isEnabled).map(({ name }) => name);
}

/** Without IPv4's nothing is known: none would be a false answer, by which neighbours are taken for strangers. */
function neighborsOf(outputs: OfBoth<string>, vrf: string | undefined): readonly NeighborPart[] | undefined {
  const told = (family: Family) =>
    unlessUnreadable(() => parseNeighbors(outputs[family], commands.showNeighbors(family, vrf)), undefined);
  const ipv4 = told(4);
  return ipv4 && [...ipv4, ...(told(6) ?? [])];
}

/** Besides what the table tells of IPv4: IPv6 has no dense mode. */
const spokenBy = (family: Family): Pick<ForwardingPart, 'multicastRoutingProtocol'> =>
  family === 4 ? {} : { multicastRoutingProtocol: 'pimSparseMode' };

/** IPv6 has no counters of interfaces: there is nothing to ask. */
function countersOnly(family: Family, vrf: string | undefined): Question<ForwardingPart> {
  const nothing = { ...spokenBy(family), counters: [], routes: [], rps: undefined };
  if (family === 6) return given(nothing);
  const command = commands.showInterfaceCounts(vrf);
  return {
    commands: [command],
    parse: ([counts = '']) => ({
      ...nothing,
      counters: unlessUnreadable(() => parseInterfaceCounts(counts, command), []),
    }),
  };
}

function groupState(family: Family, group: string, vrf: string | undefined): Question<ForwardingPart> {
  const showRoutes = commands.showRoutes(family, group, vrf);
  const showCounts = commands.showRouteCounts(family, group, vrf);
  const interfaces = countersOnly(family, vrf);
  return {
    commands: [showRoutes, showCounts, ...interfaces.commands],
    parse: ([routes = '', counts = '', ...rest]) => {
      const { routes: rows, rps } = rowsOfGroup(parseRoutes(routes, showRoutes), group);
      const counted = unlessUnreadable(() => parseRouteCounts(counts, showCounts), new Map());
      return {
        ...spokenBy(family),
        counters: interfaces.parse(rest).counters,
        routes: withCounts(rows, counted),
        rps,
      };
    },
  };
}
