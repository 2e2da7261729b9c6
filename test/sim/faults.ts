/** What a network's outcome must not be, with a wire that loses nothing and with one that does. */
import { arrivalFault } from './arrivals.ts';
import type { Shown } from './client.ts';
import { type Judgement, judgeShown } from './judge.ts';
import type { Router } from './model.ts';
import type { Faults } from './network.ts';
import { type Outcome, simulate } from './simulation.ts';
import { buildNetwork, type Knobs } from './topology.ts';

/** The client's patience, RFC 8487 §5.8.4. */
const REPLY_TIMEOUT_MS = 10_000;

/** @returns what is wrong where no datagram is lost; `undefined`: nothing, and all is there */
export function wholeFault(
  knobs: Knobs,
  look: (shown: Shown, path: readonly Router[]) => void = () => {},
): string | undefined {
  const network = buildNetwork(knobs);
  const outcome = simulate(network);
  const judgement = judgeShown(network, outcome.shown, false);
  const { shown } = outcome;
  look(
    shown,
    judgement.path.flatMap((id) => network.routers[id] ?? []),
  );
  const isOpen = !judgement.isSilence && (shown.isIncomplete || shown.tookMs >= REPLY_TIMEOUT_MS);
  return (
    judgement.fault ??
    (isOpen ? `the client waits for more after ${shown.hops.size} hops` : undefined) ??
    endingFault(judgement, outcome) ??
    arrivalFault(shown, outcome) ??
    outcome.faults[0]
  );
}

/** @returns what is wrong where datagrams are lost, doubled and late; `undefined`: nothing, whatever is missing */
export function lossyFault(knobs: Knobs, faults: Faults, slots: number): string | undefined {
  const network = buildNetwork(knobs);
  // What overtakes a gateway's own Reply is taken for what comes before it: RFC 8487 §5.9 goes by the order of arrival.
  const hasGateways = network.gateways.size > 0;
  const reordering = hasGateways ? 0 : faults.reordering;
  // And one of which nothing is told cannot be told from another one, nor from itself.
  const isUntold = network.hiding.size > 0 || network.links.some(({ numbering }) => numbering === 'none');
  const duplication = hasGateways && isUntold ? 0 : faults.duplication;
  const outcome = simulate(network, { ...faults, reordering, duplication }, slots);
  const judgement = judgeShown(network, outcome.shown, true);
  const { shown } = outcome;
  const isLate = shown.tookMs > REPLY_TIMEOUT_MS ? `the client ends after ${shown.tookMs} ms` : undefined;
  return (
    judgement.fault ?? isLate ?? endingFault(judgement, outcome) ?? arrivalFault(shown, outcome) ?? outcome.faults[0]
  );
}

/** What the client says of the trace's end. */
function endingFault({ isWhole, isEnd }: Judgement, { shown }: Outcome): string | undefined {
  const { ending, isIncomplete, hops } = shown;
  if (!isIncomplete && hops.size > 0 && !isWhole) return `the client takes ${hops.size} hops for all there is`;
  const isComplete = ending === 'reached-source' || ending === 'reached-rp';
  if (isComplete && !isEnd) return `the client says ${ending}, and there is more behind`;
  return undefined;
}
