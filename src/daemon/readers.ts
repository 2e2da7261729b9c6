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
import { Secret } from '../config/secret.ts';
import type { Logger } from '../log/log.ts';
import { platforms } from '../router/cli/platforms.ts';
import { createCliReader } from '../router/cli/reader.ts';
import { createFileReader } from '../router/file/reader.ts';
import type { Reader } from '../router/port.ts';
import { createSnmpReader } from '../router/snmp/reader.ts';
import { createAgentSession } from '../router/snmp/session/agent-session.ts';
import type { Credentials as SnmpCredentials } from '../router/snmp/session/credentials.ts';
import { sessionOf } from './cli-session.ts';
import { LoginHistories } from './login-histories.ts';
import { SshTargets } from './ssh-targets.ts';

interface SharedReader {
  readonly reader: Reader;
  /** Those that have it and will close it. */
  users: number;
}

export class Readers {
  readonly #log: Logger;
  readonly #targets = new SshTargets();
  readonly #histories = new LoginHistories();
  /** By router and configuration. */
  readonly #shared = new Map<string, SharedReader>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Each becomes the caller's, who closes it. */
  of(router: RouterConfig): Reader[] {
    return router.readers.map((config) => this.#of(router.name, config));
  }

  #of(name: string, config: ReaderConfig): Reader {
    if (config.kind === 'file') return this.#fileReader(name, config); // A reload reads the file anew.
    const key = keyOf(name, config);
    const shared = this.#shared.get(key) ?? { reader: this.#closedByTheLast(key, name, config), users: 0 };
    shared.users++;
    this.#shared.set(key, shared);
    return shared.reader;
  }

  #closedByTheLast(key: string, name: string, config: Exclude<ReaderConfig, FileReaderConfig>): Reader {
    const reader = config.kind === 'cli' ? this.#cliReader(name, config) : this.#snmpReader(name, config);
    return {
      description: reader.description,
      readInterfaces: (signal) => reader.readInterfaces(signal),
      readForwarding: (query, signal) => reader.readForwarding(query, signal),
      close: async () => {
        const shared = this.#shared.get(key);
        if (shared === undefined || --shared.users > 0) return;
        this.#shared.delete(key);
        await reader.close();
        if (config.kind === 'cli' && config.transport === 'ssh') await this.#targets.leave(config);
      },
    };
  }

  #fileReader(name: string, { path }: FileReaderConfig): Reader {
    return createFileReader(name, path, (lines) => {
      for (const line of lines) this.#log.warn({ router: name }, line);
    });
  }

  #cliReader(name: string, config: CliReaderConfig): Reader {
    const platform = platforms[config.platform]({ vrf: config.vrf });
    const session = sessionOf(config, platform, {
      targets: this.#targets,
      historyOf: (target) => this.#histories.of([name, ...target]),
    });
    return createCliReader({ name, platform, session });
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

/** All that a reader is made of, its secrets included. */
function keyOf(name: string, config: ReaderConfig): string {
  return JSON.stringify([name, config], function (this: Record<string, unknown>, key: string, value: unknown) {
    const given = this[key];
    return given instanceof Secret ? given.reveal() : value;
  });
}

function credentialsOf(config: SnmpReaderConfig): SnmpCredentials {
  if (config.version !== 3) return { version: config.version, community: config.community.reveal() };
  const { user, authProtocol, authKey, privProtocol, privKey, context } = config;
  const keys = { authKey: authKey?.reveal(), privKey: privKey?.reveal() };
  return { version: 3, user, authProtocol, privProtocol, ...keys, context };
}
