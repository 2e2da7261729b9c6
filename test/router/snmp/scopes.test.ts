/** Boundaries of scopes, and what they are called. */
import { expect, test } from 'vitest';
import type { Snapshot, SnapshotScope } from '../../../src/router/snapshot.ts';
import { createSnmpReader } from '../../../src/router/snmp/reader.ts';
import { createAgentSession } from '../../../src/router/snmp/session/agent-session.ts';
import { Agent } from '../../support/snmp/agent.ts';
import * as mib from '../../support/snmp/mib.ts';
import { mibOf, type RouterMibs } from '../../support/snmp/router-mib.ts';

const ROUTER: Snapshot = {
  name: 'r',
  interfaces: [{ index: 2, name: 'eth2', addresses: ['10.2.0.4/24', 'fd00:2::4/64'], multicast: true }],
  scopes: [
    { groups: '239.255.0.0/16', interface: 2 },
    { groups: '239.1.0.0/16', interface: 2 },
    { groups: 'ff05::/16', interface: 2 },
  ],
};
const MIBS: RouterMibs = { routes: 'IPMCAST', pim: 'none', addresses: 'current', unicast: 'none', counters: 64 };

/** ipMcastScopeName…, ipMRouteScopeName…: String, Default, Status, in each language. */
function name(root: string, columns: readonly number[], place: string, text: string, isDefault = false, status = 1) {
  return {
    [`${root}.${columns[0]}.${place}`]: mib.text(text),
    [`${root}.${columns[1]}.${place}`]: mib.integer(isDefault ? 1 : 2),
    [`${root}.${columns[2]}.${place}`]: mib.integer(status),
  };
}
const ipMcastName = (place: string, language: string, ...rest: [string, boolean?, number?]) =>
  name(
    '1.3.6.1.2.1.168.1.8.1',
    [5, 6, 7],
    `${place}.${language.length}.${[...Buffer.from(language)].join('.')}`,
    ...rest,
  );
const ipMRouteName = (place: string, language: string, ...rest: [string, boolean?, number?]) =>
  name('1.3.6.1.2.1.83.1.1.6.1', [4, 5, 6], `${place}.${[...Buffer.from(language)].join('.')}`, ...rest);

async function scopesOf(
  routes: RouterMibs['routes'],
  names: Record<string, mib.Value>,
): Promise<readonly SnapshotScope[]> {
  const served = mibOf(ROUTER, { ...MIBS, routes });
  for (const [oid, value] of Object.entries(names)) served.set(oid, value);
  await using agent = await Agent.start({ mib: served });
  const credentials = { version: '2c', community: 'public' } as const;
  const session = createAgentSession({ host: '127.0.0.1', port: agent.port, credentials });
  const reader = createSnmpReader({ name: 'r', session, onOddity: () => {}, monotonicMs: () => performance.now() });
  try {
    return (await reader.readInterfaces(new AbortController().signal)).scopes ?? [];
  } finally {
    await reader.close();
  }
}

test('IPMCAST-MIB: the name of the default language, else the first; a scope of IPv6 has any flags', async () => {
  const scopes = await scopesOf('IPMCAST', {
    ...ipMcastName('1.4.239.255.0.0.16', 'de', 'Standort'),
    ...ipMcastName('1.4.239.255.0.0.16', 'en', 'Site', true),
    ...ipMcastName('1.4.239.1.0.0.16', 'de', 'Firma', false, 2),
    ...ipMcastName('1.4.239.1.0.0.16', 'en', 'Company'),
    ...ipMcastName('2.16.255.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.16', 'en', 'Site of IPv6'),
  });
  expect(scopes).toEqual([
    { groups: '239.1.0.0/16', interface: 2, name: 'Company' },
    { groups: '239.255.0.0/16', interface: 2, name: 'Site' },
    ...['ff05', 'ff15', 'ff35', 'ff75'].map((groups) => ({
      groups: `${groups}::/16`,
      interface: 2,
      name: 'Site of IPv6',
    })),
  ]);
});

test('IPMROUTE-STD-MIB, whose index ends with the language', async () => {
  const scopes = await scopesOf('IPMROUTE', {
    ...ipMRouteName('239.255.0.0.255.255.0.0', 'en-GB', 'Site'),
    ...ipMRouteName('239.1.0.0.255.0.255.0', 'en', 'a mask with a hole'),
  });
  expect(scopes).toEqual([
    { groups: '239.1.0.0/16', interface: 2 },
    { groups: '239.255.0.0/16', interface: 2, name: 'Site' },
  ]);
});

test('IPv6: of a range that is not that of a scope, and of one that has its flags, none but these', async () => {
  const boundary = (groups: string) => ({ [`1.3.6.1.2.1.168.1.7.1.8.2.2.16.${groups}`]: mib.integer(1) });
  const scopes = await scopesOf('IPMCAST', {
    ...boundary('255.21.0.0.0.0.0.0.0.0.0.0.0.0.0.0.16'),
    ...boundary('255.8.0.1.0.0.0.0.0.0.0.0.0.0.0.0.32'),
  });
  expect(scopes.map(({ groups }) => groups)).toEqual([
    '239.1.0.0/16',
    '239.255.0.0/16',
    ...['ff05', 'ff15', 'ff35', 'ff75'].map((groups) => `${groups}::/16`),
    'ff08:1::/32',
    'ff15::/16',
  ]);
});

test.each([
  ['IPMCAST', '1.3.6.1.2.1.168.1.7.1.8.2.1.4.239.3.0.0.16'],
  ['IPMROUTE', '1.3.6.1.2.1.83.1.1.5.1.4.2.239.3.0.0.255.255.0.0'],
] as const)('%s: a boundary that is not in service is none', async (routes, row) => {
  const groupsOf = async (status: number) =>
    (await scopesOf(routes, { [row]: mib.integer(status) })).map(({ groups }) => groups);
  expect(await groupsOf(1)).toContain('239.3.0.0/16');
  expect(await groupsOf(2)).not.toContain('239.3.0.0/16');
});
