/** What EOS tells of PIM’s links, neighbours and RPs. */

import { describe, expect, test } from 'vitest';
import { parseNeighbors, parsePimInterfaces, parseRps } from '../../../../src/router/cli/arista-eos/parse-pim.ts';
import { strange } from '../support/told.ts';

const C = 'command';

describe('PIM', () => {
  test('interfaces: nobody elected, long names, modes of more than one word, IPv6', () => {
    const { lines, tell } = strange();
    const text = `Address        Interface         Mode            Neighbor  Hello  DR   DR Address  PktsQed  PktsDropped
                                                Count     Intvl  Pri
10.1.0.4       Port-Channel100.4000  sparse, bidir  0  30  1  0.0.0.0  0  0
10.2.0.4       Et2               sparse          1         30     1    10.2.0.5    0        0
fe80::4        Vlan10            sparse          1         30     1    fe80::ff:5  0        0
what
`;
    expect(parsePimInterfaces(text, C, 4, tell)).toEqual([
      { name: 'Port-Channel100.4000', designatedRouter: undefined },
      { name: 'Ethernet2', designatedRouter: '10.2.0.5' },
      { name: 'Vlan10', designatedRouter: 'fe80::ff:5' },
    ]);
    expect(lines).toEqual(['what']);
  });

  test('neighbours: one address on two links, and none', () => {
    const heading =
      'PIM Neighbor Table for red VRF\nNeighbor Address  Interface  Uptime    Expires   Mode    Transport\n';
    const rows =
      'fe80::3  Ethernet1  1d02h  00:01:32  sparse  datagram\nfe80::3  Ethernet2  never  --  sparse  stream\n';
    expect(parseNeighbors(heading + rows, C, 6)).toEqual([
      { address: 'fe80::3', interface: 'Ethernet1' },
      { address: 'fe80::3', interface: 'Ethernet2' },
    ]);
    expect(parseNeighbors(heading, C, 4)).toEqual([]);
    expect(() => parseNeighbors('', C, 4)).toThrow('nothing');
  });

  const candidate = (address: string, expires: string, priority: number, override: string) =>
    `  RP: ${address}\n    Uptime: 0:18:43, Expires: ${expires}, Priority: ${priority}, Override: ${override}\n`;

  test.each([
    [
      'learned before configured',
      [candidate('10.0.0.9', 'never', 0, 'False'), candidate('10.0.0.2', '0:01:48', 192, 'False')],
    ],
    [
      'configured to override',
      [candidate('10.0.0.9', '0:01:48', 0, 'False'), candidate('10.0.0.2', 'never', 192, 'True')],
    ],
    [
      'the lower priority',
      [candidate('10.0.0.9', '0:01:48', 10, 'False'), candidate('10.0.0.2', '0:01:48', 5, 'False')],
    ],
    [
      'the higher address',
      [candidate('10.0.0.1', '0:01:48', 5, 'False'), candidate('10.0.0.2', '0:01:48', 5, 'False')],
    ],
  ])('of several RPs: %s', (_, candidates) => {
    for (const all of [candidates, candidates.toReversed()]) {
      expect(parseRps(`Group: 239.0.0.0/8\n${all.join('')}`, C, 4)).toEqual([
        { groups: '239.0.0.0/8', address: '10.0.0.2' },
      ]);
    }
  });

  test('RPs: something else is none', () => {
    expect(() => parseRps('Hello\n', C, 4)).toThrow('cannot be understood');
    expect(parseRps('The PIM RP Set\n', C, 4)).toEqual([]);
  });

  test('RPs: ranges within one that is configured to override have no other; a range of one group; none; what is strange', () => {
    const { lines, tell } = strange();
    const text = `The PIM RP Set
Group: 239.1.0.0/16
${candidate('10.0.0.9', '0:01:48', 0, 'False')}Group: 239.0.0.0/8
${candidate('10.0.0.2', 'never', 0, 'True')}Group: 225.1.1.1
${candidate('10.0.0.9', '0:01:48', 0, 'False')}Group: 238.0.0.0/8
what
`;
    expect(parseRps(text, C, 4, tell)).toEqual([
      { groups: '239.0.0.0/8', address: '10.0.0.2' },
      { groups: '225.1.1.1/32', address: '10.0.0.9' },
    ]);
    expect(lines).toEqual(['what']);
  });
});
