/** The RPs that IOS tells of, and of which groups they are ones. */

import { describe, expect, test } from 'vitest';
import { rpOf } from '../../../../src/router/cli/assemble/rps.ts';
import { parseAccessLists } from '../../../../src/router/cli/cisco-ios/parse-access-lists.ts';
import { parseRps, parseRps6 } from '../../../../src/router/cli/cisco-ios/parse-rps.ts';
import { understood } from '../support/told.ts';
import { LISTS } from './lists.ts';

describe('RPs', () => {
  test('of several for the same groups the one that is taken', () => {
    const text = `PIM Group-to-RP Mappings
This system is an RP-mapping agent (Loopback0)

Group(s) 224.0.0.0/4
  RP 10.0.0.3 (?), v2
    Info source: 10.64.4.4 (?), via bootstrap, priority 5, holdtime 150
         Uptime: 00:00:19, expires: 00:02:19
  RP 10.0.0.2 (rp.example), v2v1, bidir
    Info source: 10.64.4.4 (?), via bootstrap, priority 0, holdtime 150
         Uptime: 00:00:35, expires: 00:02:03
Group(s) 239.0.0.0/8, uptime: 1w4d, expires: 00:02:32
  RP 10.0.0.4 (?), v2v1
    Info source: 10.0.0.9 (?), elected via Auto-RP
Group(s) (-)239.9.0.0/16
  RP 10.0.0.4 (?), v2v1
    Info source: 10.0.0.9 (?), via Auto-RP
Group(s): 239.0.0.0/8, Static
    RP: 10.0.0.5 (?)
Group(s) of a form that is yet to come
    RP: 10.0.0.4 (?)
Group(s): 238.0.0.0/8, Static
    RP: 0.0.0.0 (?)
Group(s): 239.1.0.0/16, Static-Override, Bidir Mode
    RP: 10.0.0.6 (?)
Acl: 10, Static
    RP: 10.0.0.7 (?)
`;
    const rows = understood((told) => parseRps(text, 'mapping', parseAccessLists(LISTS, 'lists'), told));
    expect(rows.map(({ groups, address }) => `${groups} ${address}`)).toEqual([
      '239.1.0.0/16 10.0.0.6',
      '239.9.0.0/16 0.0.0.0',
      '239.0.0.0/8 10.0.0.4',
      '224.0.0.0/4 10.0.0.2',
      '239.255.0.0/16 10.0.0.4',
      '239.1.1.1/32 10.0.0.6',
    ]);
    expect(parseRps('', 'mapping', new Map())).toEqual([]);
  });

  test("which of a BSR's equals is a group's is not known, nor is it the RP of a wider range", () => {
    const ofBsr = (rp: string, priority: number) => `  RP ${rp} (?), v2
    Info source: 10.64.4.4 (?), via bootstrap, priority ${priority}, holdtime 150
         Uptime: 00:00:19, expires: 00:02:19
`;
    const rpIn = (...rps: readonly string[]) => {
      const wide =
        'Group(s) 224.0.0.0/4\n  RP 10.0.0.9 (?), v2v1\n    Info source: 10.0.0.8 (?), elected via Auto-RP\n';
      const text = `${wide}Group(s) 239.0.0.0/8\n${rps.join('')}Group(s): 239.0.0.0/8, Static\n    RP: 10.0.0.5 (?)\n`;
      return rpOf('239.1.1.1', parseRps(text, 'mapping', new Map()));
    };
    expect(rpIn(ofBsr('3.3.3.3', 0), ofBsr('2.2.2.2', 0))).toBeNull();
    expect(rpIn(ofBsr('3.3.3.3', 0), ofBsr('2.2.2.2', 0), ofBsr('1.1.1.1', 5))).toBeNull();
    expect(rpIn(ofBsr('3.3.3.3', 5), ofBsr('2.2.2.2', 5), ofBsr('1.1.1.1', 0))).toBe('1.1.1.1');
  });

  test('a static one counts where none is learned, of several the one with the highest address, whatever their ranges', () => {
    const learned =
      'Group(s) 239.0.0.0/8\n  RP 10.0.0.2 (?), v2v1\n    Info source: 10.0.0.9 (?), elected via Auto-RP\n';
    const wide = (kind: string) => `Group(s): 224.0.0.0/4, ${kind}\n    RP: 10.0.0.9 (?)\n`;
    const narrow = (kind: string) => `Acl: 11, ${kind}\n    RP: 10.0.0.7 (?)\n`;
    const lists = parseAccessLists(
      'Standard IP access list 11\n    10 permit 239.1.1.0, wildcard bits 0.0.0.255\n',
      'x',
    );
    const rpsIn = (text: string) => {
      const rows = parseRps(text, 'mapping', lists);
      return ['239.1.1.1', '239.2.2.2', '232.1.1.1'].map((group) => rpOf(group, rows));
    };
    expect(rpsIn(learned + narrow('Static'))).toEqual(['10.0.0.2', '10.0.0.2', null]);
    expect(rpsIn(wide('Static') + narrow('Static'))).toEqual(['10.0.0.9', '10.0.0.9', '10.0.0.9']);
    expect(rpsIn(learned + wide('Static') + narrow('Static'))).toEqual(['10.0.0.2', '10.0.0.2', '10.0.0.9']);
    expect(rpsIn(learned + narrow('Static-Override'))).toEqual(['10.0.0.7', '10.0.0.2', null]);
    expect(rpsIn(learned + wide('Static-Override') + narrow('Static-Override'))).toEqual(Array(3).fill('10.0.0.9'));
  });

  test('groups that Auto-RP denies have none, whoever announces them, but for a static one that overrides', () => {
    const announced = (groups: string) => `Group(s) ${groups}
  RP 10.0.0.9 (?), v2v1
    Info source: 10.0.0.8 (?), elected via Auto-RP
`;
    const text = `${announced('224.0.0.0/4')}${announced('239.255.0.0/16')}${announced('(-)239.255.0.0/16')}`;
    const override = 'Group(s): 239.255.0.0/16, Static-Override\n    RP: 10.0.0.5 (?)\n';
    const rpIn = (output: string) => rpOf('239.255.1.1', parseRps(output, 'mapping', new Map()));
    expect([rpIn(announced('239.255.0.0/16')), rpIn(text), rpIn(text + override)]).toEqual([
      '10.0.0.9',
      null,
      '10.0.0.5',
    ]);
  });

  test('IPv6: only the mapping in use; SSM has none, nor have groups that are not routed', () => {
    const text = `IP PIM Group Mapping Table
(* indicates group mappings being used)

FF33::/32*
    SSM
    Info source: Static
    Uptime: 00:08:32, Groups: 0
FF00::/8
    SM, RP: 2001:DB8::3
    RPF: Fa0/0,FE80::212:D9FF:FEF9:C8A0
    Info source: BSR From: 2001:DB8::9(00:01:31), Priority: 192
    Uptime: 00:00:58, Groups: 1
FF00::/8*
    SM, RP: 2001:DB8::2
    RPF: Tu2,2001:DB8::2 (us)
    Info source: Static
FF7E:140:2001:DB8:0:1::/96*
    SM, RP: 2001:DB8:0:1::1
    Info source: Embedded
FF02::/16*
    NO
    Info source: Static
FF08::/16*
    BD, RP: ::
FF3E::/32
    SSM
FF3F::/32* SSM
FF09::/16* SM, RP: 2001:DB8::4
FF0A::/16
    SM, RP: 2001:DB8::3
`;
    const rps = understood((told) => parseRps6(text, 'group-map', told));
    expect(rps).toEqual([
      { groups: 'ff33::/32', address: '::' },
      { groups: 'ff00::/8', address: '2001:db8::2' },
      { groups: 'ff7e:140:2001:db8:0:1::/96', address: '2001:db8:0:1::1' },
      { groups: 'ff02::/16', address: '::' },
      { groups: 'ff3f::/32', address: '::' },
      { groups: 'ff09::/16', address: '2001:db8::4' },
    ]);
    expect(['ff33::1', 'ff3e::1', 'ff05::1'].map((group) => rpOf(group, rps))).toEqual([
      null,
      '2001:db8::2',
      '2001:db8::2',
    ]);
    expect(parseRps6('FF0A::/16\n    SM, RP: 2001:DB8::3\n', 'group-map')).toEqual([
      { groups: 'ff0a::/16', address: '2001:db8::3' },
    ]);
    const several = ['2001:DB8::3', '2001:DB8::2'].map((rp) => `FF0A::/16*\n    SM, RP: ${rp}\n`).join('');
    expect(parseRps6(several, 'group-map')).toEqual([{ groups: 'ff0a::/16', address: '::' }]);
  });
});

