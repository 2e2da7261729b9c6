/** The lab is what README.md claims; what the other tests of this folder find wrong is then the daemon's. */
import { beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from './describe-lab.ts';
import { until } from './process.ts';
import { find, type Received, type RouteTables, routeTables, type Streams } from './streams.ts';
import { NOC, type Node, RCV, ROUTERS, type Router, STREAMS } from './topology.ts';

const PORT = 33435;

/** Node programs: udp4 or udp6 is the first argument. */
const ECHO = `const socket = require('dgram').createSocket(process.argv[1]);
socket.on('message', (octets, from) => socket.send(octets, from.port, from.address));
socket.bind(${PORT}, () => console.log('ready'));`;
const ASK = `const [type, address] = process.argv.slice(1);
const socket = require('dgram').createSocket(type);
socket.on('message', (octets, from) => { console.log(octets.toString(), from.address); socket.close(); });
socket.send('mtrace2?', ${PORT}, address);`;

const ADDRESSES: Record<Node, Record<string, readonly string[]>> = {
  src: { eth0: ['10.1.0.2/24', 'fd00:1::2/64'] },
  r1: {
    lo: ['10.0.0.1/32', 'fd00::1/128'],
    src0: ['10.1.0.1/24', 'fd00:1::1/64'],
    'to-r2': ['10.12.0.1/24', 'fd00:12::1/64'],
    'to-r3': ['10.13.0.1/24', 'fd00:13::1/64'],
    mgmt: ['10.255.0.1/24', 'fd00:ff::1/64'],
  },
  r2: {
    lo: ['10.0.0.2/32', 'fd00::2/128'],
    'to-r1': ['10.12.0.2/24', 'fd00:12::2/64'],
    'to-r3': ['10.23.0.2/24', 'fd00:23::2/64'],
    mgmt: ['10.255.0.2/24', 'fd00:ff::2/64'],
  },
  r3: {
    lo: ['10.0.0.3/32', 'fd00::3/128'],
    'to-r1': ['10.13.0.3/24', 'fd00:13::3/64'],
    'to-r2': ['10.23.0.3/24', 'fd00:23::3/64'],
    'to-r4': ['10.34.0.3/24', 'fd00:34::3/64'],
    mgmt: ['10.255.0.3/24', 'fd00:ff::3/64'],
  },
  r4: {
    lo: ['10.0.0.4/32', 'fd00::4/128'],
    'to-r3': ['10.34.0.4/24', 'fd00:34::4/64'],
    rcv0: ['10.4.0.4/24', 'fd00:4::4/64'],
    mgmt: ['10.255.0.4/24', 'fd00:ff::4/64'],
  },
  rcv: { eth0: ['10.4.0.2/24', 'fd00:4::2/64'] },
  noc: { br0: ['10.255.0.100/24', 'fd00:ff::100/64'] },
};

/** A row of `ip -j address`. */
interface AddressRow {
  readonly ifname: string;
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number }[];
}

const PIM_NEIGHBORS: Record<Router, readonly string[]> = {
  r1: ['10.12.0.2', '10.13.0.3'],
  r2: ['10.12.0.1', '10.23.0.3'],
  r3: ['10.13.0.1', '10.23.0.2', '10.34.0.4'],
  r4: ['10.34.0.3'],
};

