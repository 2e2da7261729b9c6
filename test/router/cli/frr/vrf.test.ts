/** A VRF of FRR: the same commands with `vrf NAME`, where 8.4.4 takes it, and the same outputs. */
import { expect, test } from 'vitest';
import { daemonOf } from '../../../../src/router/cli/frr/commands.ts';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { fakeVtysh, NOT_RUNNING, type Outputs, readerWith } from '../support/fake-shell.ts';
import { FRR_OUTPUTS, INTERFACES } from '../support/frr-outputs.ts';

const QUERY: ForwardingQuery = { family: 4, group: '239.1.2.3', source: '198.18.0.5' };

/** As the grammar of 8.4.4 has it: `show ip pim [vrf NAME] ...`, but `show ip multicast count [vrf NAME]`. */
const inBlue = (command: string) =>
  command
    .replace('vrf default', 'vrf blue')
    .replace(/^show (ip multicast count|ip mroute|ip pim|ip route)/, '$& vrf blue');

const BLUE_OUTPUTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(FRR_OUTPUTS).map(([command, output]) => [inBlue(command), output]),
);

const CONFIGURATION = FRR_OUTPUTS['show configuration running json pimd'];

async function read(outputs: Outputs, vrf?: string) {
  const session = fakeVtysh(outputs);
  const reader = readerWith(platforms.frr({ vrf }), session);
  const { takenAt, ...snapshot } = await reader.readForwarding(QUERY, new AbortController().signal);
  return { snapshot, session };
}

test('everything is asked in the VRF, but the configuration, and reads as it does in the default one', async () => {
  const { snapshot, session } = await read(
    { ...BLUE_OUTPUTS, 'show ipv6 multicast count vrf blue json': NOT_RUNNING },
    'blue',
  );
  expect(snapshot).toEqual((await read(FRR_OUTPUTS)).snapshot);
  const elsewhere = session.trips.flat().filter((command) => !command.includes(' vrf blue '));
  expect(new Set(elsewhere)).toEqual(new Set(['show configuration running json pimd']));
});

test('IPv6, where pim6d runs', async () => {
  const outputs = {
    ...BLUE_OUTPUTS,
    'show ipv6 multicast count vrf blue json': FRR_OUTPUTS['show ip multicast count json'],
    'show ipv6 pim vrf blue interface json': '{}',
    'show ipv6 pim vrf blue neighbor json': '{"west": {"fe80::9": {}}}',
  };
  const { snapshot } = await read(outputs, 'blue');
  expect(snapshot.neighbors).toContainEqual({ address: 'fe80::9', interface: 8 });
});

/** `show interface json` is of all VRFs, and an object by name: where they are namespaces, each may have a `lan`. */
test('the default VRF is asked for its own interfaces', async () => {
  const ofRed = INTERFACES.replace('"index": 9', '"vrfName": "red", "index": 4').replace('198.51.100.1', '10.66.0.1');
  const { snapshot } = await read({ ...FRR_OUTPUTS, 'show interface json': ofRed });
  expect(snapshot.interfaces).toContainEqual(
    expect.objectContaining({ name: 'lan', index: 9, addresses: ['198.51.100.1/24'] }),
  );
});

test('where a VRF is a network namespace, the configuration names its interfaces with it', async () => {
  const key = 'show configuration running json pimd';
  const scopes = async (name: string, vrf?: string) =>
    (await read({ ...FRR_OUTPUTS, ...BLUE_OUTPUTS, [key]: CONFIGURATION.replace('"lan"', `"${name}"`) }, vrf)).snapshot
      .scopes;
  expect(await scopes('lan', 'blue')).toHaveLength(1);
  expect(await scopes('blue:lan', 'blue')).toHaveLength(1);
  expect(await scopes('red:lan', 'blue')).toEqual([]);
  expect(await scopes('blue:lan')).toEqual([]);
});

test('a VRF that is not there is an error: 8.4.4 prints nothing', async () => {
  const nothing = Object.fromEntries(Object.keys(BLUE_OUTPUTS).map((command) => [command, '']));
  const outputs = {
    ...nothing,
    'show interface vrf blue json': '{}\n',
    'show ip route vrf blue 198.18.0.5 json': '% VRF blue not found\n',
  };
  await expect(read(outputs, 'blue')).rejects.toMatchObject({ code: expect.stringMatching(/COMMAND|OUTPUT/) });
  const reader = readerWith(platforms.frr({ vrf: 'blue' }), fakeVtysh(outputs));
  await expect(reader.readInterfaces(new AbortController().signal)).rejects.toThrow('in VRF blue');
});

test.each([
  ['show interface vrf blue json', 'zebra'],
  ['show ip route vrf blue 198.18.0.5 json', 'zebra'],
  ['show ipv6 route vrf blue 2001:db8::1 json', 'zebra'],
  ['show ip mroute vrf blue count json', 'pimd'],
  ['show ipv6 mroute vrf blue count json', 'pim6d'],
])('by telnet, %s is asked of %s', (command, daemon) => {
  expect(daemonOf(command)).toBe(daemon);
});
