/** What the platform asks of Junos, and by what it knows the CLI. */
import { describe, expect, test } from 'vitest';
import { platforms } from '../../../../src/router/cli/platforms.ts';

describe('the platform', () => {
  test('master is the default instance', () => {
    const master = platforms['juniper-junos']({ vrf: 'master' });
    expect(master.table.commands).toEqual(platforms['juniper-junos']().table.commands);
    expect(master.path('10.1.0.2', 4).commands).toEqual(['show multicast rpf inet 10.1.0.2 | display xml']);
  });

  test('a routing instance is in every command that has one', () => {
    const blue = platforms['juniper-junos']({ vrf: 'blue' });
    const questions = [
      blue.table,
      blue.forwarding({ family: 4, group: '239.1.1.1', source: '10.1.0.2' }),
      blue.forwarding({ family: 6, group: null, source: 'fd00::2' }),
      blue.path('fd00::2', 6),
    ];
    const sent = questions.flatMap(({ commands }) => commands);
    expect(sent).toEqual([
      'show interfaces routing-instance blue',
      'show pim interfaces inet instance blue | display xml',
      'show pim interfaces inet6 instance blue | display xml',
      'show pim neighbors instance blue | display xml',
      'show pim rps inet instance blue | display xml',
      'show pim rps inet6 instance blue | display xml',
      'show multicast scope instance blue | display xml',
      'show igmp interface',
      'show mld interface',
      'show pim join extensive inet 239.1.1.1 instance blue | display xml',
      'show multicast statistics inet instance blue | display xml',
      'show multicast route extensive inet group 239.1.1.1 source-prefix 10.1.0.2 instance blue | display xml',
      'show pim rps inet 239.1.1.1 instance blue',
      'show multicast statistics inet6 instance blue | display xml',
      'show multicast rpf inet6 fd00::2 instance blue | display xml',
    ]);
    const plain = questions.flatMap(({ otherwise }) => otherwise?.commands ?? []);
    expect(plain).toEqual(sent.map((command) => command.replace(' | display xml', '')));
  });

  test.each([
    ['user@r1> ', true],
    ['user@r1-re0>', true],
    ['j.doe+lab@core-1.example.net> ', true],
    ['user@r1:blue> ', true],
    ['user@corp.example@r1> ', true], // of a domain
    ['root> ', true],
    ['user@r1# ', false],
    ['root@r1% ', false],
    ['    </cli>', false],
    ['</rpc-reply>', false],
    ['<output>a>', false],
    ['10.0.0.1 --> 0/0', false],
  ])('%j is a prompt: %j', (line, isPrompt) => {
    expect(platforms['juniper-junos']().terminal?.prompt.test(line)).toBe(isPrompt);
  });

  test.each([
    ['---(more)---', true],
    ['---(more 45%)---', true],
    ['more', false],
  ])('%j is a pager: %j', (line, isPager) => {
    expect(platforms['juniper-junos']().terminal?.pager.test(line)).toBe(isPager);
  });
});
