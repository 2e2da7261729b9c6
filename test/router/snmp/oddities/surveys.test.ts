/** When the interfaces are asked for again, and for whom. */
import { describe, expect, test } from 'vitest';
import { stateOf } from '../../../../src/router/state.ts';
import { Agent } from '../../../support/snmp/agent.ts';
import * as mib from '../../../support/snmp/mib.ts';
import { type Changes, CIDR, expectSound, IPMROUTE, PATH, PLACE, read, readerOf, SG, served } from './router.ts';

describe('surveys', () => {
  const surveysOf = (agent: Agent) =>
    agent.requests.filter(({ names }) => names.some((name) => name.join('.') === '1.3.6.1.2.1.1.2')).length;

  test('one, for all that ask at the beginning', async () => {
    await using agent = await Agent.start({ mib: served({}), delayMs: 10 });
    const reader = readerOf(agent);
    const signal = AbortSignal.timeout(4000);
    const groups = ['232.1.1.1', '232.1.1.2', '232.1.1.3'];
    await Promise.all([
      reader.readInterfaces(signal),
      ...groups.map((group) => reader.readForwarding({ ...SG, group }, signal)),
    ]);
    expect(surveysOf(agent)).toBe(1);
  });

  test('one that fails is that of all who wait for it', async () => {
    const empty = new mib.Mib({ '1.3.6.1.2.1.1.3.0': mib.timeTicks(1) });
    await using agent = await Agent.start({ mib: empty, delayMs: 10 });
    const reader = readerOf(agent);
    const signal = AbortSignal.timeout(4000);
    const asked = await Promise.allSettled([1, 2, 3].map(() => reader.readInterfaces(signal)));
    expect(asked).toMatchObject([1, 2, 3].map(() => ({ reason: { code: 'ERR_READER_OUTPUT' } })));
    expect(surveysOf(agent)).toBe(1);
  });

  test('a new one whenever the interfaces are asked for', async () => {
    const all = served({});
    await using agent = await Agent.start({ mib: all });
    const reader = readerOf(agent);
    const signal = AbortSignal.timeout(4000);
    await reader.readInterfaces(signal);
    all.set('1.3.6.1.2.1.31.1.1.1.1.2', mib.text('renamed'));
    expect((await reader.readInterfaces(signal)).interfaces[0]?.name).toBe('renamed');
    expect((await reader.readForwarding(SG, signal)).interfaces[0]?.name).toBe('renamed');
    expect(surveysOf(agent)).toBe(2);
  });

  test('when who began it gives up, the next one makes its own', async () => {
    await using agent = await Agent.start({ mib: served({}), delayMs: 30 });
    const reader = readerOf(agent);
    const first = reader.readInterfaces(AbortSignal.timeout(10));
    const second = reader.readInterfaces(AbortSignal.timeout(4000));
    await expect(first).rejects.toThrow();
    expect((await second).interfaces).toHaveLength(2);
  });

  test('a second one, when what is read after the first names one more interface', async () => {
    await using agent = await Agent.start({ mib: served({}) });
    const reader = readerOf(agent);
    await reader.readForwarding(SG, AbortSignal.timeout(4000));
    // A better MIB has come, and its row has another interface.
    const better = '1.3.6.1.2.1.168.1.5.1.9.1.4.232.1.1.1.32.1.4.10.1.0.2.32';
    agent.change({ mib: served({ [`${IPMROUTE}.2.1.5.${PLACE}`]: mib.integer(60), [better]: mib.integer(70) }) });
    const snapshot = await reader.readForwarding(SG, AbortSignal.timeout(4000));
    expect(snapshot.routes).toMatchObject([{ incoming: 70 }]);
    expectSound(snapshot);
  });

  test('not for each query whose row names an interface that no table has', async () => {
    const place = (group: string) => `${group}.10.1.0.2.255.255.255.255`;
    const tunnel = (group: string, index: number): Changes => ({
      [`${IPMROUTE}.2.1.4.${place(group)}`]: mib.ipAddress('10.2.0.1'),
      [`${IPMROUTE}.2.1.5.${place(group)}`]: mib.integer(2),
      [`${IPMROUTE}.3.1.6.${place(group)}.${index}.${group}`]: mib.integer(2),
      [`1.3.6.1.2.1.31.1.1.1.1.${index}`]: mib.text(`tunnel${index}`),
    });
    await using agent = await Agent.start({ mib: served({ ...tunnel('232.5.5.5', 50), ...tunnel('232.6.6.6', 60) }) });
    const reader = readerOf(agent);
    for (let round = 0; round < 4; round++) {
      for (const [group, name] of [['232.5.5.5', 'tunnel50'] as const, ['232.6.6.6', 'tunnel60'] as const]) {
        const { interfaces } = await reader.readForwarding({ ...SG, group }, AbortSignal.timeout(4000));
        expect(interfaces.map((one) => one.name)).toContain(name);
      }
    }
    expect(surveysOf(agent)).toBe(3);
  });

  test('the interface of a path that no table has is there as well', async () => {
    const route = '10.1.0.128.255.255.255.128.0.10.77.0.1';
    const changes = {
      [`${CIDR}.5.${route}`]: mib.integer(77),
      [`${CIDR}.6.${route}`]: mib.integer(4),
      [`${CIDR}.7.${route}`]: mib.integer(13),
    };
    const { rpf, interfaces } = await read({ ...PATH, source: '10.1.0.200' }, changes);
    expect(rpf).toMatchObject([{ prefix: '10.1.0.128/25', interface: 77 }]);
    expect(interfaces.map(({ index }) => index)).toContain(77);
    const behind = '10.77.0.0.255.255.255.0.0.10.78.0.1';
    const indirect = {
      ...changes,
      [`${CIDR}.5.${route}`]: mib.integer(0),
      [`${CIDR}.5.${behind}`]: mib.integer(78),
      [`${CIDR}.6.${behind}`]: mib.integer(4),
      [`${CIDR}.7.${behind}`]: mib.integer(13),
    };
    const other = await read({ ...PATH, source: '10.1.0.200' }, indirect);
    expect(other.rpf).toMatchObject([{ prefix: '10.1.0.128/25', interface: 78, neighbor: '10.78.0.1' }]);
    expect(other.interfaces.map(({ index }) => index)).toContain(78);
  });

  test('of interfaces that no table has not ever more are asked for', async () => {
    const groups = ['232.5.5.1', '232.5.5.2', '232.5.5.3', '232.5.5.4'];
    const rows = groups.flatMap((group, at) => {
      const place = `${group}.10.1.0.2.255.255.255.255`;
      const hops = Array.from({ length: 300 }, (_, i) => `${place}.${1000 * (at + 1) + i}.${group}`);
      return [
        [`${IPMROUTE}.2.1.5.${place}`, mib.integer(2)] as const,
        ...hops.map((hop) => [`${IPMROUTE}.3.1.6.${hop}`, mib.integer(2)] as const),
      ];
    });
    await using agent = await Agent.start({ mib: served(Object.fromEntries(rows)) });
    const reader = readerOf(agent);
    for (const group of groups) {
      agent.reset();
      const snapshot = await reader.readForwarding({ ...SG, group }, AbortSignal.timeout(4000));
      expect(snapshot.routes?.[0]?.outgoing).toHaveLength(300);
      stateOf(snapshot);
    }
    const columnOfNames = '1.3.6.1.2.1.31.1.1.1.1.';
    const names = agent.requests.flatMap((request) => request.names.map((name) => name.join('.')));
    // 1,024 of them, and the two that tables have.
    expect(new Set(names.filter((name) => name.startsWith(columnOfNames))).size).toBe(1026);
  });
});
