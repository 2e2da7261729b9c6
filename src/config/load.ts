/**
 * Loads a configuration file: the one place where the contract (schema.ts), what this version lacks (unsupported.ts),
 * what looks unwise (caution.ts) and the outside (files, environment) meet.
 */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readDocument } from '../document/document.ts';
import type { Problem } from '../document/problem.ts';
import { unreadable } from '../document/unreadable.ts';
import { cautions, type Missing } from './caution.ts';
import type { Config } from './config.ts';
import { keyJudge } from './private-key.ts';
import { configSchema } from './schema.ts';
import { readSecret, type SecretSources } from './secret.ts';
import { refusals } from './unsupported.ts';

export type LoadedConfig =
  | { readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly problems: readonly Problem[] };

/** A configuration that long is the wrong file, and would keep the daemon from its work for a second. */
const MAX_OCTETS = 1024 * 1024;

/**
 * Reads the file, the secrets it names, and the environment.
 * @param path absolute, or from the working directory; print problems with `formatProblem(path, problem)`
 * @param env where `env:NAME`, $CREDENTIALS_DIRECTORY and $PATH are looked up
 * @returns the configuration, or every error. Never throws.
 */
export function loadConfig(path: string, env: SecretSources['env'] = process.env): LoadedConfig {
  const text = readConfigFile(path);
  if (typeof text !== 'string') return { problems: [text] };
  const folder = dirname(resolve(path));
  const schema = configSchema({
    resolvePath: (relative) => resolve(folder, relative),
    readSecret: (name) => readSecret(name, { folder, env }),
    judgeKey: keyJudge(),
  });
  const reading = readDocument(text, 'yaml', schema, refusals);
  if ('problems' in reading) return { problems: reading.problems };

  const config = reading.value;
  return { config, warnings: cautions(config, missingFor(env)).map(reading.place) };
}

function readConfigFile(path: string): string | Problem {
  const refuse = (what: string): Problem => ({ line: 1, column: 1, path: '', what });
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return refuse('not a file');
    if (stat.size > MAX_OCTETS) return refuse(`too long for a configuration (${stat.size} octets)`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    return refuse(unreadable(error));
  }
}

const missing: Missing = (path, wanted) => {
  try {
    const stat = statSync(path);
    if (!(wanted === 'socket' ? stat.isSocket() : stat.isFile())) return `is not a ${wanted}`;
    accessSync(path, wanted === 'program' ? constants.X_OK : constants.R_OK);
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'is not there';
    return wanted === 'program' ? 'cannot be executed' : unreadable(error);
  }
};

/** A program without a slash is looked for as execvp(3) does it. */
function missingFor({ PATH = '/bin:/usr/bin' }: SecretSources['env']): Missing {
  return (path, wanted) => {
    if (wanted !== 'program' || path.includes('/')) return missing(path, wanted);
    const isThere = (folder: string) => missing(join(folder, path), 'program') === undefined;
    return PATH.split(':').some(isThere) ? undefined : 'is not in PATH';
  };
}
