/** r1 of the mixed domain, whole snapshots, with tags and without. What is expected is the domain's, written by hand. */
import { describe, expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import type { Snapshot, SnapshotInterface, SnapshotRoute } from '../../../../src/router/snapshot.ts';
import { stateOf } from '../../../../src/router/state.ts';
import { determineForwarding } from '../../../../src/trace/forwarding.ts';
import { parseAddress } from '../../../../src/wire/address.ts';
import { OUTPUTS } from '../support/box/juniper-junos.ts';
import { TEXT_OUTPUTS } from '../support/box/juniper-junos-text.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';

const SIGNAL = new AbortController().signal;
const UNCOUNTED = { inMulticastPackets: null, outMulticastPackets: null };
const ON = { multicast: true, ttlThreshold: 1, multicastRoutingProtocol: 'pimSparseMode' } as const;
const OFF = { multicast: false, addresses: [], ...UNCOUNTED };

/** @param counted whether the packets of the two links are known */
function interfaces(counted: boolean): SnapshotInterface[] {
  return [
    { index: 517, name: 'ge-0/0/0', ...OFF },
    {
      index: 537,
      name: 'ge-0/0/0.0',
      addresses: ['10.1.0.1/24', 'fd00:1::1/64', 'fe80::1/64'],
      ...ON,
      mtu: 1500,
      designatedRouters: ['10.1.0.1', 'fe80::1'],
      inMulticastPackets: counted ? '100000' : null,
      outMulticastPackets: counted ? '0' : null,
    },
    { index: 518, name: 'ge-0/0/1', ...OFF },
    {
      index: 538,
      name: 'ge-0/0/1.0',
      addresses: ['10.12.0.1/24', 'fd00:12::1/64', 'fe80::1/64'],
      ...ON,
      mtu: 1500,
      designatedRouters: ['10.12.0.2', 'fe80::2'],
      inMulticastPackets: counted ? '0' : null,
      outMulticastPackets: counted ? '200000' : null,
    },
    { index: 520, name: 'pe-0/0/0', ...OFF },
    { index: 560, name: 'pe-0/0/0.32769', ...OFF },
    { index: 23, name: 'em1', ...OFF },
    { index: 24, name: 'em1.0', ...OFF, mtu: 1500 },
    { index: 6, name: 'lo0', ...OFF },
    {
      index: 16,
      name: 'lo0.0',
      addresses: ['10.0.0.1/32', 'fd00::1/128'],
      ...ON,
      designatedRouters: ['10.0.0.1', 'fd00::1'],
      ...UNCOUNTED,
    },
  ];
}

const NEIGHBORS = [
  { address: '10.12.0.2', interface: 538 },
  { address: 'fe80::2', interface: 538 },
];
const RP4 = { groups: '239.0.0.0/8', address: '10.0.0.2' };
const RP6 = { groups: 'ff15::/16', address: 'fd00::2' };
const OF_GROUP4 = { ...RP4, groups: '239.1.1.1/32' };
const OF_GROUP6 = { ...RP6, groups: 'ff15::1:1/128' };
const TO_SOURCE4 = { prefix: '10.1.0.0/24', interface: 537, neighbor: null, routingProtocol: 'local' } as const;
const TO_SOURCE6 = { prefix: 'fd00:1::/64', interface: 537, neighbor: null, routingProtocol: 'local' } as const;
const TO_RP4 = { prefix: '10.0.0.2/32', interface: 538, neighbor: '10.12.0.2', routingProtocol: 'ospf' } as const;
const TO_RP6 = { prefix: 'fd00::2/128', interface: 538, neighbor: 'fe80::2', routingProtocol: 'ospf' } as const;

function row(group: string, source: string, packets: string): SnapshotRoute {
  return {
    group,
    source,
    incoming: 537,
    upstream: null,
    outgoing: [{ index: 538, state: 'forwarding' }],
    packets,
    multicastRoutingProtocol: 'pimSparseMode',
    routingProtocol: 'local',
    pruneSent: false,
    uptimeSeconds: 412,
  };
}

type Case = readonly [ForwardingQuery, Partial<Snapshot>, number];
const CASES: readonly Case[] = [
  [
    { family: 4, group: '232.1.1.1', source: '10.1.0.2' },
    { routes: [row('232.1.1.1', '10.1.0.2', '1004')], rpf: [TO_SOURCE4], rps: [], scopes: [] },
    4,
  ],
  [
    { family: 4, group: '239.1.1.1', source: '10.1.0.2' },
    { routes: [row('239.1.1.1', '10.1.0.2', '1005')], rpf: [TO_SOURCE4], rps: [OF_GROUP4], scopes: [] },
    5,
  ],
  [{ family: 4, group: '239.1.1.1', source: null }, { routes: [], rpf: [TO_RP4], rps: [OF_GROUP4], scopes: [] }, 4],
  [{ family: 4, group: null, source: '10.1.0.2' }, { routes: [], rpf: [TO_SOURCE4], rps: [RP4, RP6] }, 2],
  [
    { family: 6, group: 'ff3e::1:1', source: 'fd00:1::2' },
    { routes: [row('ff3e::1:1', 'fd00:1::2', '1006')], rpf: [TO_SOURCE6], rps: [], scopes: [] },
    4,
  ],
  [
    { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' },
    { routes: [row('ff15::1:1', 'fd00:1::2', '1007')], rpf: [TO_SOURCE6], rps: [OF_GROUP6], scopes: [] },
    5,
  ],
  [{ family: 6, group: 'ff15::1:1', source: null }, { routes: [], rpf: [TO_RP6], rps: [OF_GROUP6], scopes: [] }, 4],
  [{ family: 6, group: null, source: 'fd00:1::2' }, { routes: [], rpf: [TO_SOURCE6], rps: [RP4, RP6] }, 2],
];

const FORMS = [
  ['with tags', OUTPUTS],
  ['in text', TEXT_OUTPUTS],
] as const;

test.each(FORMS)('the interface table, %s', async (_form, outputs) => {
  const reader = readerWith(platforms['juniper-junos'](), fakeCli(outputs));
  const snapshot = await reader.readInterfaces(SIGNAL);
  stateOf(snapshot);
  expect(snapshot).toEqual({
    name: 'core',
    interfaces: interfaces(false),
    neighbors: NEIGHBORS,
    rps: [RP4, RP6],
  });
});

test.each(
  FORMS.flatMap(([form, outputs]) => CASES.map(([query, ...rest]) => [form, query, ...rest, outputs] as const)),
)('%s: %j', async (_form, query, expected, commandCount, outputs) => {
  const cli = fakeCli(outputs);
  const reader = readerWith(platforms['juniper-junos'](), cli);
  await reader.readInterfaces(SIGNAL);
  cli.trips.length = 0;
  const { takenAt, ...snapshot } = await reader.readForwarding(query, SIGNAL);
  expect(takenAt).toBeDefined();
  stateOf(snapshot);
  expect(snapshot).toEqual({
    name: 'core',
    interfaces: interfaces(true),
    neighbors: NEIGHBORS,
    ...expected,
  });
  expect(cli.trips.flat()).toHaveLength(commandCount);
});

/** A customer's unit, which has the RP's address. */
const ELSEWHERE = `
Physical interface: ge-0/0/5, Enabled, Physical link is Up
  Interface index: 199, SNMP ifIndex: 599

  Logical interface ge-0/0/5.10 (Index 399) (SNMP ifIndex 699)
    Protocol inet, MTU: 1500
      Addresses, Flags: Is-Preferred Is-Primary
        Destination: 10.0.0.0/30, Local: 10.0.0.2, Broadcast: 10.0.0.3
`;
const CUSTOMER_XML = `<instance-core><instance-name>red</instance-name><instance-type>vrf</instance-type>
  <instance-interface><interface-name>ge-0/0/5.10</interface-name></instance-interface></instance-core>`;
const CUSTOMER = `red:
  Router ID: 10.0.0.2
  Type: vrf               State: Active
  Interfaces:
    ge-0/0/5.10
  Route-distinguisher: 65000:1
  Vrf-import: [ __vrf-import-red-internal__ ]
  Tables:
    red.inet.0             : 2 routes (2 active, 0 holddown, 0 hidden)
`;
const INSTANCES = 'show route instance detail | display xml';

test.each<[string, typeof OUTPUTS]>([
  ['with tags', { ...OUTPUTS, [INSTANCES]: OUTPUTS[INSTANCES]!.replace('<instance-core>', `${CUSTOMER_XML}$&`) }],
  [
    'in text',
    { ...TEXT_OUTPUTS, 'show route instance detail': `${TEXT_OUTPUTS['show route instance detail']}${CUSTOMER}` },
  ],
])('an address of another instance, which is that of the RP, is not the router’s own: %s', async (_form, outputs) => {
  const cli = fakeCli({ ...outputs, 'show interfaces': outputs['show interfaces'] + ELSEWHERE });
  const reader = readerWith(platforms['juniper-junos'](), cli);
  const snapshot = await reader.readForwarding({ family: 4, group: '239.1.1.1', source: null }, SIGNAL);
  expect(snapshot.interfaces).toContainEqual({ index: 699, name: 'ge-0/0/5.10', ...OFF, mtu: 1500 });
  const forwarding = determineForwarding(stateOf(snapshot), undefined, parseAddress('239.1.1.1'));
  expect(forwarding).toMatchObject({ isRp: false, incoming: { index: 538 } });
});

test.each<[string, typeof OUTPUTS, string]>([
  ['refuses to tell', {}, 'ERR_READER_COMMAND'],
  ['tells something else', { [INSTANCES]: OUTPUTS['show interfaces']! }, 'ERR_READER_OUTPUT'],
  [
    'says nothing of',
    { [INSTANCES]: '<rpc-reply>\n<cli><banner>{master}</banner></cli>\n</rpc-reply>' },
    'ERR_READER_OUTPUT',
  ],
])(
  'a router that %s which units are of other instances: their addresses are not its own',
  async (_case, said, code) => {
    const { [INSTANCES]: _xml, 'show route instance detail': _text, ...others } = { ...TEXT_OUTPUTS, ...OUTPUTS };
    const reader = readerWith(platforms['juniper-junos'](), fakeCli({ ...others, ...said }));
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const error = { code, message: expect.stringContaining('show route instance detail') };
    await expect(reader.readInterfaces(SIGNAL)).rejects.toMatchObject(error);
    await expect(reader.readForwarding(query, SIGNAL)).rejects.toMatchObject(error);
  },
);

describe('a routing instance', () => {
  /** As the one of all, but with the name in the command and in the output. */
  const inInstance = (outputs: typeof OUTPUTS) =>
    Object.fromEntries(
      Object.entries(outputs).map(([command, output]) => [
        command.replace(/^(show (?:pim|multicast) .*?)( \| display xml)?$/, '$1 instance red$2'),
        output
          .replace(/PIM\.master/g, 'PIM.red')
          .replace(/>master</g, '>red<')
          .replace(/Instance: master/g, 'Instance: red'),
      ]),
    );
  const red = platforms['juniper-junos']({ vrf: 'red' });

  test.each(FORMS)('has the interfaces that are listed for it: %s', async (_form, outputs) => {
    const cli = fakeCli({ ...inInstance(outputs), 'show interfaces routing-instance red': ELSEWHERE });
    const { interfaces: rows } = await readerWith(red, cli).readInterfaces(SIGNAL);
    expect(rows.map(({ name, addresses }) => [name, ...addresses])).toEqual([
      ['ge-0/0/5'],
      ['ge-0/0/5.10', '10.0.0.2/30'],
    ]);
  });

  test.each(['', 'error: instance red not found\n', '\n{master}\n'])('that is not there: %j', async (said) => {
    const outputs = Object.fromEntries(
      red.table.commands.map((command) => [command, '<rpc-reply><output>instance is not running</output></rpc-reply>']),
    );
    const cli = fakeCli({ ...outputs, 'show interfaces routing-instance red': said });
    const reader = readerWith(red, cli);
    await expect(reader.readInterfaces(SIGNAL)).rejects.toThrow('show interfaces routing-instance red');
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    await expect(reader.readForwarding(query, SIGNAL)).rejects.toThrow();
  });
});

const interfacesOf = async (change: (text: string) => string) => {
  const cli = fakeCli({ ...OUTPUTS, 'show interfaces': change(OUTPUTS['show interfaces']!) });
  return (await readerWith(platforms['juniper-junos'](), cli).readInterfaces(SIGNAL)).interfaces;
};

test.each([
  ['a unit', /(ifIndex 537\)\n +Flags:) Up SNMP-Traps/, '$1 Down SNMP-Traps'],
  ['a unit, in other words', /(ifIndex 537\)\n +Flags:) Up SNMP-Traps/, '$1 SNMP-Traps Disabled'],
  ['its port', 'ge-0/0/0, Enabled, Physical link is Up', 'ge-0/0/0, Administratively down, Physical link is Down'],
])('%s that somebody has disabled has no addresses, and does no multicast', async (_case, from, to) => {
  const found = await interfacesOf((text) => text.replace(from, to));
  expect(found.filter(({ addresses }) => addresses.length > 0).map(({ index }) => index)).toEqual([538, 16]);
  expect(found.filter(({ multicast }) => multicast).map(({ index }) => index)).toEqual([538, 16]);
});

