/**
 * Forwarding Codes (RFC 8487 §4.2.2) that real routers bring about, whole hops: the code, the interfaces, the upstream
 * router, and whether the trace goes on. Every test has a group of its own. Prunes: prunes.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import { type LabProcess, until } from './process.ts';
import { STAND_IN, startStandIns, told } from './stand-ins.ts';
import { find } from './streams.ts';
import { NOC, type Router, SRC } from './topology.ts';

const SOURCE = SRC[4];
const NO_WHERE = '0.0.0.0';
/** Groups that r3 keeps from its link to r4. */
const SITE = '239.2.0.0/16';

/** Hops on the way from rcv to src when nothing is wrong. */
const R4 = ['NO_ERROR', '10.34.0.4', '10.4.0.4', '10.34.0.3'];
const R3 = ['NO_ERROR', '10.23.0.3', '10.34.0.3', '10.23.0.2'];
const R2 = ['NO_ERROR', '10.12.0.2', '10.23.0.2', '10.12.0.1'];
const R1 = ['NO_ERROR', '10.1.0.1', '10.12.0.1', NO_WHERE];
const withCode = (code: string, [, ...rest]: string[]) => [code, ...rest];

describeLab('Forwarding Codes of real routers', (lab) => {
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    // Boundaries are read with the interface table, so this one has to be there first. It touches no other group.
    await lab.configure('r3', `ip prefix-list SITE seq 5 deny ${SITE}`, 'ip prefix-list SITE seq 10 permit any');
    await lab.configure('r3', 'interface to-r4', 'ip multicast boundary oil SITE');
    stop = await startStandIns(lab);
  });
  afterAll(async () => {
    await stop?.();
    await lab.configure('r3', 'interface to-r4', 'no ip multicast boundary oil');
    await lab.configure('r3', 'no ip prefix-list SITE');
  });

  /** A process on rcv that has joined; `group` or `group,source`. */
  const receive = async (group: string): Promise<LabProcess> => {
    const receiver = lab.spawn('rcv', [lab.script('multicast.py'), 'receive', group]);
    await receiver.printed(/"received"/);
    return receiver;
  };
  const forwards = (router: Router, source: string | null, group: string, interfaceName: string) =>
    until(`${router} to forward ${group} to ${interfaceName}`, async () =>
      find(await lab.kernelMroute(router, 4), source, group)?.outgoing.includes(interfaceName),
    );

  describe('NO_ROUTE', () => {
    it('from the first router, for a source that nobody has a route to', async () => {
      const found = await trace(lab, 'rcv', '-g', NOC[4], '10.99.0.1', '232.1.1.80');
      expect(told(found)).toEqual([['NO_ROUTE', NO_WHERE, '10.4.0.4', NO_WHERE]]);
      expect(found.hops[0]).toMatchObject({ routingProtocol: 0, multicastRoutingProtocol: 0, sourceMask: 0 });
      expect(found.ending).toBe('ended-before');
    });

    it('from the router where a blackhole hides the route', async () => {
      const blackhole = ['blackhole', `${SOURCE}/32`];
      const isHidden = async () => (await lab.vtysh('r3', `show ip route ${SOURCE}`)).includes('blackhole');
      await lab.exec('r3', ['ip', 'route', 'add', ...blackhole]);
      try {
        await until('r3 to know of the blackhole', isHidden);
        for (const group of [['232.1.1.81'], []]) {
          const found = await trace(lab, 'rcv', '-g', NOC[4], SOURCE, ...group);
          expect(told(found)).toEqual([R4, ['NO_ROUTE', NO_WHERE, '10.34.0.3', NO_WHERE]]);
          expect(found.ending).toBe('ended-before');
        }
      } finally {
        await lab.exec('r3', ['ip', 'route', 'delete', ...blackhole]);
        await until('r3 to forget the blackhole', async () => !(await isHidden()));
        // The daemon may answer with it for another maxAge, and so it would to the next test.
        const isForgotten = async () => (await trace(lab, 'rcv', '-g', NOC[4], SOURCE)).ending === 'reached-source';
        await until('the daemon to forget the blackhole', isForgotten);
      }
    });
  });

  describe('of the Outgoing Interface', () => {
    const group = '232.1.1.82';
    let receiver: LabProcess | undefined;
    beforeAll(async () => {
      receiver = await receive(`${group},${SOURCE}`);
      await forwards('r1', SOURCE, group, 'to-r2');
    });
    afterAll(() => receiver?.stop());

    it('none, where it is the one of the tree', async () => {
      const found = await trace(lab, 'rcv', '-g', NOC[4], SOURCE, group);
      expect(told(found)).toEqual([R4, R3, R2, R1]);
      expect(found.ending).toBe('reached-source');
    });

    it('RPF_IF, asked by the source itself', async () => {
      const found = await trace(lab, 'src', '-g', NOC[4], SOURCE, group);
      expect(told(found)).toEqual([['RPF_IF', '10.1.0.1', '10.1.0.1', NO_WHERE]]);
      expect(found.ending).toBe('ended-before'); // r1 is the source's router, but nothing from there comes this way
    });

    it.each([
      ['the source', [SOURCE, '10.23.0.2', group]],
      ['the source, without a group', [SOURCE, '10.23.0.2']],
      ['the RP, where the group has no state', ['any', '10.23.0.2', '239.1.1.82']],
    ])('RPF_IF, asked from the upstream side: towards %s', async (_name, argv) => {
      const found = await trace(lab, 'r2', '-g', STAND_IN.r3, ...argv);
      expect(told(found)).toEqual([['RPF_IF', '10.23.0.3', '10.23.0.3', '10.23.0.2']]);
      expect(found.ending).toBe('ended-before');
    });

    it('WRONG_IF, asked from a link without receivers', async () => {
      const found = await trace(lab, 'r1', '-g', STAND_IN.r3, SOURCE, '10.13.0.1', group);
      expect(told(found)).toEqual([['WRONG_IF', '10.23.0.3', '10.13.0.3', '10.23.0.2']]);
      expect(found.ending).toBe('ended-before');
    });

    it('NO_MULTICAST, asked from a link without PIM', async () => {
      const found = await trace(lab, 'noc', '-g', STAND_IN.r3, SOURCE, group);
      expect(told(found)).toEqual([['NO_MULTICAST', '10.23.0.3', '10.255.0.3', '10.23.0.2']]);
      expect(found.ending).toBe('ended-before');
    });
  });

  /** The way to its own address is not where packets come from: only a row has an Incoming Interface here. */
  const AT_RP_WITHOUT_ROW = ['REACHED_RP', NO_WHERE, '10.23.0.2', NO_WHERE];

  describe('REACHED_RP', () => {
    const AT_RP = ['REACHED_RP', '10.0.0.2', '10.23.0.2', NO_WHERE];

    it('where the shared tree ends', async () => {
      const group = '239.1.1.83';
      const receiver = await receive(group);
      try {
        await forwards('r2', null, group, 'to-r3');
        const found = await trace(lab, 'rcv', '-g', NOC[4], 'any', group);
        expect(told(found)).toEqual([R4, R3, AT_RP]);
        expect(found.ending).toBe('reached-rp');
      } finally {
        await receiver.stop();
      }
    });

    it('where it would end', async () => {
      const found = await trace(lab, 'rcv', '-g', NOC[4], 'any', '239.1.1.84');
      expect(told(found)).toEqual([R4, R3, AT_RP_WITHOUT_ROW]);
      expect(found.ending).toBe('reached-rp');
    });

    it('from the RP, asked for a source that it has no state of', async () => {
      const group = '239.1.1.85';
      const receiver = await receive(group);
      try {
        await forwards('r2', null, group, 'to-r3');
        const found = await trace(lab, 'rcv', '-g', NOC[4], SOURCE, group);
        expect(told(found)).toEqual([R4, R3, AT_RP]);
        expect(found.ending).toBe('reached-rp');
      } finally {
        await receiver.stop();
      }
    });
  });

  describe('SCOPED', () => {
    const group = '239.2.1.1';
    const AT_BOUNDARY = withCode('SCOPED', R3);

    it('at a boundary that a join does not pass, and the trace does', async () => {
      const receiver = await receive(group);
      try {
        await forwards('r4', null, group, 'rcv0');
        const joins = await until('r4 to join', async () => {
          const upstream = JSON.parse(await lab.vtysh('r4', `show ip pim upstream ${group} json`));
          return upstream[group]?.['*'].joinState === 'Joined' && lab.vtysh('r3', `show ip pim join ${group} json`);
        });
        expect(JSON.parse(joins)).toEqual({});
        const found = await trace(lab, 'rcv', '-g', NOC[4], SOURCE, group);
        expect(told(found)).toEqual([R4, AT_BOUNDARY, R2, R1]);
        expect(found.ending).toBe('reached-source');
      } finally {
        await receiver.stop();
      }
    });

    it('on the way to the RP, where REACHED_RP still ends the trace', async () => {
      const found = await trace(lab, 'rcv', '-g', NOC[4], 'any', '239.2.255.255');
      expect(told(found)).toEqual([R4, AT_BOUNDARY, AT_RP_WITHOUT_ROW]);
      expect(found.ending).toBe('reached-rp');
    });

    it('not for a group that may pass, nor without a group', async () => {
      for (const passing of [['239.3.0.0'], []]) {
        const found = await trace(lab, 'rcv', '-g', NOC[4], SOURCE, ...passing);
        expect(told(found)).toEqual([R4, R3, R2, R1]);
      }
    });
  });

  describe('NOT_FORWARDING', () => {
    const staticRoute = (group: string) => `ip mroute to-r1 ${group} ${SOURCE}`;
    const AT_STATIC_ROUTE = withCode('NOT_FORWARDING', R3);
    const send = (group: string) => lab.spawn('src', [lab.script('multicast.py'), 'send', group]);

    it('where a forgotten static route keeps the source from those who joined the group', async () => {
      const group = '239.1.1.86';
      // r4 stays on the shared tree: where it joins the source's, r3 puts an entry of its own in the static one's place.
      await lab.configure('r4', 'ip pim spt-switchover infinity-and-beyond');
      await lab.configure('r3', 'interface to-r2', staticRoute(group));
      const receiver = await receive(group);
      const sender = send(group);
      try {
        await forwards('r2', SOURCE, group, 'to-r3');
        await forwards('r3', null, group, 'to-r4');
        const found = await trace(lab, 'rcv', '-g', NOC[4], SOURCE, group);
        expect(told(found)).toEqual([R4, AT_STATIC_ROUTE, R2, R1]);
        expect(found.ending).toBe('reached-source');
        // r4 has nothing but the group's state, and nothing has come.
        expect(found.hops[0]).toMatchObject({ sourceMask: 127, sourceGroupPacketCount: '0' });
        expect(found.hops[1]).toMatchObject({ sourceMask: 32, multicastRoutingProtocolName: 'netmgmt' });
        expect(receiver.stdout).not.toMatch(/"received": [1-9]/);
      } finally {
        await Promise.all([sender.stop(), receiver.stop()]);
        await lab.configure('r3', 'interface to-r2', `no ${staticRoute(group)}`);
        await lab.configure('r4', 'no ip pim spt-switchover infinity-and-beyond');
      }
    });

    it('where a new static route takes the place of what was joined', async () => {
      const group = '232.1.1.87';
      const receiver = await receive(`${group},${SOURCE}`);
      const sender = send(group);
      try {
        await receiver.printed(/"received": [1-9]/);
        await lab.configure('r3', 'interface to-r2', staticRoute(group));
        await forwards('r3', SOURCE, group, 'to-r1');
        const kernel = find(await lab.kernelMroute('r3', 4), SOURCE, group);
        expect(kernel?.outgoing).toEqual(['to-r1']);
        const found = await trace(lab, 'rcv', '-g', NOC[4], SOURCE, group);
        expect(told(found)).toEqual([R4, AT_STATIC_ROUTE, R2, R1]);
        expect(found.ending).toBe('reached-source');
        expect(found.hops.every((hop) => hop.sourceMask === 32)).toBe(true);
      } finally {
        await Promise.all([sender.stop(), receiver.stop()]);
        await lab.configure('r3', 'interface to-r2', `no ${staticRoute(group)}`);
      }
    });
  });
});
