/** From the configuration to what is logged in to by ssh. Routers behind the same jump host share one connection to it. */
import type { SshLoginConfig, SshReaderConfig } from '../config/config.ts';
import { JumpHost } from '../router/cli/session/ssh-jump.ts';
import type { SshTarget } from '../router/cli/session/ssh-login.ts';
import { keyOf } from './key.ts';
import { type Made, Shared } from './shared.ts';

export class SshTargets {
  /** By all that a login needs: whose credentials differ, share nothing. */
  readonly #jumps = new Shared<JumpHost>();

  /** The router that a reader reads, until `leave`. */
  of(config: SshReaderConfig): SshTarget {
    const target = loginTo(config);
    const { jump } = config;
    if (jump === undefined) return target;
    return { ...target, jump: this.#jumps.take(keyOf(jump), () => jumpTo(jump)) };
  }

  /** To be called when the sessions of the reader are closed: the last one behind a jump host ends the connection to it. */
  async leave({ jump }: SshReaderConfig): Promise<void> {
    if (jump !== undefined) await this.#jumps.leave(keyOf(jump));
  }
}

function jumpTo(config: SshLoginConfig): Made<JumpHost> {
  const jump = new JumpHost(loginTo(config), { loginsPerMinute: config.loginsPerMinute });
  return { value: jump, close: () => jump.close() };
}

function loginTo(config: SshLoginConfig): SshTarget {
  const { host, port, user, agent, knownHosts, legacyAlgorithms } = config;
  const password = config.password?.reveal();
  const [privateKey, passphrase] = [config.privateKey?.reveal(), config.passphrase?.reveal()];
  return { host, port, user, password, privateKey, passphrase, agent, knownHosts, legacyAlgorithms };
}