test('a link that is down has its addresses', async () => {
  const found = await interfacesOf((text) =>
    text
      .replace('ge-0/0/0, Enabled, Physical link is Up', 'ge-0/0/0, Enabled, Physical link is Down')
      .replace('Device flags   : Present Running', '$& Down')
      .replace('Interface flags: SNMP', 'Interface flags: Hardware-Down SNMP')
      .replace('Flags: Up SNMP-Traps', 'Flags: Hardware-Down Device-Down SNMP-Traps'),
  );
  expect(found).toEqual(interfaces(false));
});

test('a unit with IGMP and without PIM does multicast, but for one of another instance, or that is down', async () => {
  const igmp = (name: string, state: string) =>
    `Interface: ${name}\n    Querier: None\n    State: ${state} Timeout: 0 Version: 2 Groups: 0\n`;
  const xml = 'show pim interfaces inet | display xml';
  const cli = fakeCli({
    ...OUTPUTS,
    [INSTANCES]: OUTPUTS[INSTANCES]!.replace('<instance-core>', `${CUSTOMER_XML}$&`),
    'show interfaces': OUTPUTS['show interfaces'] + ELSEWHERE,
    [xml]: OUTPUTS[xml]!.replace(/<pim-interface>\s*<pim-interface-name>ge-0[\s\S]*<.pim-interface>/, ''),
    'show igmp interface': igmp('ge-0/0/0.0', 'Up') + igmp('ge-0/0/1.0', 'Down') + igmp('ge-0/0/5.10', 'Up'),
  });
  const reader = readerWith(platforms['juniper-junos'](), cli);
  const snapshot = await reader.readForwarding({ family: 4, group: '239.1.1.1', source: '10.1.0.2' }, SIGNAL);
  const enabled = snapshot.interfaces.filter(({ multicast }) => multicast);
  // Who is no neighbour of PIM's may be a router there all the same.
  expect(enabled).toMatchObject([{ index: 537, multicastRoutingProtocol: 'pimSparseMode' }]);
});

