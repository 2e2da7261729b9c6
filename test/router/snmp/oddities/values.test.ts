/** Values that an agent may not have, or not there. */
import { describe, expect, test } from 'vitest';
import { Agent, ErrorStatus } from '../../../support/snmp/agent.ts';
import * as mib from '../../../support/snmp/mib.ts';
import type { RouterMibs } from '../../../support/snmp/router-mib.ts';
import {
  type Changes,
  CIDR,
  IPMROUTE,
  PATH,
  PIM,
  PIM_EXPERIMENTAL,
  PLACE,
  read,
  readAll,
  readerOf,
  SG,
  served,
} from './router.ts';

describe('what an agent does wrong', () => {
  /** A reader of an agent that answers genErr at the packets of each group's row. */
  async function oddities(groups: readonly string[], times: number): Promise<readonly string[]> {
    const bad = new Set(groups.map((group) => `${IPMROUTE}.2.1.8.${group}.10.1.0.2.255.255.255.254`));
    await using agent = await Agent.start({
      mib: served({}),
      instead: ({ names }, response) => {
        const at = names.findIndex((name) => bad.has(name.join('.')));
        return at < 0 ? response : { errorStatus: ErrorStatus.genErr, errorIndex: at + 1, bindings: [] };
      },
    });
    const told: string[] = [];
    const reader = readerOf(agent, (text) => told.push(text));
    for (let time = 0; time < times; time++) {
      for (const group of groups) await reader.readForwarding({ ...SG, group }, AbortSignal.timeout(4000));
    }
    return told;
  }

  test('is told once', async () => {
    expect(await oddities(['232.1.1.1', '232.1.1.2'], 3)).toEqual(
      ['232.1.1.1', '232.1.1.2'].map((group) =>
        expect.stringMatching(`^v2c at 127.0.0.1:[0-9]+: the agent answers genErr at .*[.]${group}[.]`),
      ),
    );
  });

  test('is told no more where it is ever something else', async () => {
    const groups = Array.from({ length: 60 }, (_, at) => `232.9.9.${at}`);
    expect(await oddities(groups, 1)).toHaveLength(50);
  });
});

describe('addresses where they cannot be', () => {
  const IPMCAST = '1.3.6.1.2.1.168.1';
  const inIfIndex = (index: string): Changes => ({ [`${IPMCAST}.5.1.9.${index}`]: mib.integer(2) });
  const ranges = async (changes: Changes, mibs?: Partial<RouterMibs>) => {
    const { rps, scopes, neighbors } = await read(
      SG,
      { ...changes, [`${PIM}.1.1.6.2.1`]: mib.octets(10, 2, 0, 1) },
      mibs,
    );
    return [rps, scopes, neighbors];
  };
  const mode = (index: string): Changes => ({ [`${PIM}.13.1.7.${index}`]: mib.integer(3) });

  test.each([
    ['a group', '10.9.9.9.10.1.0.2.255.255.255.255'],
    ['a source', '239.9.9.9.224.0.0.5.255.255.255.255'],
  ])('IPMROUTE-STD-MIB: a row whose address is not that of %s', async (_, index) => {
    const { routes } = await readAll({ [`${IPMROUTE}.2.1.5.${index}`]: mib.integer(2) });
    expect(routes?.map(({ group }) => group)).toEqual(['232.1.1.1']);
  });

  test.each([
    ['a group', '1.4.10.9.9.9.32.1.4.10.1.0.2.32'],
    ['a source', '1.4.239.9.9.9.32.1.4.224.0.0.5.32'],
  ])('IPMCAST-MIB: a row whose address is not that of %s', async (_, index) => {
    const { routes } = await readAll(inIfIndex(index), { routes: 'IPMCAST' });
    expect(routes?.map(({ group }) => group)).toEqual(['232.1.1.1']);
  });

  test('an upstream neighbor that is a group: not known', async () => {
    const { routes } = await read(SG, { [`${IPMROUTE}.2.1.4.${PLACE}`]: mib.ipAddress('224.0.0.13') });
    expect(routes).toMatchObject([{ incoming: 2, upstream: null }]);
  });

  test('a Designated Router that is a group: not known', async () => {
    const { interfaces } = await read(SG, { [`${PIM}.1.1.6.2.1`]: mib.octets(224, 0, 0, 13) });
    expect(interfaces[0]?.designatedRouters).toBeUndefined();
  });

  test('a next hop that is a group: not known', async () => {
    const index = '10.1.0.0.255.255.255.0.0';
    const row = (nextHop: string, ifIndex: mib.Value | undefined, type: mib.Value | undefined): Changes => ({
      [`${CIDR}.5.${index}.${nextHop}`]: ifIndex,
      [`${CIDR}.6.${index}.${nextHop}`]: type,
      [`${CIDR}.7.${index}.${nextHop}`]: type,
    });
    const changes = { ...row('10.2.0.1', undefined, undefined), ...row('224.0.0.5', mib.integer(2), mib.integer(4)) };
    expect((await read(PATH, changes)).rpf).toEqual([
      { prefix: '10.1.0.0/24', interface: 2, neighbor: undefined, routingProtocol: 'icmp' },
    ]);
  });

  test.each([
    ['a neighbor that is a group', { [`${PIM}.2.1.6.2.1.4.224.0.0.13`]: mib.timeTicks(1) }],
    ['a neighbor that is nobody', { [`${PIM}.2.1.6.2.1.4.0.0.0.0`]: mib.timeTicks(1) }],
    ['PIM-MIB: a neighbor that is nobody', { [`${PIM_EXPERIMENTAL}.3.1.2.0.0.0.0`]: mib.integer(2) }],
    ['PIM-MIB: an RP of no groups', { [`${PIM_EXPERIMENTAL}.6.1.4.1.10.0.0.0.255.0.0.0.10.0.0.2`]: mib.gauge32(1) }],
    ['PIM-MIB: an RP that is nobody', { [`${PIM_EXPERIMENTAL}.6.1.4.1.232.0.0.0.255.0.0.0.0.0.0.0`]: mib.gauge32(1) }],
    ['PIM-MIB: an RP that is a group', { [`${PIM_EXPERIMENTAL}.5.1.3.232.1.1.1.224.0.0.13`]: mib.integer(1) }],
    ['PIM-MIB: an RP of no group', { [`${PIM_EXPERIMENTAL}.5.1.3.10.1.1.1.10.0.0.2`]: mib.integer(1) }],
    ['an RP of no groups', mode('2.1.4.10.0.0.0.8.1.4.10.0.0.2')],
    ['an RP that is a group', mode('2.1.4.232.0.0.0.8.1.4.224.0.0.13')],
    ['a boundary for no groups', { [`${IPMROUTE}.5.1.4.2.10.0.0.0.255.0.0.0`]: mib.integer(1) }],
  ])('%s is left out', async (_, changes) => {
    expect(await ranges(changes)).toEqual([[], [], []]);
    expect((await readAll(changes)).rps).toEqual([]);
  });

  test('IPMCAST-MIB: a boundary for no groups is left out', async () => {
    const boundary = { [`${IPMCAST}.7.1.8.2.1.4.10.0.0.0.8`]: mib.integer(1) };
    expect(await ranges(boundary, { routes: 'IPMCAST' })).toEqual([[], [], []]);
  });
});

