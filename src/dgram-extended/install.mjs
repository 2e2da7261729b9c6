/**
 * `npm install` of the addon, the way node-gyp-build does it: a prebuilt binary when there is one that loads, else
 * node-gyp (npm's own). An argument names another directory with the sources in it to build there. Needs python3, make
 * and g++ (the linker's name in Node's own build rules), and no network where Node's headers lie beside Node.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = process.argv[2] ?? dirname(fileURLToPath(import.meta.url));

if (process.platform !== 'linux') {
  console.log(
    `dgram-extended: not built on ${process.platform}; the client mtrace2 works, the daemon mtrace2d needs Linux`,
  );
  process.exit(0);
}

const env = { ...process.env };
// node-gyp downloads the headers otherwise.
const prefix = dirname(dirname(process.execPath));
const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node_api.h'));
if (hasHeaders && !env.npm_config_nodedir) env.npm_config_nodedir = prefix;
// node-gyp-build keeps a build that loads. That is right for a prebuilt one; ours could be older than its sources.
if (!existsSync(join(home, 'prebuilds'))) env.npm_config_build_from_source = 'true';

const builder = createRequire(import.meta.url).resolve('node-gyp-build/bin.js');
const { status, error } = spawnSync(process.execPath, [builder], { cwd: home, env, stdio: 'inherit' });
if (status !== 0) {
  console.error('dgram-extended: the build failed; it needs python3, make, g++ and the headers of this Node');
  console.error(error?.message ?? `npm_config_nodedir, where include/node is looked for: ${env.npm_config_nodedir}`);
  process.exit(status ?? 1);
}