describe('static RPs of access lists that deny groups', () => {
  const AUTO_RP = `Group(s) 224.0.0.0/4
  RP 10.0.0.9 (?), v2v1
    Info source: 10.0.0.8 (?), elected via Auto-RP
`;
  const acl = (list: string, rp: string, kind = 'Static') => `Acl: ${list}, ${kind}\n    RP: ${rp} (?)\n`;
  const list = (name: string, ...rules: string[]) =>
    `Standard IP access list ${name}\n${rules.map((rule, at) => `    ${at * 10} ${rule}\n`).join('')}`;
  const bits = (action: string, groups: string, wildcard: string) => `${action} ${groups}, wildcard bits ${wildcard}`;
  const deny24 = bits('deny  ', '239.2.2.0', '0.0.0.255');
  const permit16 = bits('permit', '239.2.0.0', '0.0.255.255');
  const permit8 = bits('permit', '239.0.0.0', '0.255.255.255');
  const rpIn = (group: string, mappings: string, lists: string) =>
    rpOf(group, parseRps(mappings, 'mapping', parseAccessLists(lists, 'lists')));

  test('have what the other mappings say, or none', () => {
    const bidir = acl('BIDIR', '10.0.0.5', 'Static-Override');
    const lists = list('BIDIR', deny24, permit16);
    expect(rpIn('239.2.2.9', AUTO_RP + bidir, lists)).toBe('10.0.0.9');
    expect(rpIn('239.2.3.9', AUTO_RP + bidir, lists)).toBe('10.0.0.5');
    expect(rpIn('239.2.2.9', bidir, lists)).toBeNull();
    expect(rpIn('239.3.3.9', bidir, lists)).toBeNull();
    expect(rpIn('239.2.2.9', `Group(s) (-)239.2.0.0/16\n${AUTO_RP}${bidir}`, lists)).toBeNull();
  });

  test('the first rule that matches decides', () => {
    const override = acl('1', '10.0.0.5', 'Static-Override');
    const of = (...rules: string[]) => rpIn('239.2.2.9', AUTO_RP + override, list('1', ...rules));
    expect(of(permit16, deny24)).toBe('10.0.0.5');
    expect(of('permit 239.2.2.9', deny24, permit16)).toBe('10.0.0.5');
    expect(of(deny24, 'permit 239.2.2.9', permit16)).toBe('10.0.0.9');
    expect(of(deny24, 'deny   any', permit16)).toBe('10.0.0.9');
    expect(of('deny   any', permit16)).toBe('10.0.0.9');
    expect(of(deny24, bits('deny', '239.2.0.0', '0.0.255.255'), 'permit any')).toBe('10.0.0.9');
    expect(of('permit 239.2.2.9', 'deny   any')).toBe('10.0.0.5');
    // What is no prefix is passed over.
    expect(of(bits('deny  ', '239.2.2.0', '0.0.255.0'), permit16)).toBe('10.0.0.5');
  });

  test('two lists: neither has what both deny, each what the other denies', () => {
    const mappings = acl('A', '10.0.0.5', 'Static-Override') + acl('B', '10.0.0.6', 'Static-Override');
    const deny = bits('deny  ', '239.3.0.0', '0.0.255.255');
    const denyB = bits('deny  ', '239.5.0.0', '0.0.255.255');
    const lists = list('A', deny24, deny, permit8) + list('B', deny24, denyB, 'permit any');
    expect(rpIn('239.2.2.9', AUTO_RP + mappings, lists)).toBe('10.0.0.9');
    expect(rpIn('239.2.2.9', mappings, lists)).toBeNull();
    expect(rpIn('239.3.0.9', AUTO_RP + mappings, lists)).toBe('10.0.0.6');
    expect(rpIn('239.4.0.9', AUTO_RP + mappings, lists)).toBe('10.0.0.6');
    expect(rpIn('239.5.0.9', AUTO_RP + mappings, lists)).toBe('10.0.0.5');
    const within = list('A', bits('deny  ', '239.2.0.0', '0.0.255.255'), permit8);
    expect(rpIn('239.2.2.9', mappings, within + list('B', deny24, 'permit any'))).toBeNull();
    expect(rpIn('239.2.3.9', mappings, within + list('B', deny24, 'permit any'))).toBe('10.0.0.6');
  });

  test('of one list the RP that overrides', () => {
    const mappings = acl('1', '10.0.0.7') + acl('1', '10.0.0.5', 'Static-Override');
    expect(rpIn('239.2.2.9', mappings, list('1', permit16))).toBe('10.0.0.5');
  });
});
