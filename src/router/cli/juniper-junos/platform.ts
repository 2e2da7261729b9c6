/** Junos: routers and switches of Juniper, by the CLI's operational mode, IPv4 and IPv6. */
import type { Family } from '../../../wire/address.ts';
import type { ForwardingQuery } from '../../port.ts';
import type { SnapshotRp } from '../../snapshot.ts';
import {
  type CounterPart,
  type ForwardingPart,
  given,
  made,
  type PathPart,
  type Platform,
  type PlatformOptions,
  type Question,
  type TablePart,
  together,
} from '../platform.ts';
import type { Terminal } from '../session/terminal.ts';
import { unlessUnreadable } from '../tools/json.ts';
import type { Asked, Section } from './asked.ts';
import * as commands from './commands.ts';
import { joinViews, rpsOf } from './join-views.ts';
import type { Output } from './output.ts';
import { parseUnitsOfOthers } from './parse-instances.ts';
import { type JunosInterface, parseInterfaces } from './parse-interfaces.ts';
import { parseJoins } from './parse-joins.ts';
import { boundariesOf, parseScopes, parseStatistics, type Scope } from './parse-links.ts';
import { parsePath } from './parse-path.ts';
import { parseListeners, parseNeighbors, parsePimInterfaces } from './parse-pim.ts';
import { parseEntries } from './parse-routes.ts';
import { parseRpOfGroup, parseRps } from './parse-rps.ts';
import { mayHaveRp, usedRps } from './rp-choice.ts';

export function juniperJunos({ vrf: named }: PlatformOptions = {}): Platform {
  // By its name not every command takes the default instance.
  const vrf = named === 'master' ? undefined : named;
  return {
    name: 'juniper-junos',
    terminal: TERMINAL,
    table: tableOf(vrf),
    forwarding: (query) =>
      query.group === null ? countersOnly({ family: query.family, vrf }) : groupState(query, query.group, vrf),
    path: (target, family) => pathTo(target, { family, vrf }),
  };
}

/** The mode of configuration (`#`) and the shell (`%`) are none in which these commands may be given. */
const TERMINAL: Terminal = {
  prompt: /^(?:[^\s<>]{1,100}@)?[\w.:-]{1,255}> ?$/,
  preparation: [
    'set cli screen-length 0',
    'set cli screen-width 0',
    'set cli complete-on-space off',
    'set cli timestamp disable',
  ],
  pager: /^---\(more(?: \d+%)?\)---/,
};

/** First with tags; of a router that refuses those, in text. Parsers take both. */
function asked<Part>(plain: readonly string[], parse: (outputs: readonly Output[]) => Part): Question<Part> {
  const question = (sent: readonly string[]): Question<Part> => ({
    commands: sent,
    parse: (outputs) => parse(sent.map((command, i) => ({ command, text: outputs[i] ?? '' }))),
  });
  return { ...question(plain.map(commands.asXml)), otherwise: question(plain) };
}

function askedInText<Part>(command: string, parse: (output: Output) => Part): Question<Part> {
  return { commands: [command], parse: ([text = '']) => parse({ command, text }) };
}

function tableOf(vrf: string | undefined): Question<TablePart> {
  const questions = together(interfacesOf(vrf), pimOf(vrf), listenersOn(4), listenersOn(6));
  return made(questions, ([interfaces, { pim, scopes, ...rest }, ...listeners]) => {
    const named = (which: (one: Listed) => boolean) => new Set(interfaces.filter(which).map(({ name }) => name));
    const [ours, disabled] = [named(({ isOurs }) => isOurs), named(({ isDisabled }) => isDisabled)];
    const enabled = (up: readonly string[], listening: readonly string[]) =>
      [...new Set([...up, ...listening.filter((name) => ours.has(name))])].filter((name) => !disabled.has(name));
    const multicast = { 4: enabled(pim[4], listeners[0]), 6: enabled(pim[6], listeners[1]) };
    const spoken = new Set([...pim[4], ...pim[6]]);
    const listening = [...new Set([...multicast[4], ...multicast[6]])].filter((name) => !spoken.has(name));
    return { ...rest, interfaces, multicast, listening, boundaries: scopes && boundariesOf(scopes, multicast) };
  });
}

interface Listed extends JunosInterface {
  /** Of the routing instance. */
  readonly isOurs: boolean;
}

/**
 * Addresses inside the router are on every one, and those of other instances may be anybody's: they would make those
 * beyond it its own. An instance that is not there has no interface, which is an error.
 */