describeLab('lab', (lab) => {
  describe('unicast', () => {
    it.each(Object.keys(ADDRESSES) as Node[])('gives %s its addresses', async (node) => {
      const { stdout } = await lab.exec(node, ['ip', '-j', 'address']);
      const found: Record<string, string[]> = {};
      for (const { ifname, addr_info } of JSON.parse(stdout) as AddressRow[]) {
        found[ifname] = addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`);
      }
      for (const [interfaceName, addresses] of Object.entries(ADDRESSES[node])) {
        // Link-local ones are there as well, and stand-ins that other test files have added.
        expect(found[interfaceName]).toEqual(expect.arrayContaining([...addresses]));
      }
    });

    it('has OSPF and OSPFv3 lead r4 to the source by r3, in IPv6 by a link-local next hop', async () => {
      const { stdout: ipv4 } = await lab.exec('r4', ['ip', 'route', 'show', '10.1.0.0/24']);
      expect(ipv4).toContain('via 10.34.0.3 dev to-r3 proto ospf');
      const { stdout: ipv6 } = await lab.exec('r4', ['ip', '-6', 'route', 'show', 'fd00:1::/64']);
      expect(ipv6).toMatch(/via fe80::\S+ dev to-r3 proto ospf/);
    });

    it.each([4, 6] as const)('carries an IPv%i datagram from rcv to noc and back, both by r4', async (family) => {
      const echo = lab.spawn('noc', [process.execPath, '-e', ECHO, `udp${family}`]);
      await echo.printed(/ready/);
      const mgmt = await lab.capture('r4', 'mgmt', `udp port ${PORT}`);
      const rcv0 = await lab.capture('r4', 'rcv0', `udp port ${PORT}`);

      const { stdout } = await lab.exec('rcv', [process.execPath, '-e', ASK, `udp${family}`, NOC[family]]);
      expect(stdout).toBe(`mtrace2? ${NOC[family]}\n`);

      await echo.stop();
      const payload = Uint8Array.from(Buffer.from('mtrace2?'));
      const query = { source: RCV[family], destination: NOC[family], destinationPort: PORT, payload };
      const reply = { source: NOC[family], destination: RCV[family], sourcePort: PORT, payload };
      expect(await rcv0.stop()).toMatchObject([
        { ...query, hopLimit: 64 },
        { ...reply, hopLimit: 63 },
      ]);
      expect(await mgmt.stop()).toMatchObject([
        { ...query, hopLimit: 63 },
        { ...reply, hopLimit: 64 },
      ]);
    });
  });

  describe('access', () => {
    it.each(ROUTERS)('lets frr in on the CLI of %s and root in on a shell, by ssh from noc', async (router) => {
      const [cli, shell] = await Promise.all([
        lab.ssh(router, 'frr', 'show running-config'),
        lab.ssh(router, 'root', 'hostname; ip -br link show dev mgmt', 6),
      ]);
      expect(cli).toContain(`\nhostname ${router}\n`);
      expect(shell).toMatch(new RegExp(`^${router}\nmgmt@`));
    });

    it('has a host key for each router', async () => {
      const { stdout } = await lab.exec('noc', ['ssh-keygen', '-l', '-f', lab.knownHosts]);
      const fingerprints = stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[1]);
      expect(new Set(fingerprints).size).toBe(ROUTERS.length);
    });
  });

  describe('multicast', () => {
    it.each(ROUTERS)('has the PIM neighbours of %s', async (router) => {
      const table = await lab.vtysh(router, 'show ip pim neighbor');
      const neighbors = [...table.matchAll(/^ to-\S+ +(\S+)/gm)].map((row) => row[1]);
      expect(neighbors.sort()).toEqual(PIM_NEIGHBORS[router]);
    });

    describe('streams', () => {
      let streams: Streams;

      beforeAll(async () => {
        streams = await lab.streams();
      });

      it('arrive at rcv without loss', async () => {
        const groups = Object.values(STREAMS).map(({ group }) => group);
        const start = groups.map((group) => streams.received(group));
        const end = await until('100 more packets of every group', () => {
          const now = groups.map((group) => streams.received(group));
          return now.every(({ received }, i) => received - start[i]!.received >= 100) && now;
        });
        const trouble = ({ lost, late }: Received) => ({ lost, late });
        expect(end.map(trouble)).toEqual(start.map(trouble));
      });

      it('grow the counters of every kernel', async () => {
        const { source, group } = STREAMS.asm4;
        const packets = async (router: Router) => find(await lab.kernelMroute(router, 4), source, group)!.packets;
        for (const router of ROUTERS) {
          const start = await packets(router);
          await until(`${router} to count`, async () => (await packets(router)) > start);
        }
      });

      it('go by the RP, not by the dear link', async () => {
        const paths = { r1: ['src0', 'to-r2'], r2: ['to-r1', 'to-r3'], r3: ['to-r2', 'to-r4'], r4: ['to-r3', 'rcv0'] };
        const routes = await routeTables(lab);
        for (const router of ROUTERS) {
          const [incoming, outgoing] = paths[router];
          for (const stream of [STREAMS.asm4, STREAMS.ssm4, STREAMS.ssm6]) {
            expect(find(routes[router], stream.source, stream.group)).toMatchObject({
              incoming,
              outgoing: [outgoing],
            });
          }
          // The kernel wants the incoming interface among the outgoing ones of a (*,G), and never sends there.
          expect(find(routes[router], null, STREAMS.asm6.group)).toMatchObject({
            incoming,
            outgoing: [incoming, outgoing],
          });
        }
      });

      it('leave a (*,G) at the RP and at the last hop', async () => {
        const { group } = STREAMS.asm4;
        expect(find(await lab.kernelMroute('r2', 4), null, group)).toMatchObject({ incoming: 'lo' });
        expect(find(await lab.kernelMroute('r4', 4), null, group)).toMatchObject({ incoming: 'to-r3' });
        for (const router of ['r2', 'r4'] as const) {
          expect(await lab.vtysh(router, `show ip mroute ${group}`)).toMatch(/^ \* +239\.1\.1\.1 /m);
        }
      });

      describe('once ended', () => {
        beforeAll(() => streams.stop());

        // Not 239.1.1.1: it may lose packets, or have some twice, while its tree is built.
        it.each([STREAMS.ssm4, STREAMS.ssm6, { source: null, group: STREAMS.asm6.group }])(
          'have been received, and counted by every kernel, packet by packet: $group',
          async ({ source, group }) => {
            const sent = streams.sent(group);
            expect(streams.received(group)).toMatchObject({ received: sent, lost: 0, late: 0 });
            const after = await routeTables(lab);
            for (const router of ROUTERS) {
              const packets = (tables: RouteTables) => find(tables[router], source, group)?.packets ?? 0;
              expect(packets(after) - packets(streams.before)).toBe(sent);
            }
          },
        );
      });
    });
  });
});
