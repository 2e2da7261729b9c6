/** From the configuration to what is logged in to by ssh. Routers behind the same jump host share one connection to it. */
import type { SshLoginConfig, SshReaderConfig } from '../config/config.ts';
import { JumpHost } from '../router/cli/ssh-jump.ts';
import type { SshTarget } from '../router/cli/ssh-login.ts';

interface SharedJump {
  readonly jump: JumpHost;
  /** Targets behind it. */
  users: number;
}

export class SshTargets {
  /** By all that a login needs: whose credentials differ, share nothing. */
  readonly #jumps = new Map<string, SharedJump>();

  /** The router that a reader reads, until `leave`. */
  of(config: SshReaderConfig): SshTarget {
    const target = loginTo(config);
    return config.jump === undefined ? target : { ...target, jump: this.#jump(config.jump) };
  }

  /** To be called when the sessions of the reader are closed: the last one behind a jump host ends the connection to it. */
  async leave(config: SshReaderConfig): Promise<void> {
    if (config.jump === undefined) return;
    const key = keyOf(config.jump);
    const shared = this.#jumps.get(key);
    if (shared === undefined || --shared.users > 0) return;
    this.#jumps.delete(key);
    await shared.jump.close();
  }

  #jump(config: SshLoginConfig): JumpHost {
    const key = keyOf(config);
    const shared = this.#jumps.get(key) ?? { jump: new JumpHost(loginTo(config)), users: 0 };
    shared.users++;
    this.#jumps.set(key, shared);
    return shared.jump;
  }
}

function keyOf(config: SshLoginConfig): string {
  return JSON.stringify(loginTo(config));
}

function loginTo(config: SshLoginConfig): SshTarget {
  const { host, port, user, agent, knownHosts, legacyAlgorithms } = config;
  const password = config.password?.reveal();
  const [privateKey, passphrase] = [config.privateKey?.reveal(), config.passphrase?.reveal()];
  return { host, port, user, password, privateKey, passphrase, agent, knownHosts, legacyAlgorithms };
}