test('on a unit with IGMP alone no protocol is spoken', async () => {
  const without = (family: string) => {
    const command = `show pim interfaces ${family} | display xml`;
    return {
      [command]: OUTPUTS[command]!.replace(
        /<pim-interface>\s*<pim-interface-name>ge-0\/0\/0[\s\S]*?<.pim-interface>/,
        '',
      ),
    };
  };
  const igmp = 'Interface: ge-0/0/0.0\n    Querier: None\n    State: Up Timeout: 0 Version: 2 Groups: 0\n';
  const cli = fakeCli({ ...OUTPUTS, ...without('inet'), ...without('inet6'), 'show igmp interface': igmp });
  const { interfaces: found } = await readerWith(platforms['juniper-junos'](), cli).readInterfaces(SIGNAL);
  expect(found.find(({ name }) => name === 'ge-0/0/0.0')).toMatchObject({
    multicast: true,
    multicastRoutingProtocol: null,
  });
});

test.each(FORMS)('without IGMP and MLD it is where PIM is: %s', async (_form, outputs) => {
  const cli = fakeCli({ ...outputs, 'show igmp interface': '', 'show mld interface': 'MLD is not running\n' });
  const snapshot = await readerWith(platforms['juniper-junos'](), cli).readInterfaces(SIGNAL);
  expect(snapshot.interfaces).toEqual(interfaces(false));
});

