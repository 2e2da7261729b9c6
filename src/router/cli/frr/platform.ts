/** FRRouting by vtysh: IPv4 of pimd, and IPv6 of pim6d where it runs. */
import type { Family } from '../../../wire/address.ts';
import { ReaderError } from '../../port.ts';
import type { SnapshotRp } from '../../snapshot.ts';
import type {
  CounterPart,
  ForwardingPart,
  NeighborPart,
  Platform,
  PlatformOptions,
  Question,
  TablePart,
} from '../platform.ts';
import { parseJson, unlessUnreadable } from '../tools/json.ts';
import { batching, type Commands, commandsIn, SHOW_CONFIGURATION } from './commands.ts';
import { prefixListsOf } from './lists.ts';
import * as parse from './parse.ts';
import { boundariesIn } from './parse-boundaries.ts';
import { chosenPath } from './parse-lookup.ts';
import { parseRoutes } from './parse-routes.ts';
import { chosenRps, hasGroups, type RpRow } from './rp-choice.ts';

export function frr({ vrf }: PlatformOptions = {}): Platform {
  const commands = commandsIn(vrf);
  return {
    name: 'frr',
    batching,
    needsNeighbors: true,
    table: table(commands, vrf),
    forwarding: ({ family, group }) =>
      group === null ? countersOnly(commands, family) : groupState(commands, family, group),
    path: (target, family, group) => {
      const command = commands.showPath(family, target);
      return {
        commands: [command, commands.lookUpPath(family, target, group ?? ANY_GROUP[family])],
        parse: ([output = '', lookUp = '']) => chosenPath(target, parse.parsePath(output, command), lookUp),
      };
    },
  };
}

/** A look-up is for a group. Where none is asked for, one that no RP is asked for. */
const ANY_GROUP: OfBoth = { 4: '232.0.0.1', 6: 'ff3e::1' };

function table(commands: Commands, vrf: string | undefined): Question<TablePart> {
  return {
    commands: [
      commands.showInterface,
      commands.showVifs(4),
      commands.showPim(4),
      commands.showNeighbors(4),
      commands.showRps(4),
      SHOW_CONFIGURATION,
      // Last, because vtysh stops at each of them when no pim6d runs.
      commands.showVifs(6),
      commands.showPim(6),
      commands.showNeighbors(6),
    ],
    parse: (outputs) => {
      const [interfaces = '', vifs4 = '', pim4 = '', neighbors4 = '', rps = '', configuration = ''] = outputs;
      const [vifs6 = '', pim6 = '', neighbors6 = ''] = outputs.slice(6);
      const document = unlessUnreadable(() => parseJson(configuration, SHOW_CONFIGURATION), undefined);
      const lists = document === undefined ? undefined : prefixListsOf(document);
      return {
        interfaces: parse.parseInterfaces(interfaces, commands.showInterface),
        multicast: multicastInterfaces({ 4: vifs4, 6: vifs6 }, commands, vrf),
        multicastRoutingProtocol: 'pimSparseMode',
        neighbors: neighborsOf({ 4: neighbors4, 6: neighbors6 }, commands),
        designatedRouters: designatedRoutersOf({ 4: pim4, 6: pim6 }, commands),
        rps: unlessUnreadable(() => chosenRps(parse.parseRps(rps, commands.showRps(4)), lists), []),
        boundaries: document === undefined ? undefined : boundariesIn(document, vrf),
      };
    },
  };
}

type OfBoth = Readonly<Record<Family, string>>;

/**
 * Without IPv4's, or those of a pim6d that is there, nothing is known: none would be a false answer, by which neighbours are
 * taken for strangers.
 */
function neighborsOf(outputs: OfBoth, commands: Commands): readonly NeighborPart[] | undefined {
  const told = (family: Family) =>
    unlessUnreadable(() => parse.parseNeighbors(outputs[family], commands.showNeighbors(family)), undefined);
  const ipv4 = told(4);
  const ipv6 = outputs[6].trim() === '' ? [] : told(6);
  return ipv4 && ipv6 && [...ipv4, ...ipv6];
}

function designatedRoutersOf(outputs: OfBoth, commands: Commands): readonly NeighborPart[] {
  return ([4, 6] as const).flatMap((family) =>
    unlessUnreadable(() => parse.parseDesignatedRouters(outputs[family], commands.showPim(family)), []),
  );
}

/** One of the two may be missing for good; both, and nothing is known: "no interface is multicast" would be a false answer. */
function multicastInterfaces(outputs: OfBoth, commands: Commands, vrf: string | undefined): TablePart['multicast'] {
  const told = (family: Family) =>
    unlessUnreadable(() => parse.parseVifs(outputs[family], commands.showVifs(family)), undefined);
  const [ipv4, ipv6] = [told(4), told(6)];
  if (ipv4 === undefined && ipv6 === undefined) {
    const where = vrf === undefined ? '' : ` in VRF ${vrf}`;
    const message = `neither pimd nor pim6d tells its interfaces${where}: is one of them running${where}?`;
    throw new ReaderError('ERR_READER_COMMAND', message);
  }
  return { 4: namesOf(ipv4 ?? []), 6: namesOf(ipv6 ?? []) };
}

function namesOf(vifs: readonly CounterPart[]): string[] {
  return vifs.map((vif) => vif.interface);
}

/** The interfaces that packets are forwarded between, and their counters. */
function linksOf(output: string, command: string): Pick<ForwardingPart, 'multicast' | 'counters'> {
  const vifs = parse.parseVifs(output, command);
  return { multicast: namesOf(vifs), counters: vifs };
}

function countersOnly(commands: Commands, family: Family): Question<ForwardingPart> {
  const [showVifs, showNeighbors] = [commands.showVifs(family), commands.showNeighbors(family)];
  return {
    commands: [showVifs, showNeighbors],
    parse: ([vifs = '', neighbors = '']) => ({
      ...linksOf(vifs, showVifs),
      neighbors: unlessUnreadable(() => parse.parseNeighbors(neighbors, showNeighbors), undefined),
      routes: [],
      rps: undefined,
    }),
  };
}

function groupState(commands: Commands, family: Family, group: string): Question<ForwardingPart> {
  const show = {
    vifs: commands.showVifs(family),
    neighbors: commands.showNeighbors(family),
    rps: commands.showRps(family),
    routes: commands.showRoutes(family, group),
    counts: commands.showRouteCounts(family),
    rpf: commands.showRouteRpf(family),
    upstream: commands.showUpstream(family, group),
    joins: commands.showJoins(family, group),
  };
  return {
    commands: [show.vifs, show.neighbors, show.rps, show.routes, show.counts, show.rpf, show.upstream, show.joins],
    parse: ([vifs = '', neighbors = '', rps = '', routes = '', counts = '', rpf = '', upstream = '', joins = '']) => ({
      ...linksOf(vifs, show.vifs),
      neighbors: unlessUnreadable(() => parse.parseNeighbors(neighbors, show.neighbors), undefined),
      rps: unlessUnreadable(() => unlessLists(parse.parseRps(rps, show.rps)), undefined),
      routes: parseRoutes({ routes, counts, rpf, upstream, joins }, show.routes),
    }),
  };
}

/** `undefined` where the configuration has to tell of which groups an RP is one: the table's count. */
function unlessLists(rows: readonly RpRow[]): readonly SnapshotRp[] | undefined {
  return rows.every(hasGroups) ? rows : undefined;
}
