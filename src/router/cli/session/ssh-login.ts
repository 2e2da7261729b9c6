/**
 * One login by ssh: TCP, host key, credentials. Yields a connection that is ready for commands, or says which of the
 * three failed. The known_hosts file is read for every login, so a corrected file helps without a restart.
 */
import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import { abortError, unlessAborted, unlessFired } from '../../abort.ts';
import { ReaderError } from '../../port.ts';
import { excerpt, whyOf } from '../excerpt.ts';
import { fingerprint, hostKeyType, judgeHostKey, knownHostLine, knownKeyTypes } from './known-hosts.ts';
import { algorithms } from './ssh-algorithms.ts';
import { SshConnection } from './ssh-connection.ts';
import type { Credentials, SshCredentials } from './ssh-credentials.ts';
import { connectTo } from './tcp.ts';

export interface SshTarget extends SshCredentials {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /** Path of an OpenSSH known_hosts file. */
  readonly knownHosts: string;
  /** Whether algorithms may be used that are no longer safe. */
  readonly legacyAlgorithms?: boolean | undefined;
  /** The host that leads there; absent: none. */
  readonly jump?: Jump | undefined;
}

/** A host through which others are reached. */
export interface Jump {
  /** A connection to `host` at `port`. Rejects with a `ReaderError`, at the latest when the signal fires. */
  connect(host: string, port: number, signal: AbortSignal): Promise<Duplex>;
}

export interface LoginTimes {
  /** Time between keepalives; the third in a row that stays without an answer ends the connection. */
  readonly keepaliveMs: number;
  /** How long an agent may take for one answer. */
  readonly agentWaitMs: number;
}

export const LOGIN_DEFAULTS: LoginTimes = { keepaliveMs: 15_000, agentWaitMs: 2_000 };

/**
 * Logs in once. The connection is the caller's, who must end it.
 * Rejects with a `ReaderError`: ERR_READER_UNREACHABLE, ERR_READER_HOST_KEY, ERR_READER_AUTHENTICATION,
 * ERR_READER_TIMEOUT, or what `signal` fires with.
 * @param credentials the target's, kept between logins
 */
export async function login(
  target: SshTarget,
  credentials: Credentials,
  times: LoginTimes,
  signal: AbortSignal,
): Promise<SshConnection> {
  const where = `ssh to ${target.host}:${target.port}`;
  const attempt = credentials.attempt({
    where,
    mayUseSha1: target.legacyAlgorithms === true,
    agentWaitMs: times.agentWaitMs,
  });
  const knownHosts = await unlessAborted(readKnownHosts(target.knownHosts, where), signal, where, 'known hosts');
  const socket = await transportTo(target, signal);
  const client = new ssh2.Client();
  const connection = new SshConnection(client, socket);
  let hostKeyError: ReaderError | undefined;
  let awaited = 'TCP connection';
  try {
    const ready = new Promise<SshConnection>((resolve, reject) => {
      client.once('connect', () => {
        awaited = 'ssh handshake';
      });
      client.once('handshake', () => {
        awaited = 'answer to the login';
      });
      client.once('ready', () => resolve(connection));
      const closed = () => hostKeyError ?? unreachable(where, 'the connection was closed during login');
      void connection.closed.then(() => reject(closed())); // ssh2 says nothing of a socket that was closed before.
      client.on('change password', (prompt) => reject(attempt.expired(prompt)));
      client.on('error', (error) => {
        if (levelOf(error) === 'agent') return attempt.hindered(error); // ssh2 itself goes on.
        reject(hostKeyError ?? (endsTries(error) ? attempt.refused(excerpt(error.message)) : failure(target, error)));
        connection.failure ??= error;
        connection.destroy(); // Also later: a connection with a protocol error must not stay half open.
      });
      client.connect({
        sock: socket,
        username: target.user,
        authHandler: (offered, _partial, next) => {
          const method = attempt.next(offered, reject);
          if (method !== undefined) next(method);
          else reject(attempt.refused());
        },
        algorithms: algorithms(knownKeyTypes(knownHosts ?? '', target.host, target.port), target.legacyAlgorithms),
        hostVerifier: (key: Buffer) => {
          hostKeyError = refuseHostKey(knownHosts, target, key);
          return hostKeyError === undefined;
        },
        readyTimeout: 0, // The signal says when.
        keepaliveInterval: times.keepaliveMs,
        keepaliveCountMax: 3,
      });
    });
    return await unlessFired(ready, signal, () => abortError(signal, where, awaited));
  } catch (error) {
    connection.destroy();
    await connection.closed;
    throw error instanceof ReaderError ? error : unreachable(where, 'cannot be started', error);
  } finally {
    attempt.end();
  }
}

async function transportTo({ host, port, jump }: SshTarget, signal: AbortSignal): Promise<Duplex> {
  return jump === undefined ? connectTo(host, port) : jump.connect(host, port, signal);
}

/** `undefined` = there is no such file, in which nobody is known. */
async function readKnownHosts(path: string, where: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const why = `the known hosts in ${path} cannot be read: ${whyOf(cause)}`;
    throw new ReaderError('ERR_READER_HOST_KEY', `${where}: ${why}`, { cause });
  }
}

/** Why this host key is refused, and what would make it accepted; `undefined` when it is known. */
function refuseHostKey(knownHosts: string | undefined, target: SshTarget, key: Buffer): ReaderError | undefined {
  const { host, port, knownHosts: path } = target;
  const verdict = judgeHostKey(knownHosts ?? '', host, port, key);
  if (verdict === 'known') return undefined;
  const shown = `ssh to ${host}:${port}: the host key ${hostKeyType(key)} ${fingerprint(key)}`;
  const line = knownHostLine(host, port, key);
  const message = {
    unknown: `${shown} is not in ${path}${knownHosts === undefined ? ', which is not there' : ''}; if it is the right one, add the line: ${line}`,
    changed: `${shown} is not the one in ${path}; if the router has a new key, replace its line there by: ${line}`,
    revoked: `${shown} is revoked in ${path}`,
  }[verdict];
  return new ReaderError('ERR_READER_HOST_KEY', message);
}

/** ssh2 marks its errors with where they come from. */
function levelOf(error: unknown): unknown {
  return error instanceof Error && 'level' in error ? error.level : undefined;
}

/** `SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE` (RFC 4253 §11.1); OpenSSH says it in words only. */
function endsTries(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  return code === 14 || (typeof code === 'number' && /too many authentication failures/i.test(error.message));
}

/** What ssh2 says went wrong, in our terms. */
function failure({ host, port, legacyAlgorithms }: SshTarget, cause: unknown): ReaderError {
  const where = `ssh to ${host}:${port}`;
  const level = levelOf(cause);
  const why = whyOf(cause);
  if (level === 'client-authentication')
    return new ReaderError('ERR_READER_AUTHENTICATION', `${where}: ${why}`, { cause });
  if (level === 'handshake' && why.includes('no matching') && legacyAlgorithms !== true)
    return unreachable(where, `${why}; for a router that is too old for others, set legacyAlgorithms: true`, cause);
  return unreachable(where, why, cause);
}

function unreachable(where: string, why: string, cause?: unknown): ReaderError {
  return new ReaderError('ERR_READER_UNREACHABLE', `${where}: ${why}`, { cause });
}
