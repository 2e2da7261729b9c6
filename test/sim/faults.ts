/** What a network's outcome must not be, with a wire that loses nothing and with one that does. */
import { arrivalFault } from './arrivals.ts';
import type { Shown } from './client.ts';
import { withClients } from './clients.ts';
import { type Judgement, judgeShown } from './judge.ts';
import type { Network, Router } from './model.ts';
import type { Faults } from './network.ts';
import { type Outcome, simulate, simulateAll } from './simulation.ts';
import { buildNetwork, type Knobs } from './topology.ts';

/** The client's patience, RFC 8487 §5.8.4. */
const REPLY_TIMEOUT_MS = 10_000;
const SLOTS_A_CLIENT = 12;

/** @returns what is wrong where no datagram is lost; `undefined`: nothing, and all is there */
export function wholeFault(
  knobs: Knobs,
  look: (shown: Shown, path: readonly Router[]) => void = () => {},
): string | undefined {
  const network = buildNetwork(knobs);
  return faultOfWhole(network, simulate(network), look);
}

/** @returns what is wrong where datagrams are lost, doubled and late; `undefined`: nothing, whatever is missing */
export function lossyFault(knobs: Knobs, faults: Faults, slots: number): string | undefined {
  const network = buildNetwork(knobs);
  return faultOfLossy(network, simulate(network, possible(faults, network), slots));
}

/** The same for several clients at once: each has its own path, and nobody hears of another one's. */
export function crowdFault(knobs: Knobs, clients: number, faults?: Faults): string | undefined {
  const views = withClients(buildNetwork(knobs), clients);
  const outcomes = simulateAll(views, faults && possible(faults, views[0]!), SLOTS_A_CLIENT * clients);
  const wrong = views.map((view, i) =>
    faults === undefined ? faultOfWhole(view, outcomes[i]!) : faultOfLossy(view, outcomes[i]!),
  );
  const i = wrong.findIndex((fault) => fault !== undefined);
  return i < 0 ? undefined : `client ${i}: ${wrong[i]}`;
}

function faultOfWhole(
  network: Network,
  outcome: Outcome,
  look: (shown: Shown, path: readonly Router[]) => void = () => {},
): string | undefined {
  const judgement = judgeShown(network, outcome.shown, false);
  const { shown } = outcome;
  look(
    shown,
    judgement.path.flatMap((id) => network.routers[id] ?? []),
  );
  // Of a circle through gateways that does not show, as by an unnumbered link, nobody tells that it has come to an end.
  const isCircle = network.gateways.size > 0 && new Set(judgement.path).size < judgement.path.length;
  const isOpen = !judgement.isSilence && !isCircle && (shown.moreToCome === 'yes' || shown.tookMs >= REPLY_TIMEOUT_MS);
  return (
    judgement.fault ??
    (isOpen ? `the client waits for more after ${shown.hops.size} hops` : undefined) ??
    endingFault(judgement, outcome) ??
    arrivalFault(shown, outcome) ??
    outcome.faults[0]
  );
}

function faultOfLossy(network: Network, outcome: Outcome): string | undefined {
  const judgement = judgeShown(network, outcome.shown, true);
  const { shown } = outcome;
  // As exactly as sums of such times are.
  const isLate = shown.tookMs > REPLY_TIMEOUT_MS + 1e-6 ? `the client ends after ${shown.tookMs} ms` : undefined;
  return (
    judgement.fault ?? isLate ?? endingFault(judgement, outcome) ?? arrivalFault(shown, outcome) ?? outcome.faults[0]
  );
}

/**
 * Faults of the wire that a client can put right. What overtakes a gateway's own Reply is taken for what comes before it: RFC
 * 8487 §5.9 goes by the order of arrival; and of a Request that was doubled, the second copy brings what the first has lost.
 */
function possible(faults: Faults, { gateways }: Network): Faults {
  return gateways.size === 0 ? faults : { loss: faults.loss, duplication: 0, reordering: 0 };
}

/** What the client says of the trace's end. */
function endingFault({ isWhole, isEnd }: Judgement, { shown }: Outcome): string | undefined {
  const { ending, moreToCome, hops } = shown;
  if (moreToCome === 'no' && hops.size > 0 && !isWhole) return `the client takes ${hops.size} hops for all there is`;
  const isComplete = ending === 'reached-source' || ending === 'reached-rp';
  if (isComplete && !isEnd) return `the client says ${ending}, and there is more behind`;
  return undefined;
}
