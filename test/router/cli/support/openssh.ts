/** OpenSSH's own server and tools on loopback, as the user who runs the test. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

const SSHD = '/usr/sbin/sshd';
export const KEY_TYPES = ['ed25519', 'ecdsa', 'rsa'] as const;

/** For the name of what is skipped; '' where nothing is missing. */
export function reasonToSkip(): string {
  if (!existsSync(SSHD)) return ` (SKIPPED: no ${SSHD})`;
  const { username, shell } = userInfo();
  // sshd lets nobody in who could not log in at a terminal, such as the user nobody.
  return /(?:nologin|false)$/.test(shell ?? '') ? ` (SKIPPED: ${username} has no login shell)` : '';
}

export interface Openssh {
  readonly port: number;
  /** The line of a known_hosts file for one of its keys. */
  line(type: (typeof KEY_TYPES)[number]): string;
  /** A file in its folder. */
  path(name: string): string;
  /** Runs ssh-keygen, and returns what it prints. */
  keygen(...argv: readonly string[]): string;
  stop(): Promise<void>;
}

/** A server that lets in the keys `id` and `locked` (passphrase `pass phrase`) of its folder, by key only. */
export async function startOpenssh(settings: readonly string[] = []): Promise<Openssh> {
  const directory = await mkdtemp(join(tmpdir(), 'sshd-'));
  const port = await freePort();
  const path = (name: string) => join(directory, name);
  const keygen = (...argv: readonly string[]) =>
    execFileSync('ssh-keygen', argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  for (const type of KEY_TYPES)
    keygen('-q', '-t', type, ...(type === 'rsa' ? ['-b', '2048'] : []), '-N', '', '-f', path(`host_${type}`));
  keygen('-q', '-t', 'ed25519', '-N', '', '-f', path('id'));
  keygen('-q', '-t', 'ed25519', '-N', 'pass phrase', '-f', path('locked'));
  await writeFile(
    path('authorized_keys'),
    [await readFile(path('id.pub')), await readFile(path('locked.pub'))].join(''),
  );
  const keys = new Map<string, string>();
  for (const type of KEY_TYPES)
    keys.set(type, (await readFile(path(`host_${type}.pub`), 'utf8')).split(' ').slice(0, 2).join(' '));
  const config = [
    `ListenAddress 127.0.0.1:${port}`,
    ...KEY_TYPES.map((type) => `HostKey ${path(`host_${type}`)}`),
    `AuthorizedKeysFile ${path('authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    ...settings,
  ];
  await writeFile(path('sshd_config'), config.join('\n'));
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = spawn(SSHD, ['-D', '-e', '-f', path('sshd_config')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => sshd.once('close', () => resolve()));
  await vi.waitFor(() => answers(port), { timeout: 10_000 });
  return {
    port,
    path,
    keygen,
    line: (type) => `[127.0.0.1]:${port} ${keys.get(type)}\n`,
    stop: async () => {
      sshd.kill();
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(void socket.destroy()));
    socket.once('error', reject);
  });
}