describe('what is of the other family', () => {
  const IPMCAST = '1.3.6.1.2.1.168.1.5.1';
  const SG_PLACE = '1.4.232.1.1.1.32.1.4.10.1.0.2.32';
  const IPV6 = [0xfd, ...Array(14).fill(0), 1];

  test('an upstream neighbor is not known to the trace: the path is looked up', async () => {
    const upstream = { [`${IPMCAST}.8.${SG_PLACE}`]: mib.octets(...IPV6) };
    const { routes, rpf } = await read(SG, upstream, { routes: 'IPMCAST', unicast: 'inetCidr' });
    expect(routes).toMatchObject([{ incoming: 2, upstream: null }]);
    expect(rpf).toContainEqual({ prefix: '10.1.0.0/24', interface: 2, neighbor: '10.2.0.1', routingProtocol: 'ospf' });
    const whole = await readAll(upstream, { routes: 'IPMCAST' });
    expect(whole.routes).toMatchObject([{ incoming: 2, upstream: null }]);
  });

  test('the prefix of a path is none', async () => {
    const { rpf } = await read(
      SG,
      { [`${IPMCAST}.15.${SG_PLACE}`]: mib.octets(...IPV6), [`${IPMCAST}.16.${SG_PLACE}`]: mib.gauge32(16) },
      { routes: 'IPMCAST', unicast: 'none' },
    );
    expect(rpf).toEqual([]);
  });

  test.each([`${PIM}.1.1.6.2.1`, `${PIM_EXPERIMENTAL}.2.1.5.2`])(
    'a Designated Router is not known: %s',
    async (oid) => {
      const { interfaces } = await read(SG, { [oid]: mib.octets(...IPV6) });
      expect(interfaces[0]?.designatedRouters).toBeUndefined();
    },
  );
});

test('two MIBs that name different Designated Routers: that of the better one', async () => {
  const { interfaces } = await read(SG, {
    [`${PIM}.1.1.6.2.1`]: mib.octets(10, 2, 0, 1),
    [`${PIM_EXPERIMENTAL}.2.1.5.2`]: mib.ipAddress('10.2.0.9'),
  });
  expect(interfaces[0]?.designatedRouters).toEqual(['10.2.0.1']);
});

test('a count that is more than 32 bits have, and no Counter64: not known', async () => {
  const { routes } = await read(SG, { [`${IPMROUTE}.2.1.8.${PLACE}`]: mib.integer(2 ** 32) });
  expect(routes?.[0]?.packets).toBeNull();
});
