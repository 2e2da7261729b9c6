/** Outputs in the place of each other, as of a session that has lost count: never "there is none". */
import { describe, expect, test } from 'vitest';
import type { Question } from '../../../../src/router/cli/platform.ts';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import { OUTPUTS } from '../support/box/juniper-junos.ts';
import { TEXT_OUTPUTS } from '../support/box/juniper-junos-text.ts';

const ALL = { ...TEXT_OUTPUTS, ...OUTPUTS };
const QUERY = { family: 4, group: '239.1.1.1', source: '10.1.0.2' } as const;
const { table, forwarding } = platforms['juniper-junos']();
const QUESTIONS: readonly Question<unknown>[] = [table, forwarding(QUERY)].flatMap((question) => [
  question,
  question.otherwise!,
]);

/** What an answer is not whole without. */
const NEEDED = /^show (?:interfaces|route instance|pim interfaces inet|pim join|multicast route)\b/;
const bare = (command: string) => command.replace(/ \| .*$/, '').replace(/inet6/, 'inet');
const errorOf = (question: Question<unknown>, index: number, output: string) => {
  const outputs = question.commands.map((command, at) => (at === index ? output : (ALL[command] ?? '')));
  try {
    question.parse(outputs);
  } catch (error) {
    return error;
  }
  return undefined;
};
const CASES = QUESTIONS.flatMap((question) =>
  question.commands.flatMap((command, index) => (NEEDED.test(command) ? [{ question, command, index }] : [])),
);

describe.each(CASES)('in the place of $command', ({ question, command, index }) => {
  test('its own output is read', () => {
    expect(errorOf(question, index, ALL[command]!)).toBeUndefined();
  });

  test('no other command’s is', () => {
    const others = Object.keys(ALL).filter((other) => bare(other) !== bare(command));
    expect(others.filter((other) => errorOf(question, index, ALL[other]!) === undefined)).toEqual([]);
  });

  test.each([
    'Note: The routing engine is busy\n',
    'Interface: ge-0/0/0.0\n    Description: LACP is not configured\n',
    'Instance: PIM.master\nAddress family INET\n\n{master}\n',
    'Instance: PIM.master\nInstance: PIM.master\n\nSource-specific Mode (SSM) active for group 232.1.1.1\n',
    'Instance: red Family: INET\nResolve requests on interfaces not enabled for multicast 0\n',
    'Interface           IP V Mode        Option       Uptime Neighbor addr\n',
  ])('%j', (text) => {
    expect(errorOf(question, index, text)).toMatchObject({ code: 'ERR_READER_OUTPUT' });
  });
});

test.each([
  'PIM instance is not running\n',
  'node0:\n----------\ninstance is not running\n\nnode1:\n----------\ninstance is not running\n',
  '<rpc-reply><output>PIM instance is not running</output></rpc-reply>',
])('nothing runs, which is an answer: %j', (text) => {
  for (const { question, index } of CASES.filter(({ command }) => / (?:pim|multicast) /.test(command))) {
    expect(errorOf(question, index, text)).toBeUndefined();
  }
});

test.each([
  ['pim interfaces inet', 'Instance: PIM.master\n\n{master}\n'],
  ['pim interfaces inet', 'Instance: PIM.master\n\nName               Stat Mode IP V State        NbrCnt DR address\n'],
  ['pim interfaces inet', '\nName               Stat Mode IP V State        NbrCnt JoinCnt(sg/*g) DR address\n'],
  ['pim ', 'Instance: PIM.master\n\nPIM is not running\n\n{master}\n'],
  ['pim join', 'Instance: PIM.master Family: INET\nR = Rendezvous Point Tree, S = Sparse, W = Wildcard\n'],
  ['pim join', 'Instance: PIM.master Family: INET\n\nInstance: PIM.master Family: INET6\n'],
  ['multicast route', 'Instance: master Family: INET\n\nInstance: master Family: INET6\n'],
  ['multicast route', 'Family: INET\n\nAddress family: INET6\n'],
])('a table of %s without rows is one: %j', (name, text) => {
  for (const { question, index } of CASES.filter(({ command }) => command.startsWith(`show ${name}`))) {
    expect(errorOf(question, index, text)).toBeUndefined();
  }
});

test('forwarding: another group is no answer', () => {
  const other = '239.1.1.2';
  for (const { question, index, command } of CASES.filter(({ command }) => /join|multicast route/.test(command))) {
    const output = ALL[command]!.replaceAll(QUERY.group, other);
    expect(errorOf(question, index, output)).toMatchObject({ code: 'ERR_READER_OUTPUT' });
  }
});
