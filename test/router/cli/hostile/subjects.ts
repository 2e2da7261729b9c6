/** Every platform in each form that it is read in: what a router prints when all is well, and a CLI that prints it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Platform } from '../../../../src/router/cli/platform.ts';
import { platforms } from '../../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../../src/router/port.ts';
import { OUTPUTS as ARISTA_EOS } from '../support/box/arista-eos.ts';
import { OUTPUTS as CISCO_IOS } from '../support/box/cisco-ios.ts';
import { OUTPUTS as CISCO_IOSXR } from '../support/box/cisco-iosxr.ts';
import { OUTPUTS as CISCO_NXOS } from '../support/box/cisco-nxos.ts';
import { OUTPUTS as JUNIPER_JUNOS } from '../support/box/juniper-junos.ts';
import { TEXT_OUTPUTS as JUNIPER_JUNOS_TEXT } from '../support/box/juniper-junos-text.ts';
import { type FakeShell, fakeCli, fakeSh, fakeVtysh } from '../support/fake-shell.ts';
import { FRR_OUTPUTS } from '../support/frr-outputs.ts';
import { LINUX_OUTPUTS } from '../support/linux-outputs.ts';
import { BUSYBOX, linuxTextOutputs } from '../support/linux-text-outputs.ts';
import { LINUX_VRF_OUTPUTS } from '../support/linux-vrf-outputs.ts';
import { MROUTED_FILE_OUTPUTS, MROUTED_OUTPUTS } from '../support/mrouted-outputs.ts';
import { TEXTS as CISCO_NXOS_TEXT } from '../support/nxos.ts';

export interface Subject {
  readonly name: string;
  readonly platform: Platform;
  /** By command. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly fake: (outputs: Readonly<Record<string, string>>) => FakeShell;
  readonly queries: readonly ForwardingQuery[];
  /** Folders of the corpus with outputs of such routers. */
  readonly corpus: readonly string[];
}

const HOST_QUERIES: readonly ForwardingQuery[] = [
  { family: 4, group: '239.1.2.3', source: '198.18.0.5' },
  { family: 6, group: 'ff3e::1', source: '2001:db8:5::5' },
];

const DOMAIN_QUERIES: readonly ForwardingQuery[] = [
  { family: 4, group: '239.1.1.1', source: '10.1.0.2' },
  { family: 6, group: 'ff15::1:1', source: 'fd00:1::2' },
];

const typedTo = { fake: fakeCli, queries: DOMAIN_QUERIES };
const ofHost = { fake: fakeSh, queries: HOST_QUERIES, corpus: ['linux'] };

/** Releases that print text where others print JSON, and say nothing of it. */
const NXOS_WITHOUT_JSON = {
  ...CISCO_NXOS,
  ...Object.fromEntries(Object.entries(CISCO_NXOS_TEXT).map(([command, text]) => [`${command} | json`, text])),
};

/** What is not there is refused. */
const withoutJson = (outputs: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(outputs).filter(([command]) => !command.endsWith('| json')));

