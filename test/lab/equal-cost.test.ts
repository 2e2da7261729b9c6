/** Equal ways to the source, the first of which has no PIM: pimd passes it over, and so must a trace. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { routersBySsh, startDaemon, trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import { type LabProcess, until } from './process.ts';
import { ROUTERS, SRC } from './topology.ts';

/** A group of its own: no other test has left state of it. */
const GROUP = '232.1.1.77';

/** r3's link to r1 as dear as the way by r2, and without PIM on it; and as router.sh has it. */
const EQUAL = ['configure terminal', 'interface to-r1', 'ip ospf cost 20', 'no ip pim'].join('\n');
const AS_BEFORE = ['configure terminal', 'interface to-r1', 'ip ospf cost 100', 'ip pim', 'ip pim hello 5'].join('\n');

describeLab('equal ways to the source', (lab) => {
  let daemon: LabProcess;
  beforeAll(async () => {
    await lab.vtysh('r3', EQUAL);
    await until('two next hops on r3', async () => {
      const route = await lab.vtysh('r3', `show ip route ${SRC[4]}`);
      return route.includes('via to-r1') && route.includes('via to-r2');
    });
    lab.spawn('rcv', [lab.script('multicast.py'), 'receive', `${GROUP},${SRC[4]}`]);
    daemon = await startDaemon(lab, 'noc', { routers: routersBySsh(lab, ROUTERS, 'frr') });
  });
  afterAll(async () => {
    await daemon?.stop();
    await lab.end();
    await lab.vtysh('r3', AS_BEFORE);
    await until('PIM between r3 and r1, and one next hop on r3', async () => {
      const neighbors = await lab.vtysh('r3', 'show ip pim neighbor');
      const route = await lab.vtysh('r3', `show ip route ${SRC[4]}`);
      return neighbors.includes('10.13.0.1') && !route.includes('via to-r1');
    });
  });

  it('pimd joins by r2, and a trace of the path alone goes there, too', async () => {
    const rpf = await until('r3 to join', async () => {
      const groups = JSON.parse(await lab.vtysh('r3', 'show ip pim rpf json'));
      return groups[GROUP]?.[SRC[4]] as { rpfInterface: string; rpfAddress: string } | undefined;
    });
    expect(rpf).toMatchObject({ rpfInterface: 'to-r2', rpfAddress: '10.23.0.2' });

    const found = await trace(lab, 'rcv', '-g', '10.255.0.100', SRC[4]);
    expect(found.ending).toBe('reached-source');
    expect(found.hops.map((hop) => hop.upstreamRouterAddress)).toEqual([
      '10.34.0.3',
      '10.23.0.2',
      '10.12.0.1',
      '0.0.0.0',
    ]);
  });
});
