/**
 * What a Linux kernel is asked, whatever daemon tells it what to forward: its interfaces, those that it forwards multicast
 * between, its entries, and the way to an address; in the default table, or in a VRF's.
 */
import type { Family } from '../../../wire/address.ts';
import { type InterfacePart, made, type PathPart, type Question, type RoutePart, together } from '../platform.ts';
import { misunderstood, unlessUnreadable } from '../tools/json.ts';
import { orElse } from '../tools/or-else.ts';
import { cacheRows } from './cache-rows.ts';
import * as commands from './commands.ts';
import { coveringRows, isUnreachable, jsonRows } from './json-rows.ts';
import * as parse from './parse.ts';
import { pathOf } from './parse-path.ts';
import { linkRows, routeRows } from './text-rows.ts';

export interface Kernel {
  readonly interfaces: Question<readonly InterfacePart[]>;
  links(family: Family): Question<parse.Links>;
  /** The links, because an entry leaves its register interface out; and the entries. */
  entries(family: Family): Question<{ readonly links: parse.Links; readonly routes: readonly RoutePart[] }>;
  path(target: string, family: Family): Question<PathPart | null>;
}

export function kernelOf(vrf: string | undefined): Kernel {
  return vrf === undefined ? defaultKernel : kernelInVrf(vrf);
}

/** By JSON, else by text: iproute2 before 5.0 takes -j, and has no JSON for some of it; before 4.14 it knows no -j at all. */
export const defaultKernel: Kernel = {
  interfaces: orElse(
    interfacesBy(commands.SHOW_ADDRESSES, commands.SHOW_VRFS, jsonRows),
    interfacesBy(commands.SHOW_ADDRESSES_AS_TEXT, commands.SHOW_VRFS_AS_TEXT, linkRows),
  ),
  links: (family) => {
    const show = commands.showVifs(family);
    return { commands: [show], parse: ([vifs = '']) => parse.parseVifs(vifs, family, show) };
  },
  entries: (family) => {
    const [show, showCache] = [commands.showRoutes(family), commands.showCache(family)];
    return orElse(
      entriesIn(family, show, (routes) => jsonRows(routes, show)),
      entriesIn(family, showCache, (cache, { byNumber }) => cacheRows(cache, byNumber, family, showCache)),
    );
  },
  path: (target, family) => {
    const [get, match] = [commands.showPathAsText(family, target), commands.showCoveringAsText(family, target)];
    return orElse(pathIn(undefined)(target, family), {
      commands: [get, match],
      parse: ([taken = '', covering = '']) => {
        if (isUnreachable(taken)) return null;
        const rows = routeRows(taken);
        if (rows.length === 0) throw misunderstood(taken, get);
        return pathOf(rows, routeRows(covering), target, undefined);
      },
    });
  },
};

/** Where the VRFs cannot be told there are none. */
function interfacesBy(
  show: string,
  showVrfs: string,
  rowsOf: (output: string, command: string) => readonly unknown[],
): Kernel['interfaces'] {
  return {
    commands: [show, showVrfs],
    parse: ([addresses = '', vrfs = '']) =>
      parse.defaultInterfacesOf(
        rowsOf(addresses, show),
        unlessUnreadable(() => rowsOf(vrfs, showVrfs), []),
      ),
  };
}

/** In the default table, and none without a table of VIFs, whatever is printed then. */
function entriesIn(
  family: Family,
  show: string,
  rowsOf: (output: string, links: parse.Links) => readonly unknown[],
): ReturnType<Kernel['entries']> {
  const { commands: showLinks, parse: parseLinks } = defaultKernel.links(family);
  return {
    commands: [...showLinks, show],
    parse: ([vifs = '', output = '']) => {
      const links = parseLinks([vifs]);
      const rows = parse.hasNoTable(vifs) ? [] : rowsOf(output, links);
      return { links, routes: parse.routesOf(rows, links.registers) };
    },
  };
}

/** Of a VRF that is not there nothing is known: each question but that for a path asks for its device, and fails without. */
function kernelInVrf(vrf: string): Kernel {
  const showVrf = commands.showVrf(vrf);
  const device: Question<parse.Vrf> = {
    commands: [showVrf],
    parse: ([output = '']) => parse.parseVrf(output, showVrf),
  };
  const asked = (show: string): Question<string> => ({ commands: [show], parse: ([output = '']) => output });
  const linksOf = (output: string, family: Family, { table }: parse.Vrf) =>
    parse.parseForwarding(output, family, table, commands.showForwarding(family));
  return {
    interfaces: made(together(device, asked(commands.showMembers(vrf))), ([{ device: own }, members]) => [
      own,
      ...parse.interfacesOf(jsonRows(members, commands.showMembers(vrf))),
    ]),
    links: (family) =>
      made(together(device, asked(commands.showForwarding(family))), ([own, output]) => linksOf(output, family, own)),
    entries: (family) => {
      const show = commands.showAllRoutes(family);
      return made(together(device, asked(commands.showForwarding(family)), asked(show)), ([own, output, routes]) => {
        const links = linksOf(output, family, own);
        return { links, routes: parse.routesOf(jsonRows(routes, show), links.registers, own.table) };
      });
    },
    path: pathIn(vrf),
  };
}

function pathIn(vrf: string | undefined): Kernel['path'] {
  return (target, family) => {
    const [get, match] = [commands.showPath(family, target, vrf), commands.showCovering(family, target, vrf)];
    return {
      commands: [get, match],
      parse: ([taken = '', covering = '']) => {
        if (isUnreachable(taken)) return null;
        return pathOf(jsonRows(taken, get), coveringRows(covering, match), target, vrf);
      },
    };
  };
}
