/** What the platform asks of IOS XR, and what it makes of refusals. */
import { describe, expect, test } from 'vitest';
import { rpOf } from '../../../../src/router/cli/assemble/rps.ts';
import { ciscoIosXr } from '../../../../src/router/cli/cisco-iosxr/platform.ts';
import { ReaderError } from '../../../../src/router/port.ts';
import { OUTPUTS } from '../support/box/cisco-iosxr.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';

describe('the platform', () => {
  test('what an answer is whole without may be refused', async () => {
    const needed = [
      'show ipv4 interface',
      'show pim ipv4 interface detail',
      'show mrib ipv4 route 239.1.1.1',
      'show route ipv4 10.1.0.2',
    ];
    const session = fakeCli(Object.fromEntries(needed.map((command) => [command, OUTPUTS[command]!])));
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const snapshot = await readerWith(ciscoIosXr(), session).readForwarding(query, new AbortController().signal);
    expect(snapshot).not.toHaveProperty('neighbors');
    expect(snapshot).not.toHaveProperty('scopes');
    expect(snapshot.routes?.[1]).toMatchObject({ source: '10.1.0.2', upstream: '10.12.0.1', packets: null });
    for (const command of needed) {
      const { [command]: _, ...outputs } = session.outputs;
      const reader = readerWith(ciscoIosXr(), fakeCli(outputs));
      await expect(reader.readForwarding(query, new AbortController().signal)).rejects.toMatchObject({
        code: 'ERR_READER_COMMAND',
      });
    }
  });

  describe('IPv4 refused, IPv6 told', () => {
    const { commands, parse } = ciscoIosXr().table;
    const refusing = (refusal: string, ...refused: readonly string[]) =>
      parse(commands.map((command) => (refused.includes(command) ? refusal : (OUTPUTS[command] ?? ''))));
    const showPim = 'show pim ipv4 interface detail';
    const showNeighbors = 'show pim ipv4 neighbor';

    test.each(['% This command is not authorized\n', '% Error: the process aaad is not running\n', ''])(
      'nothing is known: %j',
      (refusal) => {
        expect(() => refusing(refusal, showPim)).toThrow(ReaderError);
        expect(refusing(refusal, showNeighbors).neighbors).toBeUndefined();
      },
    );

    test.each(["   ^\n% Invalid input detected at '^' marker.\n", '% Error: the process PIM is not running\n'])(
      'there is none: %j',
      (refusal) => {
        const { multicast } = refusing(refusal, showPim, showNeighbors);
        expect(multicast[4]).toEqual([]);
        expect(multicast[6]).not.toEqual([]);
      },
    );

    test('the other way round IPv4 is told', () => {
      const { multicast, neighbors } = refusing(
        '% This command is not authorized\n',
        'show pim ipv6 interface detail',
        'show pim ipv6 neighbor',
      );
      expect(multicast[4]).not.toEqual([]);
      expect(neighbors).not.toEqual([]);
    });
  });

  test('groups of SSM have no RP, though a wider range has one: nobody asks for the way there', async () => {
    const rps = `Group Range         Proto Client   Groups RP address      Info

232.0.0.0/8*        SSM   config   1      0.0.0.0         
224.0.0.0/4*        SM    config   1      10.0.0.2        RPF: De0,10.0.0.2 (us)
`;
    const session = fakeCli({
      ...OUTPUTS,
      'show pim ipv4 group-map': rps,
      'show pim ipv4 topology 232.1.1.1': 'No PIM topology table entries found\n',
    });
    const reader = readerWith(ciscoIosXr(), session);
    const { signal } = new AbortController();
    const table = await reader.readInterfaces(signal);
    expect(table.rps?.filter(({ groups }) => groups.includes('.'))).toEqual([
      { groups: '224.0.0.0/4', address: '10.0.0.2' },
    ]);
    session.trips.length = 0;
    const query = { family: 4, group: '232.1.1.1', source: '10.1.0.2' } as const;
    const { rps: ofGroup, rpf } = await reader.readForwarding(query, signal);
    expect(session.trips.flat()).not.toContain('show route ipv4 10.0.0.2');
    expect(ofGroup?.filter(({ groups }) => groups.includes('.'))).toEqual([]);
    expect(rpf).toHaveLength(1);
  });

  test('an RP in the address of an IPv6 group is not that of a wider range', () => {
    const map = `Group Range         Proto Client   Groups RP address      Info

ff00::/8*           SM    static   0      fd00::2
                                          RPF: De6tunnel0,fd00::2 (us)
`;
    const { commands, parse } = ciscoIosXr().table;
    const outputs: Readonly<Record<string, string>> = { ...OUTPUTS, 'show pim ipv6 group-map': map };
    const { rps } = parse(commands.map((command) => outputs[command] ?? ''));
    expect(['ff15::1', 'ff7e:140:2001:db8::1'].map((group) => rpOf(group, rps))).toEqual(['fd00::2', null]);
  });

  test('what is shut down has neither addresses nor multicast, but its protocol may be down', async () => {
    const name = 'GigabitEthernet0/0/0/1';
    const stated = (command: string, state: string) =>
      OUTPUTS[command]!.replace(
        new RegExp(`^${name} is Up, (\\w+) protocol is Up`, 'm'),
        `${name} is ${state}, $1 protocol is Down`,
      );
    const shown = async (ipv4: string, ipv6: string) => {
      const session = fakeCli({
        ...OUTPUTS,
        'show ipv4 interface': stated('show ipv4 interface', ipv4),
        'show ipv6 interface': stated('show ipv6 interface', ipv6),
      });
      const { interfaces } = await readerWith(ciscoIosXr(), session).readInterfaces(new AbortController().signal);
      const { addresses, multicast, designatedRouters } = interfaces.find((one) => one.name === name)!;
      return { addresses, multicast, designatedRouters };
    };
    const nothing = { addresses: [], multicast: false, designatedRouters: undefined };
    expect(await shown('Shutdown', 'Shutdown')).toEqual(nothing);
    expect(await shown('administratively down', 'Up')).toEqual(nothing);
    const down = await shown('Down', 'Down');
    expect(down.addresses).toContain('10.23.0.2/24');
    expect(down).toMatchObject({ multicast: true, designatedRouters: expect.anything() });
  });

  test('a VRF stands in every command that has one', () => {
    const { table, forwarding, path } = ciscoIosXr({ vrf: 'RED' });
    const ask = forwarding({ family: 6, group: 'ff3e::1', source: 'fd00::1' });
    const commands = [...table.commands, ...ask.commands, ...path('10.1.0.2', 4).commands];
    expect(commands.filter((command) => !/ vrf RED /.test(command))).toEqual([
      'show running-config ipv4 access-list',
      'show running-config ipv6 access-list',
      'show interfaces | include "line protocol is"',
      'show snmp interface',
      'show running-config multicast-routing',
      'show interfaces | include "line protocol is|multicast packets"',
    ]);
    expect(commands.every((command) => command.startsWith('show '))).toBe(true);
  });

  test('a source behind BGP is followed to the link', async () => {
    const bgp = `Routing entry for 10.1.0.0/16
  Known via "bgp 65000", distance 200, metric 0, type internal
  Routing Descriptor Blocks
    10.0.0.1, from 10.0.0.1
      Route metric is 0
`;
    const session = fakeCli({
      ...OUTPUTS,
      'show route ipv4 10.1.0.2': bgp,
      'show route ipv4 10.0.0.1': OUTPUTS['show route ipv4 10.1.0.2']!.replace('10.1.0.0/24', '10.0.0.1/32'),
    });
    const query = { family: 4, group: null, source: '10.1.0.2' } as const;
    const { rpf } = await readerWith(ciscoIosXr(), session).readForwarding(query, new AbortController().signal);
    expect(rpf).toEqual([{ prefix: '10.1.0.0/16', interface: 21, neighbor: '10.12.0.1', routingProtocol: 'bgp' }]);
  });

  test.each([
    'RP/0/RSP0/CPU0:r2#',
    'RP/0/RP0/CPU0:ios#',
    'RP/0/0/CPU0:R2_xr-1.example#',
    'RP/1/RSP1/CPU0:core.2# ',
    'RP/0/RP0/CPU0:r2(config)#',
  ])('prompt: %s', (line) => {
    expect(line).toMatch(ciscoIosXr().terminal!.prompt);
  });

  test.each(['interface GigabitEthernet0/0/0/0', '0/RP0/CPU0:', 'RP/0/RP0/CPU0:r2#show', '#', ' --More-- '])(
    'no prompt: %s',
    (line) => {
      expect(line).not.toMatch(ciscoIosXr().terminal!.prompt);
    },
  );
});
