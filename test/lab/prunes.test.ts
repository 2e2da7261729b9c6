/**
 * PRUNE_SENT and PRUNE_RCVD (RFC 8487 §4.2.2 (11)) from prunes that real PIM routers send each other: of a tree that a
 * receiver has left, and of a shared tree that the source's tree has left.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routersBySsh, startDaemon, trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import { type LabProcess, until } from './process.ts';
import { STAND_IN, startStandIns, told } from './stand-ins.ts';
import { find } from './streams.ts';
import { NOC, ROUTERS, type Router, SRC } from './topology.ts';

const SOURCE = SRC[4];
const NO_WHERE = '0.0.0.0';

describeLab('prunes of real routers', (lab) => {
  const join = async (node: 'rcv' | 'noc', group: string): Promise<LabProcess> => {
    const interfaceName = node === 'noc' ? 'br0' : 'eth0';
    const argv = [lab.script('multicast.py'), 'receive', '--interface', interfaceName, group];
    const receiver = lab.spawn(node, argv);
    await receiver.printed(/"received"/);
    return receiver;
  };
  /** What pimd calls the state of a downstream interface. */
  const channel = async (router: Router, interfaceName: string, group: string): Promise<string | undefined> => {
    const joins = JSON.parse(await lab.vtysh(router, `show ip pim join ${group} json`));
    return joins[interfaceName]?.[group]?.[SOURCE]?.channelJoinName;
  };
  const becomes = (router: Router, interfaceName: string, group: string, state: string | undefined) =>
    until(`${interfaceName} of ${router} to be ${state}`, async () => {
      return (await channel(router, interfaceName, group)) === state;
    });
  const entry = async (router: Router, group: string) => find(await lab.kernelMroute(router, 4), SOURCE, group);

  describe('of a receiver that has left, while another one stays', () => {
    const group = '232.1.1.90';
    let stop: (() => Promise<void>) | undefined;
    const receivers: LabProcess[] = [];
    beforeAll(async () => {
      await lab.configure('r2', 'interface mgmt', 'ip pim', 'ip igmp');
      stop = await startStandIns(lab);
      for (const node of ['noc', 'rcv'] as const) receivers.push(await join(node, `${group},${SOURCE}`));
      await until('r2 to forward to both', async () => (await entry('r2', group))?.outgoing.length === 2);
    });
    afterAll(async () => {
      await Promise.all(receivers.map((receiver) => receiver.stop()));
      await stop?.();
      await lab.configure('r2', 'interface mgmt', 'no ip igmp', 'no ip pim');
    });

    it("PRUNE_RCVD from the routers that were sent one: where the branch began, and behind it, where it is nobody's any more", async () => {
      await receivers[1]!.stop();
      await becomes('r2', 'to-r3', group, 'NOINFO');
      expect((await entry('r2', group))?.outgoing).toEqual(['mgmt']);
      const found = await trace(lab, 'rcv', '-g', NOC[4], SOURCE, group);
      expect(told(found)).toEqual([
        ['NO_ERROR', '10.34.0.4', '10.4.0.4', '10.34.0.3'],
        ['PRUNE_RCVD', '10.23.0.3', '10.34.0.3', '10.23.0.2'],
        ['PRUNE_RCVD', '10.12.0.2', '10.23.0.2', '10.12.0.1'],
        ['NO_ERROR', '10.1.0.1', '10.12.0.1', NO_WHERE],
      ]);
      expect(found.ending).toBe('reached-source');
    });

    it('WRONG_IF from its kernel alone, which knows no prunes', async () => {
      const listen = [{ address: '0.0.0.0', port: 33436 }];
      const daemon = await startDaemon(lab, 'noc', { listen, routers: routersBySsh(lab, ROUTERS, 'linux') });
      try {
        const found = await trace(lab, 'rcv', '-g', NOC[4], '--port', '33436', SOURCE, group);
        expect(told(found).slice(2)).toEqual([['WRONG_IF', '10.12.0.2', '10.23.0.2', '10.12.0.1']]);
      } finally {
        await daemon.stop();
      }
    });

    it('WRONG_IF once the Prune is forgotten', async () => {
      await becomes('r2', 'to-r3', group, undefined);
      const found = await trace(lab, 'rcv', '-g', NOC[4], SOURCE, group);
      expect(told(found).slice(2)).toEqual([['WRONG_IF', '10.12.0.2', '10.23.0.2', '10.12.0.1']]);
      expect(found.ending).toBe('ended-before');
    });
  });

  /**
   * A link r1-r4, just so dear that r4 reaches the source by it and the RP by r3. So r4 joins the source's tree at r1, and
   * prunes the source off the shared tree at r3; and r3, whose own way to the source is its link to r1, at r2, the RP.
   */
  describe('of a source whose tree has left the shared tree', () => {
    const group = '239.1.1.90';
    let stop: (() => Promise<void>) | undefined;
    const OSPF = ['area 0', 'network point-to-point', 'hello-interval 1', 'dead-interval 10', 'retransmit-interval 1'];
    /** r4's address on the link to r3: a client there asks r3 about that link. */
    const CLIENT = '10.34.0.4';

    beforeAll(async () => {
      await lab.exec('r1', [
        ...['ip', 'link', 'add', 'to-r4', 'type', 'veth', 'peer', 'name', 'to-r1', 'netns', lab.namespace('r4')],
      ]);
      for (const [router, name, address] of [
        ['r1', 'to-r4', '10.14.0.1/24'],
        ['r4', 'to-r1', '10.14.0.4/24'],
      ] as const) {
        await lab.exec(router, ['ip', 'address', 'add', address, 'dev', name]);
        await lab.exec(router, ['ip', 'link', 'set', name, 'up']);
        const lines = [...OSPF, 'cost 12'].map((line) => `ip ospf ${line}`);
        await lab.configure(router, `interface ${name}`, ...lines, 'ip pim', 'ip pim hello 5');
      }
      await lab.configure('r1', 'interface to-r3', 'ip ospf cost 8');
      await lab.configure('r3', 'interface to-r1', 'ip ospf cost 8');
      const leads = async (router: Router, target: string, way: string) =>
        (await lab.vtysh(router, `show ip route ${target}`)).includes(`via ${way}`);
      await until('the two trees to part', async () => {
        const ways = await Promise.all([
          leads('r4', SOURCE, 'to-r1'),
          leads('r4', '10.0.0.2', 'to-r3'),
          leads('r3', SOURCE, 'to-r1'),
          leads('r3', '10.0.0.2', 'to-r2'),
        ]);
        return !ways.includes(false) && (await lab.vtysh('r4', 'show ip pim neighbor')).includes('10.14.0.1');
      });
      stop = await startStandIns(lab);
      await join('rcv', group);
      await until('r2 to be joined', async () => find(await lab.kernelMroute('r2', 4), null, group) !== undefined);
      lab.spawn('src', [lab.script('multicast.py'), 'send', group]);
      await becomes('r3', 'to-r4', group, 'SGRpt(P)');
      await becomes('r2', 'to-r3', group, 'SGRpt(P)');
    });
    afterAll(async () => {
      await lab.end();
      await stop?.();
      await lab.configure('r3', 'interface mgmt', 'no ip igmp', 'no ip pim');
      await lab.configure('r3', 'interface to-r1', 'ip ospf cost 100');
      await lab.configure('r1', 'interface to-r3', 'ip ospf cost 100');
      for (const [router, name] of [
        ['r1', 'to-r4'],
        ['r4', 'to-r1'],
      ] as const) {
        const lines = ['area', 'network', 'hello-interval', 'dead-interval', 'retransmit-interval', 'cost'];
        await lab.configure(router, `interface ${name}`, 'no ip pim', ...lines.map((line) => `no ip ospf ${line}`));
      }
      await lab.exec('r1', ['ip', 'link', 'delete', 'to-r4']);
      await until('the ways to be as before', async () => {
        const [r4, r3] = await Promise.all(
          (['r4', 'r3'] as const).map((router) => lab.vtysh(router, `show ip route ${SOURCE}`)),
        );
        return r4!.includes('via to-r3') && r3!.includes('via to-r2');
      });
    });

    it('none on the way of the packets, though r4 has sent a Prune: it went elsewhere', async () => {
      const found = await trace(lab, 'rcv', '-g', NOC[4], SOURCE, group);
      expect(told(found)).toEqual([
        ['NO_ERROR', '10.14.0.4', '10.4.0.4', '10.14.0.1'],
        ['NO_ERROR', '10.1.0.1', '10.14.0.1', NO_WHERE],
      ]);
      expect(found.ending).toBe('reached-source');
    });

    it('PRUNE_SENT from the routers along the shared tree, which nothing comes to', async () => {
      expect(await entry('r3', group)).toMatchObject({ incoming: 'to-r2', outgoing: [] });
      expect(await entry('r2', group)).toMatchObject({ incoming: 'to-r1', outgoing: [] });
      // Not r1: what it says of r2 depends on how long ago r2's Prune was.
      const found = await trace(lab, 'r4', '-g', STAND_IN.r3, '-m', '2', SOURCE, CLIENT, group);
      expect(told(found)).toEqual([
        ['PRUNE_SENT', '10.23.0.3', '10.34.0.3', '10.23.0.2'],
        ['PRUNE_SENT', '10.12.0.2', '10.23.0.2', '10.12.0.1'],
      ]);
    });

    it('none on the shared tree itself: other sources still come by it', async () => {
      const found = await trace(lab, 'r4', '-g', STAND_IN.r3, 'any', CLIENT, group);
      expect(told(found)).toEqual([
        ['NO_ERROR', '10.23.0.3', '10.34.0.3', '10.23.0.2'],
        ['REACHED_RP', '10.0.0.2', '10.23.0.2', NO_WHERE],
      ]);
    });

    it('PRUNE_RCVD from r3, when somebody else there wants the source', async () => {
      await lab.configure('r3', 'interface mgmt', 'ip pim', 'ip igmp');
      await join('noc', group);
      await until('r3 to forward to mgmt only', async () => (await entry('r3', group))?.outgoing.join() === 'mgmt');
      await until('r2 to forward to r3', async () => (await entry('r2', group))?.outgoing.join() === 'to-r3');
      const found = await trace(lab, 'r4', '-g', STAND_IN.r3, SOURCE, CLIENT, group);
      expect(told(found)).toEqual([
        ['PRUNE_RCVD', '10.23.0.3', '10.34.0.3', '10.23.0.2'],
        ['NO_ERROR', '10.12.0.2', '10.23.0.2', '10.12.0.1'],
        ['NO_ERROR', '10.1.0.1', '10.12.0.1', NO_WHERE],
      ]);
      expect(found.ending).toBe('reached-source');
    });
  });
});
