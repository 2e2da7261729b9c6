/** The boundaries of EOS. */
import { describe, expect, test } from 'vitest';
import { parseBoundaries } from '../../../../src/router/cli/arista-eos/parse-boundaries.ts';
import { aristaEos } from '../../../../src/router/cli/arista-eos/platform.ts';
import { OUTPUTS } from '../support/box/arista-eos.ts';
import { fakeCli, readerWith } from '../support/fake-shell.ts';

const C = 'command';

describe('boundaries', () => {
  test('prefixes may not pass; of a list what it permits may; old spelling; IPv6; lists that are not understood', () => {
    const text = `interface Ethernet1
   multicast ipv4 boundary 239.255.0.0/16
   multicast ipv4 boundary 239.192.0.0/14 out
interface Ethernet2
   ip multicast boundary SITE
   multicast ipv6 boundary ff15::/16
interface Ethernet3
   multicast ipv4 boundary MISSING
interface Ethernet4
   multicast ipv4 boundary ODD out
interface Ethernet5
   multicast ipv4 boundary LONG
ip access-list standard SITE
   10 remark permit nothing
   10 permit host 239.1.1.1
   20 deny 239.0.0.0/8
   30 permit 224.0.0.0 15.255.255.255 log
ip access-list ODD
   10 permit ip host 10.1.0.2 host 239.1.1.1
ip access-list LONG
   10 permit pim any any
   20 permit ip any 239.1.0.0/16
   30 deny ip any any
ip prefix-list SITE seq 10 permit 10.0.0.0/8
route-map X permit 10
   20 permit 225.0.0.0/8
`;
    expect(parseBoundaries(text, C)).toEqual([
      {
        family: 4,
        interface: 'Ethernet1',
        rules: [
          { groups: '239.255.0.0/16', isPermitted: false },
          { groups: '0.0.0.0/0', isPermitted: true },
        ],
      },
      {
        family: 4,
        interface: 'Ethernet1',
        direction: 'out',
        rules: [
          { groups: '239.192.0.0/14', isPermitted: false },
          { groups: '0.0.0.0/0', isPermitted: true },
        ],
      },
      {
        family: 4,
        interface: 'Ethernet2',
        rules: [
          { groups: '239.1.1.1/32', isPermitted: true },
          { groups: '239.0.0.0/8', isPermitted: false },
          { groups: '224.0.0.0/4', isPermitted: true },
        ],
      },
      {
        family: 6,
        interface: 'Ethernet2',
        rules: [
          { groups: 'ff15::/16', isPermitted: false },
          { groups: '::/0', isPermitted: true },
        ],
      },
      {
        family: 4,
        interface: 'Ethernet5',
        rules: [
          { groups: '239.1.0.0/16', isPermitted: true },
          { groups: '0.0.0.0/0', isPermitted: false },
        ],
      },
    ]);
    expect(parseBoundaries('', C)).toEqual([]);
    expect(() => parseBoundaries('% Invalid input (privileged mode required)', C)).toThrow('refused');
  });

  test.each([
    ['one line', '   multicast ipv4 boundary ONE TWO\n'],
    ['lines of their own', '   multicast ipv4 boundary ONE\n   multicast ipv4 boundary TWO\n'],
  ])('of several lists on %s what any of them permits may pass', (_, statements) => {
    const lists = (...ofTwo: string[]) => `ip access-list standard ONE
   10 permit 239.1.0.0/16
   20 deny any
ip access-list standard TWO
${ofTwo.join('\n')}
`;
    const text = `interface Ethernet1\n${statements}`;
    expect(parseBoundaries(text + lists('   10 permit 239.2.0.0/16'), C)).toEqual([
      {
        family: 4,
        interface: 'Ethernet1',
        rules: [
          { groups: '239.1.0.0/16', isPermitted: true },
          { groups: '239.2.0.0/16', isPermitted: true },
        ],
      },
    ]);
    expect(parseBoundaries(text + lists('   10 deny 239.2.2.2/32', '   20 permit 239.2.0.0/16'), C)).toEqual([]);
    expect(parseBoundaries(text + lists('   10 permit something'), C)).toEqual([]);
  });

  test('a list that is there twice at an interface is one, whatever it denies', () => {
    const text = `interface Ethernet1
   multicast ipv4 boundary ONE
   multicast ipv4 boundary ONE ONE
ip access-list standard ONE
   10 deny 239.1.0.0/16
   20 permit any
`;
    const rules = [
      { groups: '239.1.0.0/16', isPermitted: false },
      { groups: '0.0.0.0/0', isPermitted: true },
    ];
    expect(parseBoundaries(text, C)).toEqual([{ family: 4, interface: 'Ethernet1', rules }]);
  });

  test('a group that may not pass shows as a scope', async () => {
    const command = 'show running-config | include ^interface|boundary|access-list|permit|deny';
    const text = 'interface Ethernet2\n   multicast ipv4 boundary 239.0.0.0/8\n';
    const reader = readerWith(aristaEos(), fakeCli({ ...OUTPUTS, [command]: text }));
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const { scopes } = await reader.readForwarding(query, new AbortController().signal);
    expect(scopes).toEqual([{ groups: '239.1.1.1/32', interface: 2 }]);
  });
});
