/**
 * Reads what downstream routers and members have asked of pimd, interface by interface: `show ip pim join G json`. Pure.
 */
import type { OutgoingForwarding } from '../../snapshot.ts';
import { entriesOf, numberOf, parseJson, textOf, unlessUnreadable } from '../tools/json.ts';

/** A downstream interface of one entry. */
export interface Downstream {
  readonly interface: string;
  /** What the entry does for it where it does not forward to it; `undefined` = nothing that anybody would expect. */
  readonly unlessForwarding: State;
}

type State = Exclude<OutgoingForwarding, 'forwarding'> | undefined;

/** Pruned states of (S,G) and (S,G,rpt). In the pending ones pimd still forwards. */
const PRUNED_STATES: ReadonlySet<string> = new Set(['PRUNE', 'SGRpt(P)']);

const NOT_RUNNING = '--:--';
const NEVER = '--:--:--';

/** By `SOURCE GROUP`, as FRR writes the two; empty when the output is no use. */
export function parseJoins(output: string): ReadonlyMap<string, readonly Downstream[]> {
  const downstream = new Map<string, Downstream[]>();
  const document = unlessUnreadable(() => parseJson(output, 'join'), undefined);
  for (const [name, groups] of entriesOf(document)) {
    for (const [group, rows] of entriesOf(groups)) {
      for (const [channel, row] of entriesOf(rows)) {
        const [source] = channel.split(','); // (S,G,rpt) since 10.7: `SOURCE,S,Grpt`, beside an (S,G)
        const key = `${source} ${group}`;
        const found = downstream.get(key) ?? [];
        const before = found.at(-1)?.interface === name ? found.pop() : undefined;
        found.push({ interface: name, unlessForwarding: ofBoth(before?.unlessForwarding, unlessForwarding(row)) });
        downstream.set(key, found);
      }
    }
  }
  return downstream;
}

/** A Join(S,G) counts, whoever else on the link has pruned the source off the shared tree. */
function ofBoth(one: State, other: State): State {
  return one === 'notForwarding' ? one : (other ?? one);
}

function unlessForwarding(row: unknown): State {
  const state = textOf(row, 'channelJoinName') ?? '';
  if (state === 'JOIN' || numberOf(row, 'protocolIgmp') === 1) return 'notForwarding';
  return PRUNED_STATES.has(state) || isPrunedJoin(state, row) ? 'pruned' : undefined;
}

/** After a Prune(S,G) pimd keeps the row until the Join before it would have run out, but as one without state. */
function isPrunedJoin(state: string, row: unknown): boolean {
  const wasJoined = (textOf(row, 'upTime') ?? NEVER) !== NEVER;
  const isRunning = (textOf(row, 'expire') ?? NOT_RUNNING) !== NOT_RUNNING;
  return state === 'NOINFO' && wasJoined && isRunning;
}
