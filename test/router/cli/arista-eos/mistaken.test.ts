/** Outputs in the place of each other: never "there is none". */
import { describe, expect, test } from 'vitest';
import { parseBoundaries } from '../../../../src/router/cli/arista-eos/parse-boundaries.ts';
import { parseInterfacesText } from '../../../../src/router/cli/arista-eos/parse-interfaces-text.ts';
import { parsePath } from '../../../../src/router/cli/arista-eos/parse-path.ts';
import { parseNeighbors, parsePimInterfaces, parseRps } from '../../../../src/router/cli/arista-eos/parse-pim.ts';
import { aristaEos } from '../../../../src/router/cli/arista-eos/platform.ts';
import type { Question } from '../../../../src/router/cli/platform.ts';
import { OUTPUTS } from '../support/box/arista-eos.ts';
import { fakeCli, type Outputs, readerWith } from '../support/fake-shell.ts';

const C = 'command';

describe('the answer to another question', () => {
  const entries = OUTPUTS['show ip mroute 239.1.1.1 detail']!;

  test('entries, with their legend, are no interfaces and no neighbours of PIM', () => {
    expect(() => parsePimInterfaces(entries, C, 4)).toThrow('cannot be understood');
    expect(() => parseNeighbors(entries, C, 4)).toThrow('cannot be understood');
  });

  test.each<[string, (output: string) => unknown, string[]]>([
    [
      'interfaces',
      (output) => parsePimInterfaces(output, C, 4),
      ['show ip pim neighbor', 'show pim ipv6 interface', 'show pim ipv4 rp'],
    ],
    [
      'neighbours',
      (output) => parseNeighbors(output, C, 6),
      ['show pim ipv6 interface', 'show ip pim neighbor', 'show pim ipv6 rp'],
    ],
    [
      'RPs',
      (output) => parseRps(output, C, 4),
      ['show ip pim neighbor', 'show pim ipv4 interface', 'show pim ipv6 rp', 'show ip mroute 239.1.1.1 detail'],
    ],
  ])('other tables of PIM, and the same of IPv6, are not its %s', (_, parse, commands) => {
    for (const command of commands) expect(() => parse(OUTPUTS[command]!)).toThrow('cannot be understood');
  });

  test('links with IGMP are not interfaces', () => {
    expect(() => parseInterfacesText(OUTPUTS['show ip igmp interface']!, C)).toThrow('cannot be understood');
  });

  test.each([
    'show ip mroute 232.1.1.1 detail',
    'show multicast fib ipv4 239.1.1.1 count',
    'show pim ipv6 sparse-mode route ff15::1:1 detail',
  ])('%s does not say that a group has no entries', async (command) => {
    const own = 'show ip mroute 239.1.1.1 detail';
    const query = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
    const read = (outputs: Outputs) =>
      readerWith(aristaEos(), fakeCli(outputs)).readForwarding(query, new AbortController().signal);
    const outputs = { ...OUTPUTS, [own]: OUTPUTS[command]! };
    expect((await read(outputs)).routes).toHaveLength(2); // as JSON
    await expect(
      read({ ...outputs, [`${own.replace(' detail', '')} | json`]: '% Invalid input' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('Invalid input') });
  });

  test.each(['show interfaces', 'show ip mroute 239.1.1.1 detail', 'show ip route 10.1.0.2 | json'])(
    '%s has no boundaries, and does not say that there are none',
    (command) => expect(() => parseBoundaries(OUTPUTS[command]!, C)).toThrow('cannot be understood'),
  );

  test.each(['show ip route 10.0.0.2 | json', 'show ip mroute 239.1.1.1 | json'])(
    '%s does not say that something else is unreachable',
    (command) => expect(() => parsePath(OUTPUTS[command]!, C, undefined, '10.1.0.2')).toThrow('cannot be understood'),
  );
});

test('no output is taken for that of another command', () => {
  const platform = aristaEos();
  const queries = [
    { family: 4, group: '239.1.1.1', source: '10.1.0.2' },
    { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' },
  ] as const;
  const questions: Question<unknown>[] = [
    platform.table,
    ...queries.flatMap((query) => [platform.forwarding(query), platform.path(query.source, query.family)]),
  ];
  const taken = questions.flatMap(({ commands, parse }) => {
    const own = commands.map((command) => OUTPUTS[command] ?? '% Invalid input');
    const partOf = (output: string, at: number) => {
      try {
        return JSON.stringify(parse(own.with(at, output)));
      } catch {
        return 'refused';
      }
    };
    return commands.flatMap((command, at) => {
      const rightful = [partOf(own[at]!, at), partOf('% Invalid input', at)];
      const others = Object.keys(OUTPUTS).filter((other) => !rightful.includes(partOf(OUTPUTS[other]!, at)));
      return others.map((other) => `${other} for ${command}`);
    });
  });
  expect(taken).toEqual([]);
});
