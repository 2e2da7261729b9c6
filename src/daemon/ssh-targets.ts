/** From the configuration to what is logged in to by ssh. Routers behind the same jump host share one connection to it. */
import type { SshLoginConfig, SshReaderConfig } from '../config/config.ts';
import { JumpHost } from '../router/cli/ssh-jump.ts';
import type { SshTarget } from '../router/cli/ssh-login.ts';

export class SshTargets {
  /** By all that a login needs: whose credentials differ, share nothing. */
  readonly #jumps = new Map<string, JumpHost>();

  /** The router that a reader reads. */
  of(config: SshReaderConfig): SshTarget {
    const target = loginTo(config);
    return config.jump === undefined ? target : { ...target, jump: this.#jump(config.jump) };
  }

  /** To be called when all sessions are closed. */
  async close(): Promise<void> {
    await Promise.all([...this.#jumps.values()].map((jump) => jump.close()));
  }

  #jump(config: SshLoginConfig): JumpHost {
    const target = loginTo(config);
    const key = JSON.stringify(target);
    const jump = this.#jumps.get(key) ?? new JumpHost(target);
    this.#jumps.set(key, jump);
    return jump;
  }
}

function loginTo(config: SshLoginConfig): SshTarget {
  const { host, port, user, agent, knownHosts, legacyAlgorithms } = config;
  const password = config.password?.reveal();
  const [privateKey, passphrase] = [config.privateKey?.reveal(), config.passphrase?.reveal()];
  return { host, port, user, password, privateKey, passphrase, agent, knownHosts, legacyAlgorithms };
}
