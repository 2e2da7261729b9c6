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
export const REFUSED = "                                   ^\n% Invalid command at '^' marker.\n";

/** What r3 of the box prints without `| json`. */
export const TEXTS: Readonly<Record<string, string>> = {
  'show ip mroute 239.1.1.1': `IP Multicast Routing Table for VRF "default"

(*, 239.1.1.1/32), uptime: 1d02h, igmp pim ip 
  Incoming interface: Ethernet1/1, RPF nbr: 10.23.0.2
  Outgoing interface list: (count: 1)
    Ethernet1/2, uptime: 1d02h, pim

(10.1.0.2/32, 239.1.1.1/32), uptime: 1d02h, ip mrib pim 
  Incoming interface: Ethernet1/1, RPF nbr: 10.23.0.2 ,internal
  Outgoing interface list: (count: 1)
    Ethernet1/2, uptime: 1d02h, mrib, (bridge-only)
`,
  'show interface counters': `
Port                                  InMcastPkts                      InBcastPkts
Eth1/1                                     300000                               --
Port                                 OutMcastPkts                     OutBcastPkts
Eth1/1                                          0                                0
`,
  'show ip pim neighbor': `PIM Neighbor Status for VRF "default"
Neighbor        Interface            Uptime    Expires   DR       Bidir-  BFD    ECMP Redirect
                                                         Priority Capable State     Capable
10.23.0.2       Ethernet1/1          1w1d      00:01:17  1        no     n/a     no
10.34.0.4       Ethernet1/2          1w1d      00:01:33  1        no     n/a     no
`,
  'show ip route 10.1.0.2': `IP Route Table for VRF "default"
'*' denotes best ucast next-hop
10.1.0.0/24, ubest/mbest: 1/1
    *via 10.34.0.4, [200/0], 1d02h, bgp-65000, internal, tag 65000
    **via 10.23.0.2%default, Eth1/1, [1/0], 1d02h, mstatic
`,
  'show ip route 10.0.0.2': `IP Route Table for VRF "default"
'*' denotes best ucast next-hop
10.0.0.2/32, ubest/mbest: 1/0
    *via 10.23.0.2, Eth1/1, [110/41], 1d02h, ospf-1, intra
`,
};

const { forwarding, path, table } = ciscoNxos();

/** The whole reading: what is not given is as r3 of the box has it. */
export const read = (outputs: Outputs = {}) =>
  readerWith(ciscoNxos(), fakeCli({ ...OUTPUTS, ...outputs })).readForwarding(QUERY, new AbortController().signal);
export const routesOf = (outputs: Outputs) => {
  const { commands, parse } = forwarding(QUERY);
  return parse(commands.map((command) => String(outputs[command] ?? REFUSED))).routes;
};
export const countersOf = (output: string) => forwarding({ ...QUERY, group: null }).parse([output]).counters;
export const pathOf = (output: string, target = '10.1.0.2') =>
  path(target, target.includes(':') ? 6 : 4).parse([output]);
/** With the box's IPv4 interfaces, without which there is no table. In text, unless there is JSON of the neighbours. */
export const tableOf = (outputs: Outputs) => {
  const { commands, parse } = 'show ip pim neighbor | json' in outputs ? table : (table.otherwise ?? table);
  const all: Outputs = { 'show ip interface': OUTPUTS['show ip interface']!, ...outputs };
  return parse(commands.map((command) => String(all[command] ?? REFUSED)));
};
