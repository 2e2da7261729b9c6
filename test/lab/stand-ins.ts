/** A daemon on noc with an address for each router, at which a Query is for that router; and its hops in short. */
import { routersBySsh, startDaemon, type TraceJson } from './daemon.ts';
import type { Lab } from './lab.ts';
import { ROUTERS, type Router } from './topology.ts';

export const STAND_IN: Readonly<Record<Router, string>> = {
  r1: '10.255.0.201',
  r2: '10.255.0.202',
  r3: '10.255.0.203',
  r4: '10.255.0.204',
};

/** Reads all routers by ssh. Resolves with what ends it. */
export async function startStandIns(lab: Lab): Promise<() => Promise<void>> {
  const onNoc = (verb: 'add' | 'delete') =>
    Promise.all(ROUTERS.map((name) => lab.exec('noc', ['ip', 'address', verb, `${STAND_IN[name]}/24`, 'dev', 'br0'])));
  await onNoc('add');
  const routers = routersBySsh(lab, ROUTERS, 'frr').map((router, i) => ({
    ...router,
    standIn: [STAND_IN[ROUTERS[i]!]],
  }));
  try {
    const daemon = await startDaemon(lab, 'noc', { routers });
    return async () => {
      await daemon.stop();
      await onNoc('delete');
    };
  } catch (error) {
    await onNoc('delete');
    throw error;
  }
}

/** Forwarding Code, Incoming and Outgoing Interface, and upstream router of each hop. */
export function told({ hops }: TraceJson): unknown[] {
  return hops.map((hop) => [
    hop.forwardingCodeName,
    hop.incomingInterfaceAddress,
    hop.outgoingInterfaceAddress,
    hop.upstreamRouterAddress,
  ]);
}
