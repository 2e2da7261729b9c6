/**
 * From a router's configuration to its readers. The only place that knows which kinds there are.
 * A reader whose configuration stays the same is the same after a reload: its session goes on, and what it was refused, or has
 * complained of, is not forgotten.
 */
import { performance } from 'node:perf_hooks';
import type {
  CliReaderConfig,
  FileReaderConfig,
  ReaderConfig,
  RouterConfig,
  SnmpReaderConfig,
} from '../config/config.ts';
import type { Logger } from '../log/log.ts';
import { platforms } from '../router/cli/platforms.ts';
import { createCliReader } from '../router/cli/reader.ts';
import { createFileReader } from '../router/file/reader.ts';
import type { Reader } from '../router/port.ts';
import { createSnmpReader } from '../router/snmp/reader.ts';
import { createAgentSession } from '../router/snmp/session/agent-session.ts';
import type { Credentials as SnmpCredentials } from '../router/snmp/session/credentials.ts';
import { keyOf } from './key.ts';
import { Sessions } from './sessions.ts';
import { type Made, Shared } from './shared.ts';

export class Readers {
  readonly #log: Logger;
  readonly #sessions = new Sessions();
  /** By router and configuration. */
  readonly #shared = new Shared<Reader>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Each becomes the caller's, who closes it, once. */
  of(router: RouterConfig): Reader[] {
    return router.readers.map((config) => this.#of(router.name, config));
  }

  #of(name: string, config: ReaderConfig): Reader {
    if (config.kind === 'file') return this.#fileReader(name, config); // A reload reads the file anew.
    const key = keyOf(name, config);
    return this.#shared.take(key, () => this.#made(key, name, config));
  }

  #made(key: string, name: string, config: Exclude<ReaderConfig, FileReaderConfig>): Made<Reader> {
    const reader = config.kind === 'cli' ? this.#cliReader(name, config) : this.#snmpReader(name, config);
    return {
      value: {
        description: reader.description,
        turns: reader.turns,
        readInterfaces: (signal) => reader.readInterfaces(signal),
        readForwarding: (query, signal) => reader.readForwarding(query, signal),
        close: () => this.#shared.leave(key),
      },
      close: () => reader.close(),
    };
  }

  #fileReader(name: string, { path }: FileReaderConfig): Reader {
    return createFileReader(name, path, (lines) => {
      for (const line of lines) this.#log.warn({ router: name }, line);
    });
  }

  #cliReader(name: string, config: CliReaderConfig): Reader {
    const platform = platforms[config.platform]({ vrf: config.vrf });
    return createCliReader({ name, platform, ...this.#sessions.of(config, platform) });
  }

  #snmpReader(name: string, config: SnmpReaderConfig): Reader {
    const { host, port } = config;
    return createSnmpReader({
      name,
      session: createAgentSession({ host, port, credentials: credentialsOf(config) }),
      onOddity: (text) => this.#log.warn({ router: name }, text),
      monotonicMs: () => performance.now(),
    });
  }
}

function credentialsOf(config: SnmpReaderConfig): SnmpCredentials {
  if (config.version !== 3) return { version: config.version, community: config.community.reveal() };
  const { user, authProtocol, authKey, privProtocol, privKey, context } = config;
  const keys = { authKey: authKey?.reveal(), privKey: privKey?.reveal() };
  return { version: 3, user, authProtocol, privProtocol, ...keys, context };
}
