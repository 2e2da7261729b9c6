/** Asks NX-OS's platform with outputs of a test's own; what is not given is refused. */
import { ciscoNxos } from '../../../../src/router/cli/cisco-nxos/platform.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { OUTPUTS } from './box/cisco-nxos.ts';
import { fakeCli, type Outputs, readerWith } from './fake-shell.ts';

export const QUERY: ForwardingQuery = { family: 4, group: '239.1.1.1', source: '10.1.0.2' };
export const SHOW_ROUTES = 'show ip mroute 239.1.1.1 | json';
export const SHOW_DISTRIBUTION = 'show forwarding distribution multicast route group 239.1.1.1';
export const SHOW_COUNTERS = 'show interface counters | json';
export const SHOW_PATH = 'show ip route 10.1.0.2 | json';
export const SHOW_RESOLVED = 'show forwarding route 10.1.0.2';
export const REFUSED = "                                   ^\n% Invalid command at '^' marker.\n";

const { forwarding, path, table } = ciscoNxos();

/** The whole reading: what is not given is as r3 of the box has it. */
export const read = (outputs: Outputs = {}) =>
  readerWith(ciscoNxos(), fakeCli({ ...OUTPUTS, ...outputs })).readForwarding(QUERY, new AbortController().signal);
export const routesOf = (outputs: Outputs) => {
  const { commands, parse } = forwarding(QUERY);
  return parse(commands.map((command) => String(outputs[command] ?? REFUSED))).routes;
};
export const countersOf = (output: string) => forwarding({ ...QUERY, group: null }).parse([output]).counters;
export const pathOf = (route: string, resolved = REFUSED, target = '10.1.0.2') =>
  path(target, target.includes(':') ? 6 : 4).parse([route, resolved]);
/** With the box's IPv4 interfaces, without which there is no table. */
export const tableOf = (outputs: Outputs) => {
  const all: Outputs = { 'show ip interface': OUTPUTS['show ip interface']!, ...outputs };
  return table.parse(table.commands.map((command) => String(all[command] ?? REFUSED)));
};
