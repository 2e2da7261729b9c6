/**
 * Routers with IOS XR, IPv4 and IPv6, of one VRF. MRIB says what is forwarded, PIM what is wanted, the RIB which way a source
 * or an RP is reached. Not told: RPF routes that are for multicast only (`static-rpf`, a multicast topology), where there is no
 * entry yet.
 */
import type { Family } from '../../../wire/address.ts';
import type {
  BoundaryPart,
  CounterPart,
  ForwardingPart,
  InterfacePart,
  NeighborPart,
  Platform,
  PlatformOptions,
  Question,
  TablePart,
} from '../platform.ts';
import type { Terminal } from '../session/terminal.ts';
import { shutNames } from '../tools/cisco-names.ts';
import { type OfBoth, pimOfBoth } from '../tools/cisco-refusal.ts';
import { EMBEDDED_RPS } from '../tools/cisco-rps.ts';
import { unlessUnreadable } from '../tools/json.ts';
import { untoldOf } from '../tools/untold.ts';
import * as commands from './commands.ts';
import {
  boundariesOf,
  type MulticastConfiguration,
  parseAccessLists,
  parseMulticastConfiguration,
} from './parse-configuration.ts';
import {
  type AddressedInterface,
  parseAddresses,
  parseCounters,
  parseIndexes,
  parseNames,
} from './parse-interfaces.ts';
import { parsePath } from './parse-path.ts';
import { type PimInterfaces, parseNeighbors, parsePim, parseRps } from './parse-pim.ts';
import { parseRoutes } from './routes.ts';

export function ciscoIosXr({ vrf }: PlatformOptions = {}): Platform {
  return {
    name: 'cisco-iosxr',
    terminal,
    equalNextHops: 'highest',
    table: tableOf(vrf),
    forwarding: ({ family, group }) => (group === null ? COUNTERS_ONLY : groupState(family, group, vrf)),
    path: (target, family) => {
      const command = commands.showPath(family, target, vrf);
      return { commands: [command], parse: ([output = '']) => parsePath(output, target, vrf, command) };
    },
  };
}

