/** What the agents of this world know, and what they are asked: the addresses of the lab, and those that mean something else. */
import type { ForwardingQuery } from '../../../src/router/port.ts';
import { ASM_GROUP, SOURCE, SSM_GROUP } from '../../support/lab-network.ts';

/** That an answer takes. */
export const ASK_MS = 10;
export const DURATIONS_MS = [0, 10, 1000, 4999, 60_000, 600_000, 3_600_000, 42_949_672_950];

/** An RP is in it. RFC 3956 */
const EMBEDDED_GROUP = 'ff7e:140:2001:db8:beef:feed:0:1';
const BIDIR_GROUP = '239.2.2.2';

export const QUERIES: readonly ForwardingQuery[] = [
  ...([4, 6] as const).flatMap((family): ForwardingQuery[] => [
    { family, group: SSM_GROUP[family], source: SOURCE[family] },
    { family, group: ASM_GROUP[family], source: SOURCE[family] },
    { family, group: ASM_GROUP[family], source: null },
    { family, group: null, source: SOURCE[family] },
  ]),
  { family: 6, group: EMBEDDED_GROUP, source: null },
  { family: 4, group: BIDIR_GROUP, source: '172.16.1.129' },
  { family: 6, group: EMBEDDED_GROUP, source: '2001:db8:0:1:2:3:4:5' },
  { family: 4, group: null, source: '255.255.255.254' },
  { family: 6, group: null, source: 'fe80::1:3' },
];

/** What a read may be: a query, or one of these. */
export const OTHER_READS = ['interfaces', 'routes', 'two at once', 'aborted'] as const;

export const GROUPS: Readonly<Record<4 | 6, readonly string[]>> = {
  4: [SSM_GROUP[4], ASM_GROUP[4], '239.0.0.0', '224.0.0.0', '232.0.0.0', BIDIR_GROUP, '10.1.0.2', '0.0.0.0'],
  6: [SSM_GROUP[6], ASM_GROUP[6], 'ff15::', 'ff00::', 'ff05::', 'ff70::', EMBEDDED_GROUP, 'fd00:1::2', '::'],
};
export const SOURCES: Readonly<Record<4 | 6, readonly string[]>> = {
  4: [SOURCE[4], '0.0.0.0', '172.16.1.129', '10.1.0.0'],
  6: [SOURCE[6], '::', '2001:db8:0:1:2:3:4:5', 'fd00:1::'],
};
/** Own ones, neighbors, RPs, destinations of routes; and those that nobody has. */
export const ADDRESSES: Readonly<Record<4 | 6, readonly string[]>> = {
  4: [
    ...[SOURCE[4], '10.1.0.1', '10.12.0.1', '10.12.0.2', '10.34.0.3', '10.34.0.4', '10.4.0.4', '10.0.0.2', '10.0.0.4'],
    ...['10.1.0.0', '10.0.0.0', '172.16.0.0', '172.16.1.128', '0.0.0.0', '127.0.0.1', '169.254.1.1', '224.0.0.13'],
    ...['239.1.1.1', '255.255.255.255', '10.1.0.255', '240.0.0.1'],
  ],
  6: [
    ...[
      SOURCE[6],
      'fd00:1::1',
      'fd00:12::2',
      'fd00:34::3',
      'fd00:34::4',
      'fd00:4::4',
      'fd00::2',
      'fe80::1:3',
      'fe80::4:2',
    ],
    ...['fd00:1::', 'fd00::', '2001:db8::', '2001:db8:0:1::', '2001:db8:0:1:2::', '2001:db8:beef:feed::1', '::', '::1'],
    ...['ff02::d', 'ff15::1:1', '::ffff:10.1.0.1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ],
};
