/** From a router's configuration to its readers. The only place that knows which kinds there are. */
import { performance } from 'node:perf_hooks';
import type { ReaderConfig, RouterConfig, SnmpReaderConfig } from '../config/config.ts';
import type { Logger } from '../log/log.ts';
import { platforms } from '../router/cli/platforms.ts';
import { createCliReader } from '../router/cli/reader.ts';
import { createFileReader } from '../router/file/reader.ts';
import type { Reader } from '../router/port.ts';
import { createSnmpReader } from '../router/snmp/reader.ts';
import { createAgentSession } from '../router/snmp/session/agent-session.ts';
import type { Credentials as SnmpCredentials } from '../router/snmp/session/credentials.ts';
import { sessionOf } from './cli-session.ts';
import type { SshTargets } from './ssh-targets.ts';

export interface ReaderMeans {
  readonly log: Logger;
  readonly targets: SshTargets;
}

export function readersOf(router: RouterConfig, means: ReaderMeans): Reader[] {
  return router.readers.map((reader) => readerOf(router.name, reader, means));
}

function readerOf(name: string, config: ReaderConfig, { log, targets }: ReaderMeans): Reader {
  switch (config.kind) {
    case 'file':
      return createFileReader(name, config.path, (lines) => {
        for (const line of lines) log.warn({ router: name }, line);
      });
    case 'cli': {
      const platform = platforms[config.platform]({ vrf: config.vrf });
      return createCliReader({ name, platform, session: sessionOf(config, platform, targets) });
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

function credentialsOf(config: SnmpReaderConfig): SnmpCredentials {
  if (config.version !== 3) return { version: config.version, community: config.community.reveal() };
  const { user, authProtocol, authKey, privProtocol, privKey, context } = config;
  const keys = { authKey: authKey?.reveal(), privKey: privKey?.reveal() };
  return { version: 3, user, authProtocol, privProtocol, ...keys, context };
}