test.each(['', '<interface-name></interface-name>'])('the router itself is the source: %j', async (interfaceXml) => {
  const xml = `<rpc-reply><multicast-rpf-information><rpf-family><rpf-table-name>inet.0</rpf-table-name>
    <rpf-route><prefix>10.1.0.1/32</prefix><rpf-route-protocol>Local</rpf-route-protocol>${interfaceXml}</rpf-route>
    </rpf-family></multicast-rpf-information></rpc-reply>`;
  const cli = fakeCli({ ...OUTPUTS, 'show multicast rpf inet 10.1.0.1 | display xml': xml });
  const reader = readerWith(platforms['juniper-junos'](), cli);
  const read = () => reader.readForwarding({ family: 4, group: null, source: '10.1.0.1' }, SIGNAL);
  const forwarding = determineForwarding(stateOf(await read()), parseAddress('10.1.0.1'), undefined);
  expect(forwarding).toMatchObject({ isDirectlyConnected: true, incoming: { addresses: [] }, upstream: undefined });
  cli.trips.length = 0;
  await read();
  expect(cli.trips.flat()).toHaveLength(2);
});

test.each(FORMS)('what PIM has joined and the forwarder does not have, is not forwarded: %s', async (form, outputs) => {
  const command = 'show multicast route extensive inet group 232.1.1.1 source-prefix 10.1.0.2';
  const cli = fakeCli(
    form === 'in text'
      ? { ...outputs, [command]: 'Instance: master Family: INET\n' }
      : { ...outputs, [`${command} | display xml`]: '<rpc-reply><multicast-route-information/></rpc-reply>' },
  );
  const reader = readerWith(platforms['juniper-junos'](), cli);
  const { routes } = await reader.readForwarding({ family: 4, group: '232.1.1.1', source: '10.1.0.2' }, SIGNAL);
  expect(routes).toMatchObject([{ incoming: 537, outgoing: [{ index: 538, state: 'notForwarding' }], packets: null }]);
});