function interfacesOf(vrf: string | undefined): Question<Listed[]> {
  const listed = askedInText(commands.showInterfaces(vrf), (output) => parseInterfaces(output).interfaces);
  return made(together(listed, unitsOfOthers(vrf)), ([interfaces, others]) =>
    interfaces.map((one) => {
      const isOurs = !one.isInternal && !others.has(one.name);
      return { ...one, isOurs, addresses: isOurs ? one.addresses : [] };
    }),
  );
}

/** That are listed with those of the instance. Where that is not told nothing is: their addresses would be its own. */
function unitsOfOthers(vrf: string | undefined): Question<ReadonlySet<string>> {
  if (vrf !== undefined) return given(new Set());
  return asked([commands.SHOW_INSTANCES], ([output]) => parseUnitsOfOthers(output!));
}

/** What PIM tells; `pim`: where it runs. */
interface PimPart extends Omit<TablePart, 'interfaces' | 'multicast' | 'boundaries'> {
  readonly pim: TablePart['multicast'];
  /** `undefined`: not told. */
  readonly scopes: readonly Scope[] | undefined;
}

function pimOf(vrf: string | undefined): Question<PimPart> {
  const sent = [
    commands.showPimInterfaces(4, vrf),
    commands.showPimInterfaces(6, vrf),
    commands.showNeighbors(vrf),
    commands.showRps(4, vrf),
    commands.showRps(6, vrf),
    commands.showScopes(vrf),
  ];
  return asked(sent, (outputs) => {
    const [pim4, pim6, neighbors, rps4, rps6, scopes] = outputs as readonly Output[] & { length: 6 };
    const ipv4 = parsePimInterfaces(pim4!, { family: 4, vrf });
    // A release or a licence without IPv6 multicast does not make IPv4's unknown.
    const ipv6 = unlessUnreadable(() => parsePimInterfaces(pim6!, { family: 6, vrf }), {
      up: [],
      designatedRouters: [],
    });
    return {
      pim: { 4: ipv4.up, 6: ipv6.up },
      multicastRoutingProtocol: 'pimSparseMode',
      neighbors: unlessUnreadable(() => parseNeighbors(neighbors!, vrf), undefined),
      designatedRouters: [...ipv4.designatedRouters, ...ipv6.designatedRouters],
      rps: [...rpsIn(rps4!, { family: 4, vrf }), ...rpsIn(rps6!, { family: 6, vrf })],
      scopes: unlessUnreadable(() => parseScopes(scopes!, vrf), undefined),
    };
  });
}

function listenersOn(family: Family): Question<readonly string[]> {
  return askedInText(commands.showListeners(family), (output) => unlessUnreadable(() => parseListeners(output), []));
}

function rpsIn(output: Output, section: Section): SnapshotRp[] {
  return unlessUnreadable(() => usedRps(parseRps(output, section)), []);
}

function countersIn(output: Output, section: Section): readonly CounterPart[] {
  return unlessUnreadable(() => parseStatistics(output, section), []);
}

function countersOnly(section: Section): Question<ForwardingPart> {
  return asked([commands.showStatistics(section.family, section.vrf)], ([statistics]) => ({
    counters: countersIn(statistics!, section),
    routes: [],
    rps: undefined,
  }));
}

const GROUP_BITS: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

function groupState(
  { family, source }: ForwardingQuery,
  group: string,
  vrf: string | undefined,
): Question<ForwardingPart> {
  const section: Asked = { family, vrf, group };
  const state = asked([commands.showJoins(family, group, vrf), commands.showStatistics(family, vrf)], (outputs) => ({
    joins: parseJoins(outputs[0]!, section),
    counters: countersIn(outputs[1]!, section),
  }));
  // Of (*,G) the forwarder has nothing, so it is not asked.
  const entries =
    source === null
      ? given([])
      : asked([commands.showRoutes(family, group, source, vrf)], ([output]) => parseEntries(output!, section));
  return made(together(state, entries, rpOf({ family, vrf, group })), ([{ joins, counters }, found, rp]) => ({
    counters,
    routes: joinViews(group, found, joins),
    rps: rpsOf(group, GROUP_BITS[family], joins, rp),
  }));
}

/** `null`: there is none; `undefined`: not told. */
function rpOf({ family, vrf, group }: Asked): Question<string | null | undefined> {
  if (!mayHaveRp(group)) return given(null);
  return askedInText(commands.showRpOfGroup(family, group, vrf), (output) =>
    unlessUnreadable(() => parseRpOfGroup(output), undefined),
  );
}

function pathTo(target: string, { family, vrf }: Section): Question<PathPart | null> {
  return asked([commands.showRpf(family, target, vrf)], ([rpf]) => parsePath(rpf!, target));
}
