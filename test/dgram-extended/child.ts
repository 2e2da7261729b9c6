/** Scripts run in a Node of their own: for what ends the process, and for what needs a network namespace. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url)('node-gyp-build') as { resolve: (directory: string) => string };
const addonPath = resolve(process.env.DGRAM_EXTENDED_PREBUILD ?? 'src/dgram-extended');

/** What every script finds in scope: `os`, `UdpSocket`, `notify` and a `slab` of 64 slots of 256 octets. */
const prelude = `
  const os = require('node:os');
  const addonPath = ${JSON.stringify(addonPath)};
  const { UdpSocket, notify } = require(addonPath);
  const slab = new ArrayBuffer(64 * 256);
`;

export function runScript(script: string, ...flags: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [...flags, '-e', prelude + script], { encoding: 'utf8', timeout: 15_000 });
}

/** Whether this user may make network namespaces. */
export const hasNamespaces = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up']).status === 0;

/** Runs shell commands, then the script, in a new network namespace that ends with it. */
export function runInNamespace(commands: readonly string[], script: string): SpawnSyncReturns<string> {
  const shell = [...commands, 'exec "$@"'].join(' && ');
  const node = [process.execPath, '-e', prelude + script];
  return spawnSync('unshare', ['-rn', 'sh', '-c', shell, 'sh', ...node], { encoding: 'utf8', timeout: 15_000 });
}
