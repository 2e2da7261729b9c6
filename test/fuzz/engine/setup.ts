/** An engine and what is around it, from the four octets of options that a life begins with. */
import { Domain } from '../../../src/domain/domain.ts';
import { subnetsOn } from '../../../src/net/port.ts';
import { Engine } from '../../../src/trace/engine.ts';
import { Access } from '../../../src/verify/access.ts';
import { isSame, type Policy } from '../judge.ts';
import type { Life } from './input.ts';
import { Invariants } from './invariants.ts';
import { MessageRules } from './message-rules.ts';
import { SNAPSHOTS, STATES } from './routers.ts';
import { MOST_SLOTS, memory, SLOT_OCTETS } from './slots.ts';
import {
  ALL_STAND_INS,
  address,
  arrivalPort,
  HIDE_FROM,
  HOST_LINKS,
  HOST_NETWORKS,
  LOOSE,
  NATIVE_PORT,
  Option,
  Ours,
  oursOf,
  PEERS,
  PROHIBIT,
  prefix,
  QUERY_NETWORKS,
  REPLY_PORT,
  REPLY_TIMEOUT_MS,
  REQUEST_NETWORKS,
  standInPort,
  TIGHT,
} from './world.ts';

const FEW_SLOTS = 3;
export const MODES = ['answers', 'silent', 'broken', 'renumbered'] as const;
/** What a router does when it is asked. */
export type Mode = (typeof MODES)[number];

export interface Setup {
  readonly slotCount: number;
  readonly domain: Domain;
  /** By router. */
  readonly modes: Map<string, Mode>;
  readonly invariants: Invariants;
  readonly engine: (takeSlot: () => number | undefined) => Engine;
}

/** Every upstream router, neighbour and RP that some state names, as octets joined by commas. */
const UPSTREAMS = new Set(
  SNAPSHOTS.flatMap(({ routes = [], rpf = [], rps = [] }) => [
    ...routes.map((row) => row.upstream),
    ...rpf.map((row) => row.neighbor),
    ...rps.map((row) => row.address),
  ]).flatMap((text) => (typeof text === 'string' ? String(address(text)) : [])),
);
const PREFIXES = {
  host: HOST_NETWORKS.map(prefix),
  queries: QUERY_NETWORKS.map(prefix),
  requests: REQUEST_NETWORKS.map(prefix),
  prohibit: PROHIBIT.map(prefix),
  hideFrom: HIDE_FROM.map(prefix),
};

export function setUp([flags, oursBits, silent, broken]: Life['options']): Setup {
  const has = (bit: number) => (flags & bit) !== 0;
  const ours = oursOf(oursBits);
  const policy: Policy = {
    queryNetworks: has(Option.DEFAULT_ACCESS) ? undefined : QUERY_NETWORKS,
    requestNetworks: has(Option.DEFAULT_ACCESS) ? undefined : REQUEST_NETWORKS,
    prohibit: has(Option.PROHIBIT) ? PROHIBIT : [],
    hostNetworks: HOST_NETWORKS,
    routerNetworks: ours.networks,
    peers: PEERS,
    standIns: (oursBits & Ours.STAND_INS) === 0 ? [] : ALL_STAND_INS,
    hasGateways: (oursBits & Ours.GATEWAYS) !== 0,
  };
  const domain = has(Option.LEARNED) ? learnedDomain(oursBits) : new Domain(ours.identities, PEERS);
  const limits = has(Option.TIGHT_LIMITS) ? TIGHT : { queries: LOOSE, requests: LOOSE };
  const relayedLimit = has(Option.FEW_RELAYED) ? 1 : MOST_SLOTS >> 1;
  const requestPorts = (oursBits & Ours.NO_REQUEST_PORT) === 0 ? { 4: 7, 6: 8 } : { 4: undefined, 6: undefined };
  const isStandIn = (one: Uint8Array) => policy.standIns.some((own) => isSame(own, one));
  const rules = new MessageRules({
    peers: PEERS,
    nativePort: has(Option.NATIVE) ? NATIVE_PORT : undefined,
    isUpstream: (one) => UPSTREAMS.has(String(one)),
    requestPorts,
    arrivalPort,
    standInPort,
    isStandIn,
    replyPort: REPLY_PORT,
    routerCount: ours.indexes.length,
    linkInterfaces: HOST_LINKS.map(({ interfaceIndex }) => interfaceIndex),
  });
  const bitOf = (bits: number, i: number) => ((bits >> (ours.indexes[i]! & 7)) & 1) === 1;
  return {
    slotCount: has(Option.FEW_SLOTS) ? FEW_SLOTS : MOST_SLOTS,
    domain,
    modes: new Map(
      ours.identities.map(({ name }, i): [string, Mode] => [
        name,
        bitOf(broken, i) ? 'broken' : bitOf(silent, i) ? 'silent' : 'answers',
      ]),
    ),
    invariants: new Invariants(policy, { replyTimeoutMs: REPLY_TIMEOUT_MS, relayedLimit, ...limits }, rules),
    engine: (takeSlot) =>
      new Engine({
        memory,
        slotOctets: SLOT_OCTETS,
        takeSlot,
        domain,
        access: new Access({
          queryNetworks: policy.queryNetworks && PREFIXES.queries,
          requestNetworks: policy.requestNetworks && PREFIXES.requests,
          prohibit: has(Option.PROHIBIT) ? PREFIXES.prohibit : [],
          hideFrom: has(Option.PROHIBIT) ? PREFIXES.hideFrom : [],
          hostNetworks: () => PREFIXES.host,
          isOnRouterLink: (link) => domain.isOnRouterLink(link),
          isRouterBroadcast: (address) => domain.isBroadcast(address),
          mayBeNeighbor: (sender, index) => domain.mayBeNeighbor(sender, subnetsOn(HOST_LINKS, index)),
        }),
        limits,
        native: { forward: has(Option.NATIVE), port: NATIVE_PORT, ports: [] },
        hostLinks: () => HOST_LINKS,
        requestPorts,
        portFor: (source) => (isStandIn(source) ? standInPort(source) : undefined),
        replyPort: REPLY_PORT,
        replyTimeoutMs: REPLY_TIMEOUT_MS,
        relayedLimit,
      }),
  };
}

/** By the second octet of options. */
const learnedDomains = new Map<number, Domain>();

/** One that has learned all and nothing else since serves many lives: to learn takes longer than a life. */
export function learnedDomain(oursBits: number): Domain {
  const known = learnedDomains.get(oursBits);
  if (known !== undefined) return known;
  const { identities, indexes } = oursOf(oursBits);
  const domain = new Domain(identities, PEERS);
  for (const [i, { name }] of identities.entries())
    domain.learn(name, [...STATES[indexes[i]!]!.interfaces.values()], STATES[indexes[i]!]!.neighbors);
  learnedDomains.set(oursBits, domain);
  return domain;
}

/** This life's domain will know something else: the next one gets another. */
export function forgetLearnedDomain(oursBits: number): void {
  learnedDomains.delete(oursBits);
}
