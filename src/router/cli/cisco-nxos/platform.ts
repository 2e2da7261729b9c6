/**
 * NX-OS by its CLI, IPv4 and IPv6. What it does not tell: prunes (what is pruned is not listed), and TTL thresholds. It has
 * no boundaries of groups.
 */
import type { ForwardingQuery } from '../../port.ts';
import type { SnapshotRp } from '../../snapshot.ts';
import type { ForwardingPart, Platform, PlatformOptions, Question, RoutePart } from '../platform.ts';
import type { Terminal } from '../session/terminal.ts';
import { unlessUnreadable } from '../tools/json.ts';
import * as commands from './commands.ts';
import { type Form, inJsonOrText } from './form.ts';
import { parseCounters } from './parse-counters.ts';
import { parseDistribution } from './parse-distribution.ts';
import { parseMroutes } from './parse-mroutes.ts';
import { parsePath } from './parse-path.ts';
import type { Route } from './route.ts';
import type { Asking } from './sections.ts';
import { tableOf } from './table.ts';

const terminal: Terminal = {
  // `nexus#`, `nexus(config-if)#`, `nexus-vdc2#`, and `>` of roles that may do nothing but look.
  prompt: /^[\w.-]{1,64}(?:\([\w./ -]{1,64}\))?[#>] ?$/,
  preparation: ['terminal length 0', 'terminal width 511'],
  pager: /--More--[^\n]*$/,
};

export function ciscoNxos({ vrf }: PlatformOptions = {}): Platform {
  const asking: Asking = (command) => ({ command, vrf });
  return {
    name: 'cisco-nxos',
    terminal,
    table: inJsonOrText((form) => tableOf(vrf, asking, form)),
    forwarding: (query) => inJsonOrText((form) => forwardingOf(query, vrf, asking, form)),
    path: (target, family) =>
      inJsonOrText((form) => {
        const command = form.ask(commands.showPath(family, target, vrf));
        return { commands: [command], parse: ([output = '']) => parsePath(output, asking(command), target) };
      }),
  };
}

function forwardingOf(
  { family, group }: ForwardingQuery,
  vrf: commands.Vrf,
  asking: Asking,
  form: Form,
): Question<ForwardingPart> {
  const showCounters = form.ask(commands.SHOW_COUNTERS);
  const countersOf = (output: string) => unlessUnreadable(() => parseCounters(output, asking(showCounters)), []);
  if (group === null) {
    return {
      commands: [showCounters],
      parse: ([counters = '']) => ({ counters: countersOf(counters), routes: [], rps: undefined }),
    };
  }
  const showRoutes = form.ask(commands.showRoutes(family, group, vrf));
  const showDistribution = commands.showDistribution(family, group, vrf);
  return {
    commands: [showRoutes, showDistribution, showCounters],
    parse: ([mroutes = '', distribution = '', counters = '']) => {
      const readRoutes = () => parseMroutes(mroutes, asking(showRoutes));
      const counted = unlessUnreadable(() => parseDistribution(distribution, asking(showDistribution)), undefined);
      // In releases that print no JSON of nothing, there is no need to ask in text when the other table tells.
      const usable = mroutes.trim() === '' ? unlessUnreadable : form.unlessUnreadable;
      const routes = counted === undefined ? readRoutes() : joinRoutes(usable(readRoutes, undefined), counted);
      return { counters: countersOf(counters), routes, rps: rpsOf(routes, group) };
    },
  };
}

/** The routes, with the packets that only the other table counts. It does for the first where that is no use. */
function joinRoutes(routes: readonly Route[] | undefined, counted: readonly Route[]): readonly Route[] {
  const packets = new Map(counted.map((route) => [keyOf(route), route.packets]));
  return routes?.map((route) => ({ ...route, packets: packets.get(keyOf(route)) ?? route.packets })) ?? counted;
}

/** Where the group's (*,G) tells it; else see the table. */
function rpsOf(routes: readonly Route[], group: string): readonly SnapshotRp[] | undefined {
  const address = routes.find((route) => route.group === group && route.rp !== undefined)?.rp;
  return address === undefined ? undefined : [{ groups: `${group}/${group.includes(':') ? 128 : 32}`, address }];
}

function keyOf({ source, group }: RoutePart): string {
  return `${source} ${group}`;
}
