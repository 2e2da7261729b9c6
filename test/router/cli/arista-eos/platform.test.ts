/** What the platform asks of EOS, and by what it knows the CLI. */
import { describe, expect, test } from 'vitest';
import { aristaEos } from '../../../../src/router/cli/arista-eos/platform.ts';
import { OUTPUTS } from '../support/box/arista-eos.ts';
import { fakeCli, type Outputs, readerWith } from '../support/fake-shell.ts';

describe('the platform', () => {
  const without = (...commands: string[]): Outputs =>
    Object.fromEntries(Object.entries(OUTPUTS).filter(([command]) => !commands.includes(command)));
  const table = (outputs: Outputs) =>
    readerWith(aristaEos(), fakeCli(outputs)).readInterfaces(new AbortController().signal);

  test('a link with IGMP alone, without PIM, is one that multicast is forwarded to', async () => {
    const igmp = `Loopback0 is up
  IGMP on this interface: enabled
  Interface address: 10.0.0.4
  Multicast routing on this interface: enabled
  Multicast groups joined:
Ethernet2 is up
  IGMP on this interface: enabled
  Multicast routing on this interface: disabled
`;
    const pim = OUTPUTS['show pim ipv4 interface']!.replace(/^.*Ethernet2.*\n/m, '');
    const { interfaces } = await table({
      ...without('show pim ipv6 interface'),
      'show pim ipv4 interface': pim,
      'show ip igmp interface': igmp,
    });
    expect(interfaces.map(({ name, multicast }) => [name, multicast])).toEqual([
      ['Ethernet1', true],
      ['Ethernet2', false],
      ['Loopback0', true],
    ]);
  });

  test.each([
    ['JSON', (text: string) => text, (json: string) => json.replace('"connected"', '"disabled"')],
    [
      'text',
      (text: string) =>
        text.replace(
          'Ethernet1 is up, line protocol is up (connected)',
          'Ethernet1 is administratively down, line protocol is down (disabled)',
        ),
      () => '% Invalid input',
    ],
  ])('an interface that is down, by %s: it has no addresses, and does no multicast', async (_, inText, inJson) => {
    const { interfaces } = await table({
      ...OUTPUTS,
      'show interfaces': inText(OUTPUTS['show interfaces']!),
      'show interfaces | json': inJson(OUTPUTS['show interfaces | json']!),
    });
    expect(interfaces.map(({ addresses, multicast }) => [addresses.length, multicast])).toEqual([
      [0, false],
      [3, true],
      [3, false],
    ]);
  });

  test('a release that has no other spelling for IPv4: the same table', async () => {
    const old = Object.keys(OUTPUTS).filter((command) => command.startsWith('show ip pim'));
    expect(await table(without(...old))).toEqual(await table(OUTPUTS));
  });

  test('an old release, with other spellings and text: the same table', async () => {
    const old = Object.fromEntries(
      Object.entries(OUTPUTS).filter(
        ([command]) => !command.includes('show pim') && !/^show interfaces .*json/.test(command),
      ),
    );
    const expected = await table(without('show pim ipv6 interface', 'show pim ipv6 neighbor', 'show pim ipv6 rp'));
    expect(await table(old)).toEqual(expected);
    expect(expected.neighbors).toHaveLength(2);
  });

  test('what an answer is whole without may be refused', async () => {
    const { interfaces, rps, neighbors } = await table({
      'show interfaces': OUTPUTS['show interfaces']!,
      'show pim ipv4 interface': OUTPUTS['show pim ipv4 interface']!,
    });
    expect(rps).toEqual([]);
    expect(neighbors).toBeUndefined();
    expect(interfaces.map(({ name, addresses, multicast }) => ({ name, addresses, multicast }))).toEqual([
      { name: 'Ethernet1', addresses: ['10.34.0.4/24', 'fe80::4/64', 'fd00:34::4/64'], multicast: true },
      { name: 'Ethernet2', addresses: ['10.45.0.4/24', 'fe80::4/64', 'fd00:45::4/64'], multicast: true },
      { name: 'Loopback0', addresses: ['10.0.0.4/32', 'fe80::4/64', 'fd00::4/128'], multicast: false },
    ]);
    for (const { index } of interfaces) expect(index).toBeGreaterThanOrEqual(2 ** 31);
  });

  test('addresses that only the output of all interfaces tells, of those that are in the VRF', async () => {
    const document = JSON.stringify({ interfaces: { Ethernet1: { mtu: 1400 } } });
    const { interfaces } = await table({ ...OUTPUTS, 'show ipv6 interface vrf default | json': document });
    expect(interfaces.map(({ addresses }) => addresses)).toEqual([
      ['10.34.0.4/24', 'fe80::4/64', 'fd00:34::4/64'],
      ['10.45.0.4/24'],
      ['10.0.0.4/32'],
    ]);
  });

  test.each(['', '\n{\n    "errors": [\n        "No IPv6 configured interfaces"\n    ]\n}'])(
    'a VRF without IPv6 has no IPv6 address of another one',
    async (document) => {
      const nothing = `% No IPv6 configured interfaces${document}`;
      const { interfaces } = await table({ ...OUTPUTS, 'show ipv6 interface vrf default | json': nothing });
      expect(interfaces.map(({ addresses }) => addresses)).toEqual([
        ['10.34.0.4/24'],
        ['10.45.0.4/24'],
        ['10.0.0.4/32'],
      ]);
    },
  );

  test('of interfaces text is asked for where JSON is refused, and not else', async () => {
    for (const [outputs, expected] of [
      [OUTPUTS, false],
      [without('show interfaces | json'), true],
    ] as const) {
      const session = fakeCli(outputs);
      await readerWith(aristaEos(), session).readInterfaces(new AbortController().signal);
      expect(session.trips.flat().includes('show interfaces')).toBe(expected);
    }
  });

  test.each(['', '% ', '! '])(
    'without `ip multicast-routing` there is no multicast, whatever says so: %j',
    async (before) => {
      const message = `${before}ipv4 multicast routing is not configured on VRF default\n`;
      const outputs: Outputs = Object.fromEntries(
        Object.entries(without('show pim ipv6 interface')).map(([command, output]) => [
          command,
          /pim ipv4|ip pim|igmp|mroute|fib/.test(command) ? message : output,
        ]),
      );
      const { interfaces, neighbors } = await table(outputs);
      expect(interfaces.map(({ multicast }) => multicast)).toEqual([false, false, false]);
      expect(neighbors?.filter(({ address }) => address.includes('.'))).toEqual([]);
      const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
      const reader = readerWith(aristaEos(), fakeCli(outputs));
      const { routes, rpf } = await reader.readForwarding(query, new AbortController().signal);
      expect(routes).toEqual([]);
      expect(rpf).toHaveLength(1);
    },
  );

  test('without interfaces, or without PIM, there is no table', async () => {
    await expect(table(without('show interfaces', 'show interfaces | json'))).rejects.toMatchObject({
      code: 'ERR_READER_COMMAND',
      message: expect.stringContaining('`show interfaces | json` was refused'),
    });
    const noPim = without('show pim ipv4 interface', 'show ip pim interface');
    const session = fakeCli(noPim);
    const reader = readerWith(aristaEos(), session);
    const refused = { code: 'ERR_READER_OUTPUT', message: expect.stringContaining('pim') };
    await expect(reader.readInterfaces(new AbortController().signal)).rejects.toMatchObject(refused);
    // There is no other form to ask for.
    expect(session.trips.flat().filter((command) => command === 'show interfaces | json')).toHaveLength(1);
  });

  test.each([
    ['by both spellings', /./],
    ['by the older spelling, where the release does not have the other', /^show ip /],
  ])('a VRF that the switch does not have is told in its own words, %s', async (_, known) => {
    const none = (command: string) => (known.test(command) ? '% VRF bleu not found' : '% Invalid input');
    const outputs = Object.entries(OUTPUTS).map(([command, output]) => [
      command.replace(/ (?=interface$)/, ' vrf bleu '),
      / (?:pim|igmp) /.test(command) ? none(command) : output,
    ]);
    const reader = readerWith(aristaEos({ vrf: 'bleu' }), fakeCli(Object.fromEntries(outputs)));
    await expect(reader.readInterfaces(new AbortController().signal)).rejects.toMatchObject({
      code: 'ERR_READER_OUTPUT',
      message: expect.stringMatching(
        /^`show (?:pim ipv4|ip pim) vrf bleu interface` was refused: % VRF bleu not found$/,
      ),
    });
  });

  test.each([
    ['refuses', '% Invalid input'],
    ['does not understand', 'Multicast routes: 1\n'],
    ['prints nothing at all', ''],
  ])('entries of a switch whose text it %s: JSON', async (_, text) => {
    const outputs = { ...OUTPUTS, 'show ip mroute 239.1.1.1 detail': text };
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const reader = readerWith(aristaEos(), fakeCli(outputs));
    const { routes, rps } = await reader.readForwarding(query, new AbortController().signal);
    expect(routes).toMatchObject([
      { source: null, upstream: '10.34.0.3', packets: '2002' },
      { source: '10.1.0.2', upstream: '10.34.0.3', packets: '4005' },
    ]);
    expect(rps).toEqual([{ groups: '239.1.1.1/32', address: '10.0.0.2' }]);
  });

  test('a VRF: its name in every command that takes one, and addresses of its own interfaces only', async () => {
    const red = Object.fromEntries(
      Object.entries(OUTPUTS).map(([command, output]) => [
        command
          .replace('vrf default', 'vrf red')
          .replace(
            /^show (pim ipv[46]|ip pim|ip igmp|ip mroute|multicast fib ipv[46]|ipv?6? route)/,
            'show $1 vrf red',
          ),
        output.replaceAll('"default"', '"red"'),
      ]),
    );
    const own = JSON.parse(red['show ip interface vrf red | json']!);
    delete own.interfaces.Ethernet2;
    red['show ip interface vrf red | json'] = JSON.stringify(own);
    const session = fakeCli(red);
    const reader = readerWith(aristaEos({ vrf: 'red' }), session);
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const { interfaces, routes, rpf } = await reader.readForwarding(query, new AbortController().signal);
    expect(routes).toMatchObject([{ packets: '2002' }, { packets: '4005' }]);
    expect(rpf).toHaveLength(1);
    expect(interfaces[1]!.addresses).toEqual(['fe80::4/64', 'fd00:45::4/64']);
    for (const command of session.trips.flat()) expect(red).toHaveProperty([command]);
  });

  test.each([
    'r4>',
    'r4#',
    'r4(config)#',
    'r4(config-if-Et1-4)#',
    'leaf-1.dc_2(s1)(config-router-bgp)#',
    'r4.12:34:56#',
  ])('the prompt %s', (prompt) => expect(aristaEos().terminal!.prompt.test(prompt)).toBe(true));

  test.each(['Password: ', 'Interface  Mode >', '[admin@r4 ~]$ ', '  flags: SP', '', '>'])('no prompt: %s', (line) =>
    expect(aristaEos().terminal!.prompt.test(line)).toBe(false),
  );

  test('the pager', () => expect(aristaEos().terminal!.pager.test(' --More-- ')).toBe(true));
});
