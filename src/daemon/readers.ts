/** From a router's configuration to its readers. The only place that knows which kinds there are. */
import { performance } from 'node:perf_hooks';
import type { ReaderConfig, RouterConfig, SnmpReaderConfig } from '../config/config.ts';
import type { Logger } from '../log/log.ts';
import { batched } from '../router/cli/batch.ts';
import { createExecutor } from '../router/cli/exec.ts';
import { platforms } from '../router/cli/platforms.ts';
import { createCliReader } from '../router/cli/reader.ts';
import type { Executor } from '../router/cli/session.ts';
import { createSshExecutor } from '../router/cli/ssh.ts';
import { createFileReader } from '../router/file/reader.ts';
import type { Reader } from '../router/port.ts';
import { createSnmpReader } from '../router/snmp/reader.ts';
import { createAgentSession } from '../router/snmp/session/agent-session.ts';
import type { Credentials } from '../router/snmp/session/credentials.ts';

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
      const { platform } = config;
      if (platform !== 'frr' && platform !== 'linux') throw notSupported(`platform ${platform}`);
      const own = platforms[platform]();
      return createCliReader({ name, platform: own, session: batched(executorOf(config), own.batching) });
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

function executorOf(config: Extract<ReaderConfig, { kind: 'cli' }>): Executor {
  switch (config.transport) {
    case 'exec':
      return createExecutor(config.command);
    case 'ssh':
      return createSshExecutor({
        host: config.host,
        port: config.port,
        user: config.user,
        password: config.password?.reveal(),
        privateKey: config.privateKey?.reveal(),
        knownHosts: config.knownHosts,
      });
    case 'telnet':
      throw notSupported('transport telnet');
  }
}

function credentialsOf(config: SnmpReaderConfig): Credentials {
  if (config.version !== 3) return { version: config.version, community: config.community.reveal() };
  const { user, authProtocol, authKey, privProtocol, privKey, context } = config;
  const keys = { authKey: authKey?.reveal(), privKey: privKey?.reveal() };
  return { version: 3, user, authProtocol, privProtocol, ...keys, context };
}

/** The configuration refuses these with line and column (config/unsupported.ts): a defect when it gets here. */
function notSupported(what: string): Error {
  return new Error(`${what} is not supported in this version`);
}
