import { describe, expect, test } from 'vitest';
import { platforms } from '../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../src/router/port.ts';
import { OUTPUTS as CISCO_IOS } from './support/box/cisco-ios.ts';
import { fakeCli, fakeSh, fakeVtysh, NOT_RUNNING, type Outputs, readerWith } from './support/fake-shell.ts';
import { FRR_OUTPUTS, INTERFACES } from './support/frr-outputs.ts';

const QUERY: ForwardingQuery = { family: 4, group: '239.1.2.3', source: '198.18.0.5' };
const signal = () => new AbortController().signal;

/** pim6d runs, and has nothing to do. */
const IDLE_PIM6D = {
  'show ipv6 multicast count json': '{}',
  'show ipv6 pim interface json': '{}',
  'show ipv6 pim neighbor json': '{}',
};

function frrReader(outputs: Outputs = { ...FRR_OUTPUTS, ...IDLE_PIM6D }) {
  const session = fakeVtysh(outputs);
  return { session, reader: readerWith(platforms.frr(), session) };
}

test('a table without a single interface is another system’s, or nobody’s: it is no router without multicast', async () => {
  const nothing = { 'show ip interface': 'IP Interface Status for VRF "default"(1)\n', 'show interface': '' };
  const error = await readerWith(platforms['cisco-nxos'](), fakeCli(nothing))
    .readInterfaces(signal())
    .catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: 'ERR_READER_OUTPUT',
    message: expect.stringMatching(/no interface.*platform.*vrf/),
  });
});

