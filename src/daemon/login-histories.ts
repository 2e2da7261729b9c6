/** What is known of the logins to each target, for as long as the daemon runs: a reload of the configuration forgets nothing. */
import { LRUCache } from 'lru-cache';
import { LoginHistory } from '../router/cli/login-pacing.ts';

const REMEMBERED = 16_384;

export class LoginHistories {
  readonly #all = new LRUCache<string, LoginHistory>({ max: REMEMBERED });

  /** @param target all that tells it apart: for whom, how, where, and with which credentials */
  of(target: readonly (string | number | undefined)[]): LoginHistory {
    const key = JSON.stringify(target);
    const history = this.#all.get(key) ?? new LoginHistory();
    this.#all.set(key, history);
    return history;
  }
}