test('scopes are those of the group', async () => {
  const reader = readerWith(
    platforms['juniper-junos'](),
    fakeCli({
      ...OUTPUTS,
      'show pim join extensive inet 239.255.1.1 | display xml': OUTPUTS['show multicast scope | display xml']!.replace(
        /<multicast-scope-info[\s\S]*<.multicast-scope-information>/,
        '<pim-join-information/>',
      ),
    }),
  );
  const { scopes } = await reader.readForwarding({ family: 4, group: '239.255.1.1', source: null }, SIGNAL);
  expect(scopes).toEqual([{ groups: '239.255.1.1/32', interface: 538 }]);
});

test('a router that refuses the pipe is asked in text, and from then on at once', async () => {
  const cli = fakeCli(TEXT_OUTPUTS);
  const reader = readerWith(platforms['juniper-junos'](), cli);
  await reader.readInterfaces(SIGNAL);
  expect(cli.trips.flat().filter((command) => command.includes('|'))).toHaveLength(7);
  await reader.readForwarding({ family: 4, group: '232.1.1.1', source: '10.1.0.2' }, SIGNAL);
  expect(cli.trips.flat().filter((command) => command.includes('|'))).toHaveLength(7);
  // Text is refused, too: it may have become another router.
  cli.outputs = OUTPUTS;
  await expect(reader.readInterfaces(SIGNAL)).rejects.toMatchObject({ code: 'ERR_READER_COMMAND' });
  await expect(reader.readInterfaces(SIGNAL)).resolves.toMatchObject({ neighbors: NEIGHBORS });
});
