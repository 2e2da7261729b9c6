/** npm run fuzz -- [--target engine|client|snmp] [--minutes N | --executions N] [--seed N] [--family 4|6] [--missed]: grows the corpus (`--keep`). */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clientTarget } from './client/target.ts';
import { engineTarget } from './engine/target.ts';
import { type Finding, Fuzzer, minimised, nameOf } from './fuzzer.ts';
import { snmpTarget } from './snmp/target.ts';
import type { Target } from './target.ts';
import { Watchdog } from './watchdog.ts';

const CRASHES = join(import.meta.dirname, 'crashes');
const REPORT_MS = 30_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    executions: { type: 'string' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string', default: 'engine' },
    family: { type: 'string' },
    keep: { type: 'boolean', default: false },
    missed: { type: 'boolean', default: false },
  },
});
const families = values.family === undefined ? ([4, 6] as const) : ([Number(values.family) as 4 | 6] as const);
const TARGETS: Readonly<Record<Target['name'], () => Target>> = {
  engine: () => engineTarget(families),
  client: () => clientTarget(families),
  snmp: snmpTarget,
};
const target = TARGETS[values.target as Target['name']]();
const CORPUS = join(import.meta.dirname, 'corpus', target.name);
const endMs = performance.now() + Number(values.minutes ?? 1e9) * 60_000;
const most = Number(values.executions ?? (values.minutes === undefined ? 100_000 : 1e12));

mkdirSync(CORPUS, { recursive: true });
const names = readdirSync(CORPUS).sort();
const kept = names.map((name) => new Uint8Array(readFileSync(join(CORPUS, name))));
const fuzzer = new Fuzzer(target, Number(values.seed), new Watchdog(join(CRASHES, 'endless')));
const startMs = performance.now();
for (const input of kept) report(await fuzzer.add(input, true));
// What is new in them is in the corpus already, where there is one.
for (const input of kept.length === 0 ? target.seeds() : []) report(await fuzzer.add(input));
const begun = fuzzer.executions;
let reportMs = performance.now() + REPORT_MS;
while (fuzzer.executions - begun < most && performance.now() < endMs) {
  report(await fuzzer.step());
  if (performance.now() > reportMs) {
    reportMs += REPORT_MS;
    console.log(summary());
  }
}
console.log(summary());
for (const { name, blocks, reached, missed } of fuzzer.coverage()) {
  const lines = missed.length > 0 && values.missed ? `  missed lines ${missed.join(' ')}` : '';
  console.log(`${name.padEnd(30)} ${reached}/${blocks}${lines}`);
}
if (values.keep) {
  const best = await minimised([...kept, ...fuzzer.corpus], target);
  for (const name of names) rmSync(join(CORPUS, name));
  for (const input of best) writeFileSync(join(CORPUS, nameOf(input)), input);
  console.log(`corpus: ${best.length} entries, ${best.reduce((sum, one) => sum + one.length, 0)} octets`);
}

function summary(): string {
  const seconds = (performance.now() - startMs) / 1000;
  const all = fuzzer.coverage();
  const reached = all.reduce((sum, one) => sum + one.reached, 0);
  const blocks = all.reduce((sum, one) => sum + one.blocks, 0);
  const rate = Math.round(fuzzer.executions / seconds);
  return (
    `${seconds.toFixed(0)} s, ${fuzzer.executions} executions (${rate}/s), corpus ${fuzzer.corpus.length}, ` +
    `${reached} of ${blocks} blocks (${((100 * reached) / blocks).toFixed(1)} %), ${fuzzer.outcomes.length} outcomes`
  );
}

function report(finding: Finding | undefined): void {
  if (finding === undefined) return;
  const { input, error } = finding;
  const name = nameOf(input);
  mkdirSync(CRASHES, { recursive: true });
  writeFileSync(join(CRASHES, name), input);
  const text = `${error.stack}\n\n${target.print(input)}\n`;
  writeFileSync(join(CRASHES, `${name}.txt`), text);
  console.log(`${summary()}\nFOUND after ${fuzzer.executions} executions, ${CRASHES}/${name}:\n${text}`);
  process.exit(1);
}