describe('round trips', () => {
  test('a cold hop takes two, a warm one takes one and leaves the interface table alone', async () => {
    const { reader, session } = frrReader();
    await reader.readForwarding(QUERY, signal());
    expect(session.trips).toHaveLength(2);
    expect(session.trips[0]).toContain('show interface vrf default json');
    expect(session.trips[1]).toEqual([
      'show ip route 203.0.113.4 json',
      'show ip pim nexthop-lookup 203.0.113.4 239.1.2.3',
    ]);

    await reader.readForwarding(QUERY, signal());
    expect(session.trips).toHaveLength(3);
    expect(session.trips[2]).toContain('show ip route 203.0.113.4 json');
    expect(session.trips[2]).not.toContain('show interface vrf default json');
  });

  describe('where each command is a round trip, the path to the RP', () => {
    const ofRp = 'show ip rpf 10.0.0.2';
    const query: ForwardingQuery = { family: 4, group: '239.1.1.1', source: '10.1.0.2' };
    const showEntry = 'show ip mroute 239.1.1.1';
    const read = async (outputs: Outputs, asked: ForwardingQuery = query) => {
      const session = fakeCli(outputs);
      const { routes } = await readerWith(platforms['cisco-ios'](), session).readForwarding(asked, signal());
      return { commands: session.trips.flat(), routes };
    };

    test('is asked for the shared tree', async () => {
      const { commands, routes } = await read(CISCO_IOS, { ...query, source: null });
      expect(commands).toContain(ofRp);
      expect(routes).toMatchObject([{ source: null, routingProtocol: 'ospf' }]);
    });

    test('is not asked for where the source has a route of its own, on the path to it', async () => {
      const { commands, routes } = await read(CISCO_IOS);
      expect(commands).not.toContain(ofRp);
      expect(routes?.[1]).toMatchObject({ source: '10.1.0.2', routingProtocol: 'ospf' });
    });

    test('makes the table be read again where it names an interface that is not in it', async () => {
      const session = fakeCli({ ...CISCO_IOS, [ofRp]: CISCO_IOS[ofRp]!.replace('GigabitEthernet0/0', 'Tunnel9') });
      const reader = readerWith(platforms['cisco-ios'](), session);
      await reader.readInterfaces(signal());
      session.trips.length = 0;
      await reader.readForwarding({ ...query, source: null }, signal());
      expect(session.trips.flat().indexOf('show ip interface')).toBeGreaterThan(session.trips.flat().indexOf(ofRp));
    });

    test('is asked for where the source has none', async () => {
      const entries = CISCO_IOS[showEntry]!;
      const { commands, routes } = await read({
        ...CISCO_IOS,
        [showEntry]: entries.slice(0, entries.indexOf('(10.1.0.2, 239.1.1.1)')),
      });
      expect(commands).toContain(ofRp);
      expect(routes).toMatchObject([{ source: null, routingProtocol: 'ospf' }]);
    });

    test('is asked for where the route of the source comes by another interface than the path to it', async () => {
      const path = 'show ip rpf 10.1.0.2';
      const { commands } = await read({
        ...CISCO_IOS,
        [path]: CISCO_IOS[path]!.replace('GigabitEthernet0/0', 'GigabitEthernet0/1'),
      });
      expect(commands).toContain(ofRp);
    });
  });

  test('another RP than the last time costs a second trip, once', async () => {
    const { reader, session } = frrReader();
    await reader.readForwarding(QUERY, signal());
    session.outputs = {
      ...FRR_OUTPUTS,
      'show ip pim rp-info json': '{"203.0.113.8":[{"group":"239.1.2.0/24"}]}',
      'show ip route 203.0.113.8 json': FRR_OUTPUTS['show ip route 203.0.113.4 json'].replace(
        '203.0.113.4',
        '203.0.113.8',
      ),
    };
    session.trips.length = 0;
    const snapshot = await reader.readForwarding(QUERY, signal());
    expect(snapshot.rps).toEqual([{ groups: '239.1.2.0/24', address: '203.0.113.8' }]);
    expect(snapshot.rpf?.map((row) => row.prefix)).toContain('203.0.113.8/32');
    expect(session.trips).toHaveLength(2);
  });

  test('an interface that the table does not have makes it be read again', async () => {
    const { reader, session } = frrReader();
    await reader.readForwarding(QUERY, signal());
    session.trips.length = 0;
    const renamed = (text: string) => text.replaceAll('"west"', '"uplink"');
    session.outputs = Object.fromEntries(
      Object.entries(FRR_OUTPUTS).map(([command, text]) => [command, renamed(text)]),
    );
    const { interfaces, routes } = await reader.readForwarding(QUERY, signal());
    expect(interfaces.find((row) => row.index === 8)).toMatchObject({ name: 'uplink', inMulticastPackets: '417' });
    expect(routes?.find((row) => row.source !== null)).toMatchObject({ incoming: 8 });
    expect(session.trips).toHaveLength(2);
    expect(session.trips[1]).toContain('show interface vrf default json');
  });

  test('an interface that no table lists makes it be read again once, and is the incoming one all the same', async () => {
    const { reader, session } = frrReader();
    await reader.readForwarding(QUERY, signal());
    const byTunnel = (command: string, text: Outputs[string]) =>
      command.includes('mroute') ? String(text).replaceAll('"west"', '"mdt7"') : text;
    session.outputs = Object.fromEntries(
      Object.entries(session.outputs).map(([command, text]) => [command, byTunnel(command, text)]),
    );
    session.trips.length = 0;
    for (let i = 0; i < 3; i++) {
      const { interfaces, routes, rpf } = await reader.readForwarding(QUERY, signal());
      const tunnel = interfaces.find(({ name }) => name === 'mdt7');
      expect(tunnel).toMatchObject({ addresses: [], multicast: true });
      expect(routes?.find((row) => row.source !== null)).toMatchObject({
        incoming: tunnel!.index,
        routingProtocol: null, // that of the path is another link's
      });
      expect(rpf).toContainEqual(expect.objectContaining({ prefix: '198.18.0.0/24', interface: 8 }));
    }
    expect(session.trips.map((trip) => trip.includes('show interface vrf default json'))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  test('a table that was read later is not lost to a read that began before', async () => {
    const { reader, session } = frrReader();
    await reader.readInterfaces(signal());
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { run } = session;
    session.run = async (command, inner) => {
      const answer = await run(command, inner);
      if (command.includes('mroute')) await held;
      return answer;
    };
    const slow = reader.readForwarding(QUERY, signal());
    session.outputs = {
      ...session.outputs,
      'show interface vrf default json': INTERFACES.replace('"mtu": 9000', '"mtu": 8000'),
    };
    await reader.readInterfaces(signal());
    release();
    await slow;
    const { interfaces } = await reader.readForwarding(QUERY, signal());
    expect(interfaces.find((row) => row.name === 'lan')?.mtu).toBe(8000);
  });

  test('readInterfaces always reads', async () => {
    const { reader, session } = frrReader();
    await reader.readInterfaces(signal());
    session.outputs = {
      ...session.outputs,
      'show interface vrf default json': INTERFACES.replace('"mtu": 9000', '"mtu": 8000'),
    };
    const { interfaces } = await reader.readInterfaces(signal());
    expect(interfaces.find((row) => row.name === 'lan')?.mtu).toBe(8000);
    expect(session.trips).toHaveLength(2);
  });
});

describe('a router that stops at a command', () => {
  test('is asked the rest in another trip', async () => {
    const { 'show ip pim rpf json': _, ...outputs } = FRR_OUTPUTS;
    const { reader, session } = frrReader(outputs);
    await reader.readInterfaces(signal());
    session.trips.length = 0;
    const { routes } = await reader.readForwarding(QUERY, signal());
    expect(routes?.find((row) => row.source !== null)).toMatchObject({ upstream: '192.0.2.5', pruneSent: false });
    expect(session.trips.map((trip) => trip.at(-1))).toEqual([
      'show ip pim rpf json',
      'show ip pim nexthop-lookup 203.0.113.4 239.1.2.3',
    ]);
  });

  test('is not understood when the command is one that the answer needs', async () => {
    const { 'show ip mroute 239.1.2.3 json': _, ...outputs } = FRR_OUTPUTS;
    await expect(frrReader(outputs).reader.readForwarding(QUERY, signal())).rejects.toMatchObject({
      code: 'ERR_READER_COMMAND',
      message: '`show ip mroute 239.1.2.3 json` was refused: % Unknown command: show ip mroute 239.1.2.3 json',
    });
  });

  describe('while its PIM daemons restart', () => {
    const NEITHER: Parameters<typeof frrReader>[0] = {
      'show interface vrf default json': INTERFACES,
      'show ip multicast count json': NOT_RUNNING,
      'show ip pim neighbor json': NOT_RUNNING,
      'show ip pim rp-info json': NOT_RUNNING,
      'show ipv6 multicast count json': NOT_RUNNING,
    };

    test('has no interface table: which interfaces are multicast is not known, and none would be a false answer', async () => {
      await expect(frrReader(NEITHER).reader.readInterfaces(signal())).rejects.toMatchObject({
        code: 'ERR_READER_COMMAND',
        message: 'neither pimd nor pim6d tells its interfaces: is one of them running?',
      });
    });

    test.each(['show ip multicast count json', 'show ipv6 multicast count json'])(
      'one of them will do: %s',
      async (one) => {
        const { reader } = frrReader({ ...NEITHER, [one]: FRR_OUTPUTS['show ip multicast count json'] });
        const { interfaces } = await reader.readInterfaces(signal());
        expect(interfaces.map((row) => [row.name, row.multicast])).toContainEqual(['lan', true]);
      },
    );
  });
});

describe('what may reach a command line', () => {
  test.each<[string, Partial<ForwardingQuery>]>([
    ['a command', { group: '239.1.2.3 json\nconfigure terminal' }],
    ['text that is no address', { source: '$(reboot)' }],
    ['an address that is not canonical', { source: '2001:DB8::1', family: 6, group: null }],
    ['an address of the other family', { source: '2001:db8::1' }],
  ])('never %s', async (_, change) => {
    for (const session of [fakeVtysh(FRR_OUTPUTS), fakeSh({})]) {
      const reader = readerWith(platforms.frr(), session);
      await expect(reader.readForwarding({ ...QUERY, ...change }, signal())).rejects.toMatchObject({
        code: 'ERR_READER_COMMAND',
      });
      expect(session.trips).toEqual([]);
    }
  });

  test('never an RP of the other family or with more than an address', async () => {
    const { reader, session } = frrReader({
      ...FRR_OUTPUTS,
      'show ip pim rp-info json': JSON.stringify({
        '203.0.113.4\nreboot': [{ group: '239.1.0.0/16' }],
        '2001:db8::4': [{ group: '239.1.0.0/16' }],
      }),
    });
    await reader.readForwarding(QUERY, signal());
    expect(session.trips.flat().filter((command) => /reboot|2001/.test(command))).toEqual([]);
  });
});

describe('endings', () => {
  test('a signal that has fired', async () => {
    const { reader, session } = frrReader();
    await expect(reader.readForwarding(QUERY, AbortSignal.abort())).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
    });
    expect(session.trips).toEqual([]);
  });

  test('close ends the session and the reads under way', async () => {
    const { reader, session } = frrReader();
    session.run = (_, inner) =>
      new Promise((_resolve, reject) => inner.addEventListener('abort', () => reject(inner.reason)));
    const pending = reader.readInterfaces(signal());
    const outcome = expect(pending).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
    await reader.close();
    await outcome;
    expect(session.isClosed).toBe(true);
    await expect(reader.readInterfaces(signal())).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
  });

  test('the description names platform and session', () => {
    expect(frrReader().reader.description).toBe('cli frr over fake');
  });
});