const terminal: Terminal = {
  // Which route processor it is: RP/0/RSP0/CPU0, RP/0/0/CPU0, RP/0/RP0/CPU0.
  prompt: /^\w{1,8}\/\w{1,8}\/(?:\w{1,8}\/)?CPU\d+:[^\s#>]+# ?$/,
  preparation: ['terminal length 0', 'terminal width 512', 'terminal exec prompt no-timestamp'],
  pager: /^ *--More--/,
};

function tableOf(vrf: string | undefined): Question<TablePart> {
  const show = (family: Family) => ({
    addresses: commands.showAddresses(family, vrf),
    pim: commands.showPim(family, vrf),
    neighbors: commands.showNeighbors(family, vrf),
    rps: commands.showRps(family, vrf),
    accessLists: commands.showAccessLists(family),
  });
  const ofFamily = { 4: show(4), 6: show(6) };
  const common = [commands.SHOW_NAMES, commands.SHOW_INDEXES, commands.SHOW_MULTICAST_CONFIGURATION];
  return {
    commands: [...Object.values(ofFamily[4]), ...Object.values(ofFamily[6]), ...common],
    parse: (outputs) => {
      const [ipv4, ipv6] = [outputs.slice(0, 5), outputs.slice(5, 10)];
      const [names = '', indexes = '', configuration = ''] = outputs.slice(10);
      const pick = (at: number) => ({ 4: ipv4[at] ?? '', 6: ipv6[at] ?? '' });
      const told = <T>(at: number, parse: (output: string, family: Family) => T) => ({
        4: unlessUnreadable(() => parse(pick(at)[4], 4), undefined),
        6: unlessUnreadable(() => parse(pick(at)[6], 6), undefined),
      });
      const addressed = {
        4: parseAddresses(pick(0)[4], 4, vrf, ofFamily[4].addresses),
        6: unlessUnreadable(() => parseAddresses(pick(0)[6], 6, vrf, ofFamily[6].addresses), []),
      };
      const shut = shutNames([...addressed[4], ...addressed[6]]);
      const readPim = (output: string, family: Family) => withoutShut(parsePim(output, ofFamily[family].pim), shut);
      const pim = pimOfBoth(pick(1), readPim, { names: [], designatedRouters: [] });
      const neighbors = told(2, (output, family) => parseNeighbors(output, ofFamily[family].neighbors));
      const rps = told(3, (output, family) => parseRps(output, ofFamily[family].rps));
      const lists = told(4, (output, family) => parseAccessLists(output, family, ofFamily[family].accessLists));
      const configured = unlessUnreadable<MulticastConfiguration | undefined>(
        () => parseMulticastConfiguration(configuration, vrf, commands.SHOW_MULTICAST_CONFIGURATION),
        undefined,
      );
      const interfaces = joinInterfaces({
        addressed,
        shut,
        others: [
          ...unlessUnreadable(() => parseNames(names, commands.SHOW_NAMES), []),
          ...pim[4].names,
          ...pim[6].names,
        ],
        indexes: unlessUnreadable(() => parseIndexes(indexes, commands.SHOW_INDEXES), new Map()),
        ttlThresholds: configured?.ttlThresholds ?? new Map(),
      });
      return {
        interfaces,
        multicast: { 4: pim[4].names, 6: pim[6].names },
        untold: untoldOf(pick(1)[6]),
        multicastRoutingProtocol: 'pimSparseMode',
        rps: [...(rps[4] ?? []), ...(rps[6] ?? []), EMBEDDED_RPS],
        neighbors: neighborsOf(neighbors),
        designatedRouters: [...pim[4].designatedRouters, ...pim[6].designatedRouters],
        boundaries: toldBoundaries(configured, lists),
      };
    },
  };
}

/** PIM may be enabled on those that are shut down, too. */
function withoutShut({ names, designatedRouters }: PimInterfaces, shut: ReadonlySet<string>): PimInterfaces {
  return {
    names: names.filter((name) => !shut.has(name)),
    designatedRouters: designatedRouters.filter((row) => !shut.has(row.interface)),
  };
}

/** Without IPv4's nothing is known: none would be a false answer, by which neighbours are taken for strangers. */
function neighborsOf(told: OfBoth<readonly NeighborPart[] | undefined>): readonly NeighborPart[] | undefined {
  return told[4] && [...told[4], ...(told[6] ?? [])];
}

type AccessLists = ReturnType<typeof parseAccessLists>;

/** Where there are boundaries, their lists have to be known, too. */
function toldBoundaries(
  configured: MulticastConfiguration | undefined,
  lists: OfBoth<AccessLists | undefined>,
): BoundaryPart[] | undefined {
  if (configured === undefined) return undefined;
  if (configured.boundaries.some(({ family }) => lists[family] === undefined)) return undefined;
  return boundariesOf(configured, { 4: lists[4] ?? new Map(), 6: lists[6] ?? new Map() });
}

/** Those with addresses come first; of the others only the names matter, because they are counted for. */
function joinInterfaces(told: {
  readonly addressed: OfBoth<readonly AddressedInterface[]>;
  readonly shut: ReadonlySet<string>;
  readonly others: readonly string[];
  readonly indexes: ReadonlyMap<string, number>;
  readonly ttlThresholds: ReadonlyMap<string, number>;
}): InterfacePart[] {
  const ipv4 = new Map(told.addressed[4].map((one) => [one.name, one]));
  const ipv6 = new Map(told.addressed[6].map((one) => [one.name, one]));
  return [...new Set([...ipv4.keys(), ...ipv6.keys(), ...told.others])].map((name) => {
    const ttlThreshold = told.ttlThresholds.get(name);
    const addresses = [...(ipv4.get(name)?.addresses ?? []), ...(ipv6.get(name)?.addresses ?? [])];
    return {
      index: told.indexes.get(name) ?? null,
      name,
      addresses: told.shut.has(name) ? [] : addresses,
      mtu: ipv4.get(name)?.mtu ?? ipv6.get(name)?.mtu,
      ...(ttlThreshold === undefined ? {} : { ttlThreshold }),
    };
  });
}

const countersIn = (output: string): CounterPart[] =>
  unlessUnreadable(() => parseCounters(output, commands.SHOW_COUNTERS), []);

const COUNTERS_ONLY: Question<ForwardingPart> = {
  commands: [commands.SHOW_COUNTERS],
  parse: ([counters = '']) => ({ counters: countersIn(counters), routes: [], rps: undefined }),
};

function groupState(family: Family, group: string, vrf: string | undefined): Question<ForwardingPart> {
  const show = {
    routes: commands.showRoutes(family, group, vrf),
    topology: commands.showTopology(family, group, vrf),
    counts: commands.showRouteCounts(family, group, vrf),
  };
  return {
    commands: [show.routes, show.topology, show.counts, commands.SHOW_COUNTERS],
    parse: ([routes = '', topology = '', counts = '', counters = '']) => ({
      ...parseRoutes({ routes, topology, counts }, group, show.routes),
      counters: countersIn(counters),
    }),
  };
}
