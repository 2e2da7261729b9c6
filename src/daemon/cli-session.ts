/**
 * From a reader's configuration to the session that its commands go over. A platform with a shell has them run as programs; to
 * all others they are typed. FRR, which has both, is typed to by telnet, daemon by daemon.
 */
import type { CliReaderConfig, SshReaderConfig, TelnetReaderConfig } from '../config/config.ts';
import * as frr from '../router/cli/frr/commands.ts';
import type { Platform } from '../router/cli/platform.ts';
import { batched } from '../router/cli/session/batch.ts';
import { createExecutor } from '../router/cli/session/exec.ts';
import type { Session } from '../router/cli/session/session.ts';
import { createShellSession, type ShellTarget } from '../router/cli/session/shell-session.ts';
import { splitSession } from '../router/cli/session/split-session.ts';
import { createSshExecutor } from '../router/cli/session/ssh.ts';
import { Credentials } from '../router/cli/session/ssh-credentials.ts';
import { LOGIN_DEFAULTS, type SshTarget } from '../router/cli/session/ssh-login.ts';
import { openSshShell } from '../router/cli/session/ssh-shell.ts';
import { logInByTelnet } from '../router/cli/session/telnet.ts';
import type { Terminal } from '../router/cli/session/terminal.ts';
import type { SshTargets } from './ssh-targets.ts';

const TELNET_PORT = 23;

export function sessionOf(config: CliReaderConfig, platform: Platform, targets: SshTargets): Session {
  switch (config.transport) {
    case 'exec':
      return batched(createExecutor(config.command), platform.batching);
    case 'ssh':
      return overSsh(config, targets.of(config), platform);
    case 'telnet':
      return config.platform === 'frr' ? frrOverTelnet(config) : overTelnet(config, platform);
  }
}

function overSsh(config: SshReaderConfig, target: SshTarget, { terminal, batching }: Platform): Session {
  const { platform, loginsPerMinute, enablePassword } = config;
  if (terminal === undefined) return batched(createSshExecutor(target, { loginsPerMinute }), batching);
  const credentials = new Credentials(target);
  const shell: ShellTarget = {
    description: `ssh to ${target.host}:${target.port}`,
    terminal: { ...terminal, platform },
    user: target.user,
    enablePassword: enablePassword?.reveal(),
    connect: (signal) => openSshShell(target, credentials, LOGIN_DEFAULTS, signal),
  };
  return createShellSession(shell, { loginsPerMinute });
}

function overTelnet(config: TelnetReaderConfig, { name, terminal }: Platform): Session {
  if (terminal === undefined) throw new Error(`${name} has no CLI that is typed to`); // config/unsupported.ts
  return typedTo(config, config.port ?? TELNET_PORT, terminal);
}

function frrOverTelnet(config: TelnetReaderConfig): Session {
  const portOf = (name: frr.Daemon) => config.ports?.[name] ?? frr.DAEMON_PORTS[name];
  const daemon = (name: frr.Daemon) => typedTo(config, portOf(name), frr.terminal);
  const sessions = { zebra: daemon('zebra'), pimd: daemon('pimd'), pim6d: daemon('pim6d') };
  const description = `telnet to ${config.host}`;
  return splitSession({ description, sessions, keyOf: frr.daemonOf, optional: ['pim6d'] });
}

function typedTo(config: TelnetReaderConfig, port: number, bare: Terminal): Session {
  const { host, user, platform, loginsPerMinute } = config;
  const terminal = { ...bare, platform };
  const login = { host, port, user, password: config.password?.reveal() };
  const shell: ShellTarget = {
    description: `telnet to ${host}:${port}`,
    terminal,
    user,
    enablePassword: config.enablePassword?.reveal(),
    connect: (signal) => logInByTelnet(login, terminal, signal),
  };
  return createShellSession(shell, { loginsPerMinute });
}
