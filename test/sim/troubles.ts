/** What may be wrong at a router on the traced path. */
import { CLIENT_LINK } from './graph.ts';
import { interfaceOn, type Network, parentOf, type Router, usedState } from './model.ts';

export const TROUBLES = [
  'pruneSent',
  'pruned',
  'notForwarding',
  'notOutgoing', // the row does not have the interface: WRONG_IF
  'onlySharedOutgoing', // the source's row does not have it, the group's has
  'rpfInterface',
  'noMulticast',
  'scopedOutgoing',
  'scopedIncoming',
  'noRoute',
  'noSourceState',
  'noState',
  'noRp',
  'broken',
  'silent',
  'mute',
  'muteSilently',
  'prohibited',
] as const;
export interface Trouble {
  readonly kind: (typeof TROUBLES)[number];
  /** Which router of the path, modulo its length. */
  readonly at: number;
}

interface Step {
  readonly router: Router;
  /** The link that the Request comes in on. */
  readonly link: number;
  readonly child: number | undefined;
}

/** The routers from the client's LAN up, as far as they point to each other. */
function path(network: Network): Step[] {
  const { routers, target } = network;
  const members = network.links[CLIENT_LINK]!.members.map((id) => routers[id]!);
  const forwards = (router: Router) => usedState(target, router)?.state?.outgoing.has(CLIENT_LINK);
  const steps: Step[] = [];
  let step: Step | undefined = { router: members.find(forwards) ?? members[0]!, link: CLIENT_LINK, child: undefined };
  const seen = new Set<number>();
  while (step !== undefined && !seen.has(step.router.id)) {
    seen.add(step.router.id);
    steps.push(step);
    const used = usedState(target, step.router);
    const parent = used && parentOf(used);
    step =
      typeof parent?.from === 'number' && parent.link !== undefined
        ? { router: routers[parent.from]!, link: parent.link, child: step.router.id }
        : undefined;
  }
  return steps;
}

export function makeTrouble(network: Network, troubles: readonly Trouble[]): void {
  for (const { kind, at } of troubles) {
    const steps = path(network);
    disturb(network, steps[at % steps.length]!, kind);
  }
}

function disturb(network: Network, { router, link, child }: Step, kind: Trouble['kind']): void {
  const used = usedState(network.target, router);
  const state = used?.state;
  const isMember = network.links[CLIENT_LINK]!.members.includes(router.id);
  switch (kind) {
    case 'pruneSent':
      if (state) state.pruneSent = true;
      break;
    case 'pruned':
    case 'notForwarding':
      state?.outgoing.set(link, kind);
      break;
    case 'onlySharedOutgoing':
      if (used?.kind === 'source') router.groupState?.outgoing.set(link, 'forwarding');
      state?.outgoing.delete(link);
      break;
    case 'notOutgoing':
      router.groupState?.outgoing.delete(link);
      state?.outgoing.delete(link);
      break;
    case 'rpfInterface': {
      const from = child ?? network.links[link]!.members.find((other) => other !== router.id);
      if (state === undefined || from === undefined || state.parent.from === 'self') break;
      state.parent = { link, from };
      break;
    }
    case 'noMulticast':
      interfaceOn(router, link)!.multicast = false;
      break;
    case 'scopedOutgoing':
      router.scoped.add(link);
      break;
    case 'scopedIncoming': {
      const incoming = used && parentOf(used).link;
      if (incoming !== undefined) router.scoped.add(incoming);
      break;
    }
    case 'noRoute':
      router.sourceState = router.groupState = router.sourcePath = router.rpPath = undefined;
      router.knowsRp = false;
      break;
    case 'noSourceState':
      router.sourceState = undefined;
      break;
    case 'noState':
      router.sourceState = router.groupState = undefined;
      break;
    case 'noRp':
      // Group state by configuration, RFC 8487 §6.4: it needs a neighbour that is not named by way of the RP.
      if (typeof router.groupState?.parent.from !== 'number') break;
      router.rpPath = undefined;
      router.knowsRp = false;
      break;
    case 'broken':
    case 'silent':
      router.readable = kind;
      break;
    case 'mute':
    case 'muteSilently':
      if (!isMember) router.speaker = { kind: 'mute', tells: kind === 'mute' };
      break;
    case 'prohibited':
      if (router.speaker.kind === 'daemon') network.prohibiting.add(router.speaker.daemon);
  }
}
