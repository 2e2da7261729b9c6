/**
 * The question for what changes with the configuration only: interfaces, and for each family who speaks PIM on them. By
 * text, but for the neighbours. Only IPv4's interfaces are needed: a router may have no IPv6, or no PIM.
 */
import type { Family } from '../../../wire/address.ts';
import type { SnapshotRp } from '../../snapshot.ts';
import { type NeighborPart, type Question, type TablePart, together } from '../platform.ts';
import { shutNames } from '../tools/cisco-names.ts';
import { unlessNotThere } from '../tools/cisco-refusal.ts';
import { unlessUnreadable } from '../tools/json.ts';
import { untoldOf } from '../tools/untold.ts';
import * as commands from './commands.ts';
import type { Form } from './form.ts';
import {
  type IpInterface,
  joinInterfaces,
  parseIfIndexes,
  parseIpInterfaces,
  parseIpv6Interfaces,
} from './parse-interfaces.ts';
import { type PimInterfaces, parseNeighbors, parsePimInterfaces, parseRps, parseSsmRanges } from './parse-pim.ts';
import type { Asking } from './sections.ts';

interface OfFamily {
  readonly interfaces: readonly IpInterface[];
  readonly multicast: readonly string[];
  readonly untold: readonly Family[];
  readonly designatedRouters: readonly NeighborPart[];
  readonly neighbors: readonly NeighborPart[] | undefined;
  readonly rps: readonly SnapshotRp[];
}

const SILENCE: PimInterfaces = { names: [], designatedRouters: [] };

export function tableOf(vrf: commands.Vrf, asking: Asking, form: Form): Question<TablePart> {
  const question = together(ifIndexes(asking), ofFamily(4, vrf, asking, form), ofFamily(6, vrf, asking, form));
  return {
    commands: question.commands,
    parse: (outputs) => {
      const [indexes, ipv4, ipv6] = question.parse(outputs);
      return {
        interfaces: joinInterfaces(indexes, ipv4.interfaces, ipv6.interfaces),
        multicast: { 4: ipv4.multicast, 6: ipv6.multicast },
        untold: ipv6.untold,
        multicastRoutingProtocol: 'pimSparseMode',
        rps: [...ipv4.rps, ...ipv6.rps],
        // Without IPv4's nothing is known: none would be a false answer, by which neighbours are taken for strangers.
        neighbors: ipv4.neighbors && [...ipv4.neighbors, ...(ipv6.neighbors ?? [])],
        designatedRouters: [...ipv4.designatedRouters, ...ipv6.designatedRouters],
        boundaries: undefined,
      };
    },
  };
}

function ifIndexes(asking: Asking): Question<ReadonlyMap<string, number>> {
  const command = commands.SHOW_IF_INDEXES;
  const none: ReadonlyMap<string, number> = new Map();
  return {
    commands: [command],
    parse: ([output = '']) => unlessUnreadable(() => parseIfIndexes(output, asking(command)), none),
  };
}

function ofFamily(family: Family, vrf: commands.Vrf, asking: Asking, form: Form): Question<OfFamily> {
  const show = {
    interfaces: commands.showInterfaces(family, vrf),
    pim: commands.showPimInterfaces(family, vrf),
    neighbors: form.ask(commands.showNeighbors(family, vrf)),
    rps: commands.showRps(family, vrf),
    groupRanges: commands.showGroupRanges(family, vrf),
  };
  // Where PIM6 is not enabled, its commands are refused in any form.
  const usable = family === 4 ? form.unlessUnreadable : unlessUnreadable;
  return {
    commands: [show.interfaces, show.pim, show.neighbors, show.rps, show.groupRanges],
    parse: ([ip = '', pim = '', neighbors = '', rps = '', groupRanges = '']) => {
      const interfaces =
        family === 4
          ? parseIpInterfaces(ip, asking(show.interfaces))
          : unlessUnreadable(() => parseIpv6Interfaces(ip, asking(show.interfaces)), []);
      const readPim = () => parsePimInterfaces(pim, asking(show.pim));
      const spoken = family === 4 ? unlessNotThere(pim, readPim, SILENCE) : unlessUnreadable(readPim, SILENCE);
      const forwarding = interfaces.filter((one) => one.isMulticast).map((one) => one.name);
      const shut = shutNames(interfaces);
      return {
        interfaces,
        multicast: [...new Set([...forwarding, ...spoken.names])].filter((name) => !shut.has(name)),
        untold: family === 6 ? untoldOf(pim) : [],
        designatedRouters: spoken.designatedRouters.filter((row) => !shut.has(row.interface)),
        neighbors: usable(() => parseNeighbors(neighbors, asking(show.neighbors)), undefined),
        // Of equal ranges the first counts: SSM's, whatever RP is configured.
        rps: [
          ...unlessUnreadable(() => parseSsmRanges(groupRanges, asking(show.groupRanges)), []),
          ...unlessUnreadable(() => parseRps(rps, asking(show.rps)), []),
        ],
      };
    },
  };
}
