/** NX-OS: counters of ports, VRFs, the terminal. */
import { describe, expect, test } from 'vitest';
import { rpOf } from '../../../../src/router/cli/assemble/rps.ts';
import { ciscoNxos } from '../../../../src/router/cli/cisco-nxos/platform.ts';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { OUTPUTS } from '../support/box/cisco-nxos.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';
import { countersOf, QUERY, REFUSED, read, SHOW_COUNTERS, SHOW_DISTRIBUTION, TEXTS } from '../support/nxos.ts';

describe('counters', () => {
  test('text, in tables of two columns', () => {
    const text = `
----------------------------------------------------------------------------------
Port                                     InOctets                      InUcastPkts
----------------------------------------------------------------------------------
mgmt0                                     1162614                               --
Eth1/33                                   1162614                            14178

----------------------------------------------------------------------------------
Port                                  InMcastPkts                      InBcastPkts
----------------------------------------------------------------------------------
mgmt0                                          --                               --
Eth1/33                      18446744073709551615                                0

----------------------------------------------------------------------------------
Port                                 OutMcastPkts                     OutBcastPkts
----------------------------------------------------------------------------------
Eth1/33                                        65                                1
Po100                                           7                                1
`;
    expect(countersOf(text)).toEqual([
      { interface: 'mgmt0', inPackets: null, outPackets: null },
      { interface: 'Ethernet1/33', inPackets: '18446744073709551615', outPackets: '65' },
      { interface: 'port-channel100', inPackets: null, outPackets: '7' },
    ]);
  });

  test('text, in tables of four', () => {
    const text = `
Port          InOctets      InUcastPkts    InMcastPkts    InBcastPkts
Eth1/1           12345               11             12             13
Port         OutOctets     OutUcastPkts   OutMcastPkts   OutBcastPkts
Eth1/1           54321               21             22             23
Eth1/2             N/A              N/A            N/A            N/A
Eth1/3	1,000	1	2,000	3
`;
    expect(countersOf(text)).toEqual([
      { interface: 'Ethernet1/1', inPackets: '12', outPackets: '22' },
      { interface: 'Ethernet1/2', inPackets: null, outPackets: null },
      { interface: 'Ethernet1/3', inPackets: null, outPackets: '2000' },
    ]);
  });

  test('JSON of one port, whose counters are numbers', () => {
    const document = {
      TABLE_rx_counters: [{ ROW_rx_counters: { interface_rx: 'Ethernet1/1', eth_inmcast: 5, eth_inbcast: 0 } }],
      TABLE_tx_counters: { ROW_tx_counters: { interface_tx: 'Ethernet1/1', eth_outmcast: 6, eth_outbcast: 0 } },
    };
    expect(countersOf(JSON.stringify(document))).toEqual([
      { interface: 'Ethernet1/1', inPackets: '5', outPackets: '6' },
    ]);
  });

  test('none that can be read are not known', async () => {
    const { interfaces } = await read({ [SHOW_COUNTERS]: REFUSED });
    expect(interfaces.map((one) => one.inMulticastPackets)).toEqual([null, null, null, null]);
  });
});

test('the VRF stands in every command that takes one, and only its section is read', async () => {
  const outputs = Object.entries(OUTPUTS).map(([command, output]): [string, string] => {
    if (/ (?:snmp-ifindex|counters)/.test(command)) return [command, output];
    const [, show, tail = ''] = /^(.*?)( \| json| group .*)?$/.exec(command)!;
    return [
      `${show} vrf red${tail}`,
      output.replace(/for VRF "default"/, 'for VRF "red"').replaceAll('"default"', '"red"'),
    ];
  });
  const session = fakeCli(Object.fromEntries(outputs));
  const reader = readerWith(platforms['cisco-nxos']({ vrf: 'red' }), session);
  const [own, plain] = [await reader.readForwarding(QUERY, new AbortController().signal), await read()];
  expect({ ...own, takenAt: '' }).toEqual({ ...plain, takenAt: '' });
  // In the default VRF these outputs say nothing.
  const other = readerWith(
    ciscoNxos(),
    fakeCli({
      ...OUTPUTS,
      ...Object.fromEntries(outputs.map(([command, output]) => [command.replace(' vrf red', ''), output])),
    }),
  );
  const { routes, rpf, rps } = await other.readForwarding(QUERY, new AbortController().signal);
  expect({ routes, rpf, rps }).toEqual({ routes: [], rpf: [{ prefix: '10.1.0.2/32', interface: null }], rps: [] });
});

