/**
 * Arista EOS, IPv4 and IPv6, one VRF. Text is for what has no known JSON, and for releases that have none.
 * What an answer is whole without may be refused; an entry, a path, the interfaces and where PIM runs may not.
 */
import type { Family } from '../../../wire/address.ts';
import type { ForwardingQuery } from '../../port.ts';
import type {
  ForwardingPart,
  InterfacePart,
  NeighborPart,
  Platform,
  PlatformOptions,
  Question,
  TablePart,
} from '../platform.ts';
import { given, made, together } from '../platform.ts';
import { misunderstood, unlessUnreadable } from '../tools/json.ts';
import { failingWith, orElse } from '../tools/or-else.ts';
import { untoldOf } from '../tools/untold.ts';
import * as commands from './commands.ts';
import { firstReadable } from './document.ts';
import { parseBoundaries } from './parse-boundaries.ts';
import { parseIgmpInterfaces } from './parse-igmp.ts';
import { parseCounters, parseInterfaces, type ReadInterface } from './parse-interfaces.ts';
import { parseCountersText, parseIndexes, parseInterfacesText } from './parse-interfaces-text.ts';
import { parsePath } from './parse-path.ts';
import { parsePathText } from './parse-path-text.ts';
import { type PimInterface, parseNeighbors, parsePimInterfaces, parseRps } from './parse-pim.ts';
import { type Answer, type Answers, parseGroup } from './parse-routes.ts';

export function aristaEos({ vrf }: PlatformOptions = {}): Platform {
  return {
    name: 'arista-eos',
    terminal: commands.terminal,
    table: tableOf(vrf),
    forwarding: (query) => forwardingOf(query, vrf),
    path: (target, family) => {
      const forms = commands.showPath(family, vrf, target);
      const document = (output: string, command: string) => parsePath(output, command, vrf, target);
      const text = (output: string, command: string) => parsePathText(output, command, vrf, target);
      // Another question may be why the switch is asked otherwise: it may have JSON for this one.
      return orElse(either(forms.slice(0, 1), document), either(forms, document, text));
    },
  };
}

/** One question in several forms: the first that can be read. */
function either<Part>(
  forms: readonly string[],
  parse: (output: string, command: string) => Part,
  otherwise?: (output: string, command: string) => Part,
): Question<Part> {
  const parserOf = (at: number) => (at > 0 && otherwise !== undefined ? otherwise : parse);
  return {
    commands: forms,
    parse: (outputs) => firstReadable(forms.map((form, at) => () => parserOf(at)(outputs[at] ?? '', form))),
  };
}

/** `undefined` when none of the outputs is of use. */
function optional<Part>({ commands: asked, parse }: Question<Part>): Question<Part | undefined> {
  return { commands: asked, parse: (outputs) => unlessUnreadable(() => parse(outputs), undefined) };
}

/** There is no other form to ask for: what is refused is as what cannot be understood. */
function needed<Part>({ commands: asked, parse }: Question<Part>): Question<Part> {
  return { commands: asked, parse: failingWith('ERR_READER_OUTPUT', parse) };
}

function tableOf(vrf: commands.Vrf): Question<TablePart> {
  const pimOf = (family: Family) => {
    const links = (output: string, command: string) => parsePimInterfaces(output, command, family);
    const neighbors = (output: string, command: string) => parseNeighbors(output, command, family);
    const rps = (output: string, command: string) => parseRps(output, command, family);
    const interfaces = either(commands.showPimInterfaces(family, vrf), links);
    return together(
      // Every release has IPv4's: none would be a false answer. IPv6's is not there in older ones.
      family === 4 ? needed(interfaces) : optional(interfaces),
      optional(either(commands.showNeighbors(family, vrf), neighbors)),
      optional(either(commands.showRps(family, vrf), rps)),
    );
  };
  const interfacesOf = (forms: readonly string[]) => either(forms, parseInterfaces, parseInterfacesText);
  const outputs = together(
    orElse(interfacesOf(commands.SHOW_INTERFACES.slice(0, 1)), interfacesOf(commands.SHOW_INTERFACES)),
    optional(either([commands.showAddresses(4, vrf)], parseInterfaces)),
    optional(either([commands.showAddresses(6, vrf)], parseInterfaces)),
    optional(either([commands.SHOW_INDEXES], parseIndexes)),
    pimOf(4),
    pimOf(6),
    optional(either([commands.showIgmpInterfaces(vrf)], parseIgmpInterfaces)),
    optional(either([commands.SHOW_BOUNDARIES], parseBoundaries)),
    { commands: commands.showPimInterfaces(6, vrf), parse: (said: readonly string[]) => untoldOf(said.join('\n')) },
  );
  return made(outputs, ([interfaces, ipv4, ipv6, indexes, pim4, pim6, igmp = [], boundaries, untold]): TablePart => {
    const [links4 = [], neighbors4, rps4 = []] = pim4;
    const [links6 = [], neighbors6 = [], rps6 = []] = pim6;
    const links = [...links4, ...links6];
    const down = new Set(interfaces.filter(({ isDown }) => isDown).map(({ name }) => name));
    const spoken = new Set(links.map(({ name }) => name));
    const upAmong = (names: readonly string[]) => names.filter((name) => !down.has(name));
    const own = { ipv4: byName(ipv4), ipv6: byName(ipv6), indexes: indexes ?? new Map<string, number>() };
    return {
      interfaces: interfaces.map((row) => interfacePart(row, own)),
      multicast: {
        4: upAmong([...links4.map(({ name }) => name), ...igmp]),
        6: upAmong(links6.map(({ name }) => name)),
      },
      untold,
      listening: upAmong(igmp).filter((name) => !spoken.has(name)),
      multicastRoutingProtocol: 'pimSparseMode',
      rps: [...rps4, ...rps6],
      // Without IPv4's nothing is known: none would be a false answer, by which neighbours are taken for strangers.
      neighbors: neighbors4 && [...neighbors4, ...neighbors6],
      designatedRouters: links.flatMap(designatedRouter),
      boundaries,
    };
  });
}

