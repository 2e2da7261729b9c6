/** From a router's configuration to its readers. The only place that knows which kinds there are. */
import { performance } from 'node:perf_hooks';
import type { CliReaderConfig, ReaderConfig, RouterConfig, SnmpReaderConfig } from '../config/config.ts';
import type { Logger } from '../log/log.ts';
import { batched } from '../router/cli/batch.ts';
import { createExecutor } from '../router/cli/exec.ts';
import type { Platform } from '../router/cli/platform.ts';
import { platforms } from '../router/cli/platforms.ts';
import { createCliReader } from '../router/cli/reader.ts';
import type { Session } from '../router/cli/session.ts';
import { createShellSession } from '../router/cli/shell-session.ts';
import { createSshExecutor } from '../router/cli/ssh.ts';
import { Credentials } from '../router/cli/ssh-credentials.ts';
import { LOGIN_DEFAULTS } from '../router/cli/ssh-login.ts';
import { openSshShell } from '../router/cli/ssh-shell.ts';
import { logInByTelnet } from '../router/cli/telnet.ts';
import { createFileReader } from '../router/file/reader.ts';
import type { Reader } from '../router/port.ts';
import { createSnmpReader } from '../router/snmp/reader.ts';
import { createAgentSession } from '../router/snmp/session/agent-session.ts';
import type { Credentials as SnmpCredentials } from '../router/snmp/session/credentials.ts';

export function readersOf(router: RouterConfig, log: Logger): Reader[] {
  return router.readers.map((reader) => readerOf(router.name, reader, log));
}

function readerOf(name: string, config: ReaderConfig, log: Logger): Reader {
  switch (config.kind) {
    case 'file':
      return createFileReader(name, config.path, (lines) => {
        for (const line of lines) log.warn({ router: name }, line);
      });
    case 'cli': {
      const platform = platforms[config.platform]({ vrf: config.vrf });
      return createCliReader({ name, platform, session: sessionOf(config, platform) });
    }
    case 'snmp': {
      const { host, port } = config;
      return createSnmpReader({
        name,
        session: createAgentSession({ host, port, credentials: credentialsOf(config) }),
        onOddity: (text) => log.warn({ router: name }, text),
        monotonicMs: () => performance.now(),
      });
    }
  }
}

/** A platform with a shell has its commands run as programs; to all others they are typed. */
function sessionOf(config: CliReaderConfig, platform: Platform): Session {
  if (config.transport === 'exec') return batched(createExecutor(config.command), platform.batching);
  const { host, port, user } = config;
  const login = { host, port, user, password: config.password?.reveal() };
  const { terminal } = platform;
  if (config.transport === 'telnet') {
    if (terminal === undefined) throw new Error(`${platform.name} has no CLI that is typed to`); // unsupported.ts
    return createShellSession({
      description: `telnet to ${host}:${port}`,
      terminal,
      enablePassword: config.enablePassword?.reveal(),
      connect: (signal) => logInByTelnet(login, terminal, signal),
    });
  }
  const target = {
    ...login,
    user: config.user,
    privateKey: config.privateKey?.reveal(),
    knownHosts: config.knownHosts,
  };
  if (terminal === undefined) return batched(createSshExecutor(target), platform.batching);
  const credentials = new Credentials(target);
  return createShellSession({
    description: `ssh to ${host}:${port}`,
    terminal,
    enablePassword: config.enablePassword?.reveal(),
    connect: (signal) => openSshShell(target, credentials, LOGIN_DEFAULTS, signal),
  });
}

function credentialsOf(config: SnmpReaderConfig): SnmpCredentials {
  if (config.version !== 3) return { version: config.version, community: config.community.reveal() };
  const { user, authProtocol, authKey, privProtocol, privKey, context } = config;
  const keys = { authKey: authKey?.reveal(), privKey: privKey?.reveal() };
  return { version: 3, user, authProtocol, privProtocol, ...keys, context };
}