test('groups of SSM have no RP, though a wider range has one: nobody asks for the way there', async () => {
  const rps = OUTPUTS['show ip pim rp']!.replace('239.0.0.0/8', '224.0.0.0/4');
  const session = fakeCli({ ...OUTPUTS, 'show ip pim rp': rps, 'show ip mroute 232.1.1.1 | json': '' });
  const query = { family: 4, group: '232.1.1.1', source: '10.1.0.2' } as const;
  const snapshot = await readerWith(ciscoNxos(), session).readForwarding(query, new AbortController().signal);
  expect(session.trips.flat()).not.toContain('show ip route 10.0.0.2 | json');
  expect(snapshot.rps?.filter(({ groups }) => groups.includes('.'))).toEqual([]);
  expect(snapshot.rpf).toHaveLength(1);
});

test('the RP of a group is told by its own (*,G), whichever one has the range', async () => {
  const candidates = ['10.0.0.2', '10.0.0.3*'].map(
    (rp) => `RP: ${rp}, (0), 
 uptime: 1d02h   priority: 192, 
 RP-source: 10.0.0.9 (B),  
 group ranges:
 224.0.0.0/4   , expires: 00:02:10 (B)
`,
  );
  const rps = `PIM RP Status Information for VRF "default"\n${candidates.join('')}`;
  const told = async (incoming: string, neighbor: string) => {
    const row = `(*, 239.1.1.1/32), uptime: 00:01:16, pim ip
  Incoming interface: ${incoming}, RPF nbr: ${neighbor}
  Outgoing interface list: (count: 0)
`;
    const routes = `IP Multicast Routing Table for VRF "default"\n${row}`;
    const snapshot = await read({
      'show ip pim rp': rps,
      'show ip mroute 239.1.1.1 | json': routes,
      'show ip route 10.0.0.3 | json': OUTPUTS['show ip route 10.0.0.2 | json']!.replaceAll('10.0.0.2/', '10.0.0.3/'),
      [SHOW_DISTRIBUTION]: REFUSED,
    });
    return rpOf('239.1.1.1', snapshot.rps ?? []);
  };
  expect(await told('loopback0', '10.0.0.3')).toBe('10.0.0.3');
  expect(await told('Ethernet1/1', '10.23.0.2')).toBeNull();
  expect(await told('loopback0', '0.0.0.0')).toBeNull();
});

test('a release without JSON is asked in text, from then on', async () => {
  const isJson = ([command]: [string, string]) => command.endsWith(' | json');
  const plain = Object.fromEntries(Object.entries(OUTPUTS).filter((row) => !isJson(row)));
  const session = fakeCli({ ...plain, ...TEXTS });
  const reader = readerWith(ciscoNxos(), session);
  const signal = new AbortController().signal;
  const { routes, rpf, neighbors } = await reader.readForwarding(QUERY, signal);
  const inJson = await read();
  expect(routes).toEqual(
    inJson.routes?.map((route, i) => ({
      ...route,
      uptimeSeconds: 93_600,
      ...(i === 1 ? { routingProtocol: 'netmgmt' } : {}),
    })),
  );
  expect(rpf).toEqual([{ ...inJson.rpf?.[0], routingProtocol: 'netmgmt' }]);
  expect(neighbors).toEqual(inJson.neighbors?.slice(0, 2));

  session.trips.length = 0;
  expect((await reader.readForwarding(QUERY, signal)).routes).toEqual(routes);
  expect(session.trips.flat()).toEqual([
    'show ip mroute 239.1.1.1',
    SHOW_DISTRIBUTION,
    'show interface counters',
    'show ip route 10.1.0.2',
  ]);
});

test('prompts and pages', () => {
  const { prompt, pager } = ciscoNxos().terminal!;
  for (const line of ['r3#', 'r3# ', 'r3-vdc2#', 'dc1.leaf_3(config-if)# ', 'r3>']) expect(line).toMatch(prompt);
  for (const line of ['Vlan10, uptime: 1d', '% Invalid command', '', ' r3#', 'a b#']) expect(line).not.toMatch(prompt);
  expect('rows\n--More--').toMatch(pager);
});
