/** The lab is what README.md claims; what the other tests of this folder find wrong is then the daemon's. */
import { beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from './describe-lab.ts';
import { type KernelRoute, NOC, type Node, RCV, ROUTERS, type Router } from './lab.ts';
import { until } from './process.ts';
import { find, STREAMS, type Streams } from './streams.ts';

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
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[];
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
        const global = addr_info.filter(({ scope }) => scope === 'global');
        if (global.length > 0) found[ifname] = global.map(({ local, prefixlen }) => `${local}/${prefixlen}`);
      }
      expect(found).toEqual(ADDRESSES[node]);
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
      expect(await lab.ssh(router, 'frr', 'show running-config no-header')).toMatch(
        new RegExp(`^hostname ${router}$`, 'm'),
      );
      expect(await lab.ssh(router, 'root', 'ip -br link show type veth', 6)).toMatch(/^mgmt@/m);
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
      let before: Map<Router, KernelRoute[]>;

      const allRoutes = async () => {
        const routes = new Map<Router, KernelRoute[]>();
        for (const router of ROUTERS) {
          routes.set(router, [...(await lab.kernelMroute(router, 4)), ...(await lab.kernelMroute(router, 6))]);
        }
        return routes;
      };

      beforeAll(async () => {
        before = await allRoutes();
        streams = await lab.streams();
      });

      it.each(Object.values(STREAMS))('arrive at rcv without loss: $group', async ({ group }) => {
        const { received, lost, late } = streams.received(group);
        const later = await until(`100 more packets of ${group}`, () => {
          const counted = streams.received(group);
          return counted.received - received >= 100 ? counted : undefined;
        });
        expect(later).toMatchObject({ lost, late });
      });

      it('grow the counters of every kernel', async () => {
        for (const router of ROUTERS) {
          const [{ source, group }, routes] = [STREAMS.asm4, await lab.kernelMroute(router, 4)];
          const { packets } = find(routes, source, group)!;
          await until(`${router} to count`, async () => {
            const now = find(await lab.kernelMroute(router, 4), source, group)!.packets;
            return now > packets || undefined;
          });
        }
      });

      it('go by the RP, not by the dear link', async () => {
        const paths = { r1: ['src0', 'to-r2'], r2: ['to-r1', 'to-r3'], r3: ['to-r2', 'to-r4'], r4: ['to-r3', 'rcv0'] };
        const routes = await allRoutes();
        for (const router of ROUTERS) {
          const [incoming, outgoing] = paths[router];
          for (const stream of [STREAMS.asm4, STREAMS.ssm4, STREAMS.ssm6]) {
            expect(find(routes.get(router)!, stream.source, stream.group)).toMatchObject({
              incoming,
              outgoing: [outgoing],
            });
          }
          // The kernel wants the incoming interface among the outgoing ones of a (*,G), and never sends there.
          expect(find(routes.get(router)!, null, STREAMS.asm6.group)).toMatchObject({
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

      it('are counted packet by packet by every kernel', async () => {
        await streams.stop();
        const after = await allRoutes();
        for (const router of ROUTERS) {
          const counted = (source: string | null, group: string) =>
            find(after.get(router)!, source, group)!.packets - (find(before.get(router)!, source, group)?.packets ?? 0);
          expect(counted(STREAMS.ssm4.source, STREAMS.ssm4.group)).toBe(streams.sent(STREAMS.ssm4.group));
          expect(counted(STREAMS.ssm6.source, STREAMS.ssm6.group)).toBe(streams.sent(STREAMS.ssm6.group));
          expect(counted(null, STREAMS.asm6.group)).toBe(streams.sent(STREAMS.asm6.group));
        }
      });

      it('are all received, but for the first packets of ASM while its tree is built', () => {
        for (const { group } of Object.values(STREAMS)) {
          const { received, lost, late } = streams.received(group);
          expect({ lost, late }).toEqual({ lost: 0, late: 0 });
          if (group !== STREAMS.asm4.group) expect(received).toBe(streams.sent(group));
        }
      });
    });
  });
});
