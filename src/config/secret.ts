/**
 * Secrets: where they come from, and a value that cannot be printed by accident.
 * A secret is read when the configuration is, so that a missing one is an error of that key's line and not of the
 * first read of a router; SIGHUP reads it again.
 */
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { unreadable } from '../document/unreadable.ts';

/** Prints as `[secret]` whatever prints it (strings, JSON, util.inspect, a logger); `reveal()` is the one way out. */
export class Secret {
  readonly #value: string;
  /** Why a careful operator would keep it elsewhere; `undefined` when it is kept well. */
  readonly concern: string | undefined;

  constructor(value: string, concern?: string) {
    this.#value = value;
    this.concern = concern;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}

/** Where secrets are looked for. */
export interface SecretSources {
  /** Folder of the configuration file: relative paths start here. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Keys and passwords are short; what is longer is the wrong file. */
const MAX_OCTETS = 64 * 1024;
const READABLE_BY_OTHERS = 0o004;

/**
 * Reads `file:PATH`, `env:NAME` or `credential:NAME` (a file of that name in $CREDENTIALS_DIRECTORY, see systemd.exec);
 * anything else is the secret itself, with a concern. One line end at the end of a file is dropped.
 * @returns the secret, or the sentence that says why there is none. Never throws.
 */
export function readSecret(text: string, sources: SecretSources): Secret | string {
  const [, kind, name] = /^(file|env|credential):(.*)$/s.exec(text) ?? [];
  if (kind === undefined || name === undefined) {
    if (text === '') return 'is empty: expected a secret, or file:PATH, env:NAME, credential:NAME';
    return new Secret(text, 'a secret in clear text; better file:PATH, env:NAME or credential:NAME');
  }
  if (name === '') return `expected ${kind === 'file' ? 'a path' : 'a name'} after '${kind}:'`;
  if (kind === 'file') {
    const found = readSecretFile(resolve(sources.folder, name));
    const isOfShell = typeof found === 'string' && name.startsWith('~');
    return isOfShell ? `${found} ('~' is no folder here: write its path)` : found;
  }
  if (kind === 'env') {
    const value = sources.env[name];
    if (value === undefined) return `environment variable ${name} is not set`;
    return value === '' ? `environment variable ${name} is empty` : new Secret(value);
  }
  const directory = sources.env.CREDENTIALS_DIRECTORY;
  if (directory === undefined || !isAbsolute(directory)) {
    return `no credential '${name}': $CREDENTIALS_DIRECTORY is not set (does the systemd unit have LoadCredential=?)`;
  }
  if (name.includes('/') || name === '.' || name === '..') return `'${name}' is not the name of a credential`;
  return readSecretFile(join(directory, name));
}

function readSecretFile(path: string): Secret | string {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return `${path} is not a file`;
    if (stat.size > MAX_OCTETS) return `${path} is too long for a secret (${stat.size} octets)`;
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    if (value === '') return `${path} is empty`;
    const open = (stat.mode & READABLE_BY_OTHERS) !== 0;
    return new Secret(value, open ? `${path} can be read by everybody; chmod o-r` : undefined);
  } catch (error) {
    return `${path} ${unreadable(error)}`;
  }
}
