/**
 * How often a client may ask: RFC 8487 §4.1.1 (duplicates), §9.5, §9.6. Queries that others send in a client's name ("MUST
 * be sent with the client's interface address", §5.1.2) have a limit of their own each, so that they cannot use up the
 * client's; and what they have sent before does not make the client's own a duplicate.
 */
import { type Address, sameAddress } from '../wire/address.ts';
import { RecentQueries } from './recent-queries.ts';
import { type Rate, TokenBuckets } from './token-buckets.ts';

export class QueryLimits {
  readonly #own: Account;
  readonly #others: Account;

  /** @param rememberedMs how long a Query ID may not come again: [Mtrace Reply Timeout] */
  constructor(rate: Rate, rememberedMs: number) {
    this.#own = { recent: new RecentQueries(rememberedMs), rates: new TokenBuckets(rate) };
    this.#others = { recent: new RecentQueries(rememberedMs), rates: new TokenBuckets(rate) };
  }

  /** Counts a Query, unless there is a reason to stay silent. */
  admit(
    client: Address,
    sender: Address,
    queryId: number,
    nowMs: number,
  ): 'query-duplicate' | 'query-over-limit' | undefined {
    const isOwn = sameAddress(client, sender);
    const { recent, rates } = isOwn ? this.#own : this.#others;
    const isKnown = recent.has(client, queryId, nowMs) || (!isOwn && this.#own.recent.has(client, queryId, nowMs));
    if (isKnown) return 'query-duplicate';
    if (!rates.take(client, nowMs)) return 'query-over-limit';
    recent.add(client, queryId, nowMs);
    return undefined;
  }
}

interface Account {
  readonly recent: RecentQueries;
  readonly rates: TokenBuckets;
}