function designatedRouter({ name, designatedRouter: address }: PimInterface): NeighborPart[] {
  return address === undefined ? [] : [{ address, interface: name }];
}

type Entries = Pick<ForwardingPart, 'routes' | 'rps'>;
type ByName = ReadonlyMap<string, ReadInterface>;

function byName(rows: readonly ReadInterface[] | undefined): ByName | undefined {
  return rows && new Map(rows.map((row) => [row.name, row]));
}

/**
 * Addresses of other VRFs, which may be the same as ours, are none here: those of an interface count that the VRF's own output
 * has, or, without such an output, of all. The MTU of IP is that of the VRF's outputs: of a port without IP, `show interfaces`
 * has another one.
 */
function interfacePart(
  row: ReadInterface,
  own: {
    readonly ipv4: ByName | undefined;
    readonly ipv6: ByName | undefined;
    readonly indexes: ReadonlyMap<string, number>;
  },
): InterfacePart {
  const [ipv4, ipv6] = [own.ipv4?.get(row.name), own.ipv6?.get(row.name)];
  const addresses = [...addressesOf(row.ipv4, own.ipv4, ipv4?.ipv4), ...addressesOf(row.ipv6, own.ipv6, ipv6?.ipv6)];
  return {
    index: own.indexes.get(row.name) ?? null,
    name: row.name,
    addresses: row.isDown ? [] : [...new Set(addresses)],
    mtu: ipv4?.mtu ?? ipv6?.mtu ?? row.mtu,
  };
}

function addressesOf(ofAll: readonly string[], ofVrf: ByName | undefined, own: readonly string[] | undefined) {
  if (ofVrf === undefined) return ofAll;
  if (own === undefined) return [];
  return own.length === 0 ? ofAll : own;
}

function forwardingOf({ family, group }: ForwardingQuery, vrf: commands.Vrf): Question<ForwardingPart> {
  const entries = group === null ? given({ routes: [], rps: undefined }) : entriesOf(group, family, vrf);
  const counters = {
    ...optional(either(commands.SHOW_COUNTERS.slice(0, 1), parseCounters)),
    otherwise: optional(either(commands.SHOW_COUNTERS, parseCounters, parseCountersText)),
  };
  return made(together(entries, counters), ([part, counted = []]) => ({ ...part, counters: counted }));
}

/** In text alone, which tells all that JSON does; both where the text is not what we know. */
function entriesOf(group: string, family: Family, vrf: commands.Vrf): Question<Entries> {
  const [document, text] = commands.showRoutes(family, vrf, group);
  const counts = commands.showCounts(family, vrf, group);
  const answer = (command: string, output = ''): Answer => ({ command, output });
  const read = (answers: Answers): Entries => {
    const entries = parseGroup(answers, vrf);
    const { output, command } = answers.document ?? answers.text;
    // Where there are none of the group there are none at all.
    const isOther = entries.routes.length > 0 && !entries.routes.some((route) => route.group === group);
    if (isOther) throw misunderstood(output, command);
    return entries;
  };
  return orElse(
    {
      commands: [text, counts],
      parse: ([of, counted]) => read({ text: answer(text, of), counts: answer(counts, counted) }),
    },
    {
      commands: [document, text, counts],
      parse: ([ofDocument, of, counted]) =>
        read({ document: answer(document, ofDocument), text: answer(text, of), counts: answer(counts, counted) }),
    },
  );
}