export const SUBJECTS: readonly Subject[] = [
  { name: 'arista-eos', platform: platforms['arista-eos'](), outputs: ARISTA_EOS, ...typedTo, corpus: ['arista_eos'] },
  {
    name: 'arista-eos, where JSON is refused',
    platform: platforms['arista-eos'](),
    outputs: withoutJson(ARISTA_EOS),
    ...typedTo,
    corpus: ['arista_eos'],
  },
  {
    name: 'cisco-ios',
    platform: platforms['cisco-ios'](),
    outputs: CISCO_IOS,
    ...typedTo,
    corpus: ['cisco_ios', 'cisco_iosxe'],
  },
  {
    name: 'cisco-iosxr',
    platform: platforms['cisco-iosxr'](),
    outputs: CISCO_IOSXR,
    ...typedTo,
    corpus: ['cisco_iosxr'],
  },
  { name: 'cisco-nxos', platform: platforms['cisco-nxos'](), outputs: CISCO_NXOS, ...typedTo, corpus: ['cisco_nxos'] },
  {
    name: 'cisco-nxos, with text for JSON',
    platform: platforms['cisco-nxos'](),
    outputs: NXOS_WITHOUT_JSON,
    ...typedTo,
    corpus: ['cisco_nxos'],
  },
  {
    name: 'cisco-nxos, where JSON is refused',
    platform: platforms['cisco-nxos'](),
    outputs: { ...withoutJson(CISCO_NXOS), ...CISCO_NXOS_TEXT },
    ...typedTo,
    corpus: ['cisco_nxos'],
  },
  {
    name: 'juniper-junos',
    platform: platforms['juniper-junos'](),
    outputs: JUNIPER_JUNOS,
    ...typedTo,
    corpus: ['juniper_junos'],
  },
  {
    name: 'juniper-junos, where XML is refused',
    platform: platforms['juniper-junos'](),
    outputs: JUNIPER_JUNOS_TEXT,
    ...typedTo,
    corpus: ['juniper_junos'],
  },
  {
    name: 'frr',
    platform: platforms.frr(),
    outputs: FRR_OUTPUTS,
    fake: fakeVtysh,
    queries: HOST_QUERIES,
    corpus: ['frr'],
  },
  { name: 'linux', platform: platforms.linux(), outputs: LINUX_OUTPUTS, ...ofHost },
  { name: 'linux, in text', platform: platforms.linux(), outputs: linuxTextOutputs(BUSYBOX), ...ofHost },
  { name: 'linux, a VRF', platform: platforms.linux({ vrf: 'blue' }), outputs: LINUX_VRF_OUTPUTS, ...ofHost },
  { name: 'mrouted', platform: platforms.mrouted(), outputs: MROUTED_OUTPUTS, ...ofHost },
  { name: 'mrouted, from files', platform: platforms.mrouted(), outputs: MROUTED_FILE_OUTPUTS, ...ofHost },
];

const CORPUS = join(import.meta.dirname, '../../../../../shared/corpus');

/** Outputs of real routers, where the corpus is there. */
export function samplesOf({ corpus }: Subject): string[] {
  return corpus.flatMap((folder) => {
    if (!existsSync(join(CORPUS, folder))) return [];
    const files = readdirSync(join(CORPUS, folder), { recursive: true, encoding: 'utf8' });
    return files
      .filter((file) => file.endsWith('.txt'))
      .map((file) => readFileSync(join(CORPUS, folder, file), 'utf8'));
  });
}

/** What is asked for the queries, in every form, each with the outputs that it gets when all is well. */
export function questionsOf({ platform, queries, outputs }: Subject) {
  return [
    platform.table,
    ...queries.flatMap((query) => [
      platform.forwarding(query),
      platform.forwarding({ ...query, group: null }),
      platform.path(query.source!, query.family),
    ]),
  ]
    .flatMap((question) => [question, ...(question.otherwise === undefined ? [] : [question.otherwise])])
    .map(({ commands, parse }) => ({ commands, parse, good: commands.map((command) => outputs[command] ?? '') }));
}

type AskedQuestion = ReturnType<typeof questionsOf>[number];

/** By platform, what any of its subjects is asked: of the one that has an answer to all of it, else of the first. */
export function eachQuestionOnce(): ReadonlyMap<string, readonly AskedQuestion[]> {
  const byPlatform = new Map<string, Map<string, AskedQuestion>>(
    SUBJECTS.map(({ platform }) => [platform.name, new Map()]),
  );
  const isWhole = ({ good }: AskedQuestion) => good.every((output) => output !== '');
  for (const subject of SUBJECTS) {
    const chosen = byPlatform.get(subject.platform.name)!;
    for (const question of questionsOf(subject)) {
      const key = question.commands.join('\n');
      const other = chosen.get(key);
      if (other === undefined || (isWhole(question) && !isWhole(other))) chosen.set(key, question);
    }
  }
  return new Map([...byPlatform].map(([name, chosen]) => [name, [...chosen.values()]]));
}
