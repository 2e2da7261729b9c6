/** PIM that is not there: the classic outage. pimd says of itself that it has no way, or nobody to forward to; unicast routes are well. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import { type LabProcess, until } from './process.ts';
import { startStandIns, told } from './stand-ins.ts';
import { NOC, type Router, SRC } from './topology.ts';

const SOURCE = SRC[4];
const NO_WHERE = '0.0.0.0';
const R4 = ['NO_ERROR', '10.34.0.4', '10.4.0.4', '10.34.0.3'];
const NO_ROUTE_ON_R3 = ['NO_ROUTE', NO_WHERE, '10.34.0.3', NO_WHERE];

describeLab('routers without PIM on the way', (lab) => {
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    stop = await startStandIns(lab);
  });
  afterAll(async () => {
    await stop?.();
    await lab.end();
  });

  const receive = (channel: string): LabProcess => lab.spawn('rcv', [lab.script('multicast.py'), 'receive', channel]);
  const join = (group: string): LabProcess => receive(`${group},${SOURCE}`);
  const upstream = async (router: Router, group: string, source: string = SOURCE) => {
    const groups = JSON.parse(await lab.vtysh(router, `show ip pim upstream ${group} json`));
    return groups[group]?.[source] as { inboundInterface: string; joinState: string } | undefined;
  };
  const ask = (...group: string[]) => trace(lab, 'rcv', '-g', NOC[4], SOURCE, ...group);

  describe('behind the next hop', () => {
    const isNeighbor = async () => (await lab.vtysh('r3', 'show ip pim neighbor')).includes('10.23.0.2');
    beforeAll(async () => {
      await lab.configure('r2', 'interface to-r3', 'no ip pim');
      await until('r3 to lose its neighbor', async () => !(await isNeighbor()));
    });
    afterAll(async () => {
      await lab.configure('r2', 'interface to-r3', 'ip pim', 'ip pim hello 5');
      await until('r3 to have its neighbor again', isNeighbor);
    });

    it('what is wanted has no way: NO_ROUTE', async () => {
      const receiver = join('232.1.1.84');
      await until('r3 to want it', async () => (await upstream('r3', '232.1.1.84'))?.inboundInterface === 'Unknown');
      const found = await ask('232.1.1.84');
      expect(told(found)).toEqual([R4, NO_ROUTE_ON_R3]);
      expect(found.ending).toBe('ended-before');
      await receiver.stop();
    });

    it('nor has what nobody wants yet', async () => {
      const isKnown = async () => (await ask('232.1.1.85')).ending === 'ended-before';
      await until('the daemon to read it anew', isKnown);
      expect(told(await ask('232.1.1.85'))).toEqual([R4, NO_ROUTE_ON_R3]);
      expect(told(await ask())).toEqual([R4, NO_ROUTE_ON_R3]);
    });
  });

  it('to an RP that is lost: NO_ROUTE, whatever unicast route there is to the source', async () => {
    await lab.configure('r4', 'no ip pim rp 10.0.0.2 239.0.0.0/8');
    const receiver = receive('239.1.1.87');
    try {
      await until(
        'r4 to want it',
        async () => (await upstream('r4', '239.1.1.87', '*'))?.inboundInterface === 'Unknown',
      );
      const [code] = told(await ask('239.1.1.87'))[0] as unknown[];
      expect(code).toBe('NO_ROUTE');
    } finally {
      await receiver.stop();
      await lab.configure('r4', 'ip pim rp 10.0.0.2 239.0.0.0/8');
    }
  });

  it('on the link of the receivers: NOT_FORWARDING', async () => {
    const receiver = join('232.1.1.86');
    const isJoined = async (state: string) => (await upstream('r4', '232.1.1.86'))?.joinState === state;
    await until('r4 to join', () => isJoined('Joined'));
    await lab.configure('r4', 'interface rcv0', 'no ip pim');
    try {
      await until('r4 to join no more', () => isJoined('NotJoined'));
      const first = () => ask('232.1.1.86').then((found) => told(found)[0] as unknown[]);
      await until('the daemon to read it anew', async () => (await first())[0] !== 'NO_ERROR');
      expect(await first()).toEqual(['NOT_FORWARDING', ...R4.slice(1)]);
    } finally {
      await lab.configure('r4', 'interface rcv0', 'ip pim');
      await receiver.stop();
    }
  });
});
