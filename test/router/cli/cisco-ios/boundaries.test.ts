/** Access lists of IOS, and the boundaries that they make. */

import { describe, expect, test } from 'vitest';
import { boundariesOf, parseAccessLists } from '../../../../src/router/cli/cisco-ios/parse-access-lists.ts';
import { understood } from '../support/told.ts';
import { LISTS } from './lists.ts';

describe('access lists', () => {
  const lists = understood((told) => parseAccessLists(LISTS, 'show ip access-lists', told));
  const rule = (groups: string, isPermitted: boolean) => ({ groups, isPermitted });

  test('rules of groups; others cannot be said', () => {
    expect([...lists]).toEqual([
      ['10', [rule('239.255.0.0/16', false), rule('239.1.1.1/32', true), rule('0.0.0.0/0', true)]],
      ['GAPS', [undefined]],
      ['SCOPE', [rule('239.255.0.0/16', false), rule('239.1.1.1/32', false), rule('0.0.0.0/0', true)]],
      ['101', [undefined, undefined]],
      ['HOURS', [undefined, rule('0.0.0.0/0', true)]],
      ['LOCK', [undefined, rule('0.0.0.0/0', true)]],
      ['MIRROR', [undefined, rule('0.0.0.0/0', true)]],
    ]);
  });

  test('boundaries by lists that are there, that are about groups alone and always in force', () => {
    const of = (list: string, only = {}) => ({
      name: 'Vlan1',
      isEnabled: true,
      designatedRouter: undefined,
      boundaries: [{ list, ...only }],
    });
    const others = ['GAPS', '101', 'HOURS', 'LOCK', 'MIRROR', 'missing'].map((list) => of(list));
    expect(boundariesOf([of('10'), ...others, of('SCOPE', { direction: 'in' })], lists)).toEqual([
      { family: 4, interface: 'Vlan1', rules: lists.get('10') },
      { family: 4, interface: 'Vlan1', direction: 'in', rules: lists.get('SCOPE') },
    ]);
  });
});
