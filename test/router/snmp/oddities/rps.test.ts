/** What real agents leave out of RPs, or show otherwise than others do. */
import { describe, expect, test } from 'vitest';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { Agent } from '../../../support/snmp/agent.ts';
import * as mib from '../../../support/snmp/mib.ts';
import { type Changes, PIM, read, readerOf, served } from './router.ts';

describe('RPs', () => {
  const GROUP: ForwardingQuery = { family: 4, group: '239.1.1.1', source: null };
  /** pimGroupMappingPimMode asm(3), pimGroupMappingPrecedence */
  const mapping = (index: string, precedence: number): Changes => ({
    [`${PIM}.13.1.7.${index}`]: mib.integer(3),
    [`${PIM}.13.1.8.${index}`]: mib.gauge32(precedence),
  });
  const rpsOf = async (changes: Changes) => (await read(GROUP, changes)).rps?.map(({ address }) => address);

  test.each([
    ['a prefix length that cannot be', '2.1.4.239.1.0.0.40.1.4.10.0.0.3'],
    ['an RP of the other family', `2.1.4.239.1.0.0.16.2.16.${'0.'.repeat(15)}1`],
    ['no whole index', '2.1.4.239.1.0.0.16.1.4.10.0'],
  ])('a mapping with %s is left out', async (_, index) => {
    expect(await rpsOf({ ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.2', 5), ...mapping(index, 1) })).toEqual([
      '10.0.0.2',
    ]);
  });

  test('a mapping without a precedence comes last, and one without a mode is none', async () => {
    const mappings = {
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.1', 1),
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.2', 1),
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.3', 5),
      [`${PIM}.13.1.8.2.1.4.239.0.0.0.8.1.4.10.0.0.1`]: undefined,
      [`${PIM}.13.1.7.2.1.4.239.0.0.0.8.1.4.10.0.0.2`]: undefined,
    };
    expect(await rpsOf(mappings)).toEqual(['10.0.0.3']);
  });

  test('the unspecified address is no RP', async () => {
    expect(await rpsOf(mapping('2.1.4.239.0.0.0.8.1.4.0.0.0.0', 5))).toEqual([]);
  });

  test('one that overrides what a BSR has announced for a longer range', async () => {
    const both = {
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.1', 5),
      ...mapping('4.1.4.239.1.0.0.16.1.4.10.0.0.2', 5),
    };
    /** pimStaticRPEntry: pimStaticRPRPAddress, pimStaticRPOverrideDynamic, pimStaticRPRowStatus */
    const configured = (override: number) => ({
      [`${PIM}.11.1.4.1.4.239.0.0.0.8`]: mib.octets(10, 0, 0, 1),
      [`${PIM}.11.1.6.1.4.239.0.0.0.8`]: mib.integer(override),
      [`${PIM}.11.1.8.1.4.239.0.0.0.8`]: mib.integer(1),
    });
    expect(await rpsOf(both)).toEqual(['10.0.0.2']);
    expect(await rpsOf({ ...both, ...configured(1) })).toEqual(['10.0.0.1']);
    expect(await rpsOf({ ...both, ...configured(2) })).toEqual(['10.0.0.2']);
    const announced = mapping('4.1.4.239.0.0.0.8.1.4.10.0.0.3', 1);
    expect(await rpsOf({ ...both, ...announced, ...configured(1) })).toEqual(['10.0.0.1']);
  });

  test('all of them: those that precede first', async () => {
    const both = {
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.1', 9),
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.2', 5),
    };
    await using agent = await Agent.start({ mib: served(both) });
    const { rps } = await readerOf(agent).readInterfaces(AbortSignal.timeout(4000));
    expect(rps?.map(({ address }) => address)).toEqual(['10.0.0.2', '10.0.0.1']);
  });

  test('of two MIBs of PIM the better one alone', async () => {
    const both = {
      ...mapping('2.1.4.239.0.0.0.8.1.4.10.0.0.1', 5),
      ...mapping('4.1.4.239.0.0.0.8.1.4.10.0.0.2', 10),
      '1.3.6.1.3.61.1.1.6.1.4.1.239.0.0.0.255.0.0.0.10.0.0.2': mib.timeTicks(1500),
    };
    expect(await rpsOf(both)).toEqual(['10.0.0.1']);
  });

  test.each([
    ['of the other family', `1.2.16.255.2.${'0.'.repeat(14)}16.0.0`, 1],
    ['that is fixed', '1.1.4.224.0.0.0.24.0.0', 1],
    ['of SSM', '3.1.4.232.0.0.0.8.0.0', 2],
  ])('of two MIBs of PIM the worse one, where the better one has nothing but a range %s', async (_, index, mode) => {
    const range = { [`${PIM}.13.1.7.${index}`]: mib.integer(mode), [`${PIM}.13.1.8.${index}`]: mib.gauge32(0) };
    const announced = { '1.3.6.1.3.61.1.1.6.1.4.1.239.0.0.0.255.0.0.0.10.0.0.2': mib.timeTicks(1500) };
    expect(await rpsOf({ ...range, ...announced })).toEqual(['10.0.0.2']);
    expect(await rpsOf(range)).toEqual([]);
    const ssm = { [`${PIM}.13.1.7.3.1.4.239.1.0.0.16.0.0`]: mib.integer(2) };
    expect(await rpsOf({ ...range, ...announced, ...ssm })).toEqual([]);
  });

  test('of two that a BSR has announced the one of the better priority', async () => {
    const priority = (rp: string, value: number) => ({
      [`1.3.6.1.2.1.172.1.2.1.6.1.4.239.0.0.0.8.4.${rp}`]: mib.gauge32(value),
    });
    const announced = {
      ...mapping('4.1.4.239.0.0.0.8.1.4.10.0.0.2', 5),
      ...mapping('4.1.4.239.0.0.0.8.1.4.10.0.0.3', 5),
    };
    expect(await rpsOf({ ...announced, ...priority('10.0.0.2', 0), ...priority('10.0.0.3', 200) })).toEqual([
      '10.0.0.2',
    ]);
    expect(await rpsOf({ ...announced, ...priority('10.0.0.2', 200), ...priority('10.0.0.3', 0) })).toEqual([
      '10.0.0.3',
    ]);
  });

  test('an embedded one', async () => {
    const all = served(mapping('6.2.16.255.112.0.0.0.0.0.0.0.0.0.0.0.0.0.0.12.0.0', 5), { routes: 'IPMCAST' });
    await using agent = await Agent.start({ mib: all });
    const query = { family: 6, group: 'ff7e:140:2001:db8:beef:feed:0:1', source: null } as const;
    const { rps } = await readerOf(agent).readForwarding(query, AbortSignal.timeout(4000));
    expect(rps).toEqual([{ groups: `${query.group}/128`, address: '2001:db8:beef:feed::1' }]);
  });
});
