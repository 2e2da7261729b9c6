/**
 * Which of our routers a Query is for. RFC 8487 §4.1.1,
 * The proper last-hop router has a multicast interface on the client's subnet and forwards the group onto it.
 */
import type { Domain } from '../domain/domain.ts';
import type { RouterState } from '../router/state.ts';
import { type Address, compareAddress, inPrefix } from '../wire/address.ts';
import { determineForwarding } from './forwarding.ts';
import type { Visit } from './hop.ts';

/** What is traced. */
interface Target {
  readonly source: Address | undefined;
  readonly group: Address | undefined;
}

export interface Candidate {
  readonly visit: Visit;
  /** The address of its interface on the client's link. */
  readonly address: Address;
  /** As far as it has been read. */
  state: RouterState | undefined;
}

/** The routers with a multicast interface on the client's subnet. */
export function candidatesFor(domain: Domain, client: Address): Candidate[] {
  return domain.onSubnetOf(client).flatMap(({ router, interface: on }) => {
    const address = on?.addresses.find((own) => inPrefix(client, own))?.address;
    if (on === undefined || address === undefined) return [];
    return [
      {
        visit: { router, outgoingHint: { index: on.index, address, standInClient: undefined } },
        address,
        state: undefined,
      },
    ];
  });
}

/** The one that forwards onto the client's link; else the one with the highest address, as in a PIM DR election. */
export function properLastHop(candidates: readonly [Candidate, ...Candidate[]], target: Target): Candidate {
  const forwarding = candidates.filter((one) => forwardsOntoLink(one, target));
  return (forwarding.length > 0 ? forwarding : candidates).reduce((best, one) =>
    compareAddress(one.address, best.address) > 0 ? one : best,
  );
}

function forwardsOntoLink({ state, visit }: Candidate, { source, group }: Target): boolean {
  const rows = (state && determineForwarding(state, source, group)?.outgoing) ?? [];
  return rows.some((row) => !row.pruned && row.interface.index === visit.outgoingHint.index);
}
