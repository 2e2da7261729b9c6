/**
 * What is allowed but probably not meant: warnings. The daemon runs nevertheless.
 */
import type { Finding, Path } from '../document/problem.ts';
import { familyOf, formatPrefix, sameAddress } from '../wire/address.ts';
import type { Config, ReaderConfig, SshLoginConfig } from './config.ts';
import { Secret } from './secret.ts';

/** Why no such thing can be used by that path, or name of a program: `is not there`; `undefined` = it can. */
export type Missing = (name: string, wanted: Thing) => string | undefined;
export type Thing = 'file' | 'socket' | 'program';

export function cautions(config: Config, missing: Missing): Finding[] {
  const none = { path: ['routers'], what: 'no routers: no Query can be answered' };
  return [
    ...(config.routers.length === 0 ? [none] : []),
    ...exposedSecrets(config),
    ...missingThings(config, missing),
    ...unreachableFamilies(config),
    ...deafGateways(config),
    ...peersOfOneself(config),
    ...prefixesOfTwoPeers(config),
  ];
}

function exposedSecrets(config: Config): Finding[] {
  return config.routers.flatMap(({ readers }, i) =>
    readers.flatMap((reader, j) => exposedIn(reader, ['routers', i, 'readers', j])),
  );
}

function exposedIn(part: object, path: Path): Finding[] {
  return Object.entries(part).flatMap(([key, value]) => {
    const at = [...path, key];
    if (value instanceof Secret) return value.concern === undefined ? [] : [{ path: at, what: value.concern }];
    return typeof value === 'object' && value !== null ? exposedIn(value, at) : [];
  });
}

/** They may come later: each is looked for at every login or read. */
function missingThings({ routers }: Config, missing: Missing): Finding[] {
  return routers.flatMap(({ readers }, i) =>
    readers.flatMap((reader, j) =>
      needsOf(reader).flatMap(({ path, name, wanted, without }) => {
        const why = missing(name, wanted);
        if (why === undefined) return [];
        return [{ path: ['routers', i, 'readers', j, ...path], what: `${name} ${why}: ${without}` }];
      }),
    ),
  );
}

/** A thing of this host that a reader needs, and what holds without it. */
interface Need {
  /** From the reader. */
  readonly path: Path;
  readonly name: string;
  readonly wanted: Thing;
  readonly without: string;
}

function needsOf(reader: ReaderConfig): Need[] {
  if (reader.kind === 'file')
    return [{ path: ['path'], name: reader.path, wanted: 'file', without: 'it tells nothing' }];
  if (reader.kind === 'snmp' || reader.transport === 'telnet') return [];
  if (reader.transport === 'exec') {
    const [program = ''] = reader.command;
    return [{ path: ['command', 0], name: program, wanted: 'program', without: 'nothing can be asked' }];
  }
  return [...needsOfLogin(reader, []), ...(reader.jump === undefined ? [] : needsOfLogin(reader.jump, ['jump']))];
}

function needsOfLogin({ knownHosts, agent }: SshLoginConfig, at: Path): Need[] {
  const hosts = { path: [...at, 'knownHosts'], name: knownHosts, wanted: 'file', without: 'no host is known' } as const;
  if (agent === undefined) return [hosts];
  return [hosts, { path: [...at, 'agent'], name: agent, wanted: 'socket', without: 'it has no keys' }];
}

/** RFC 8487 §4.5: what a gateway asks of somebody else's router has to come back to an address of this daemon. */
function deafGateways(config: Config): Finding[] {
  return config.routers.flatMap(({ name, gateway, standIn }, i) =>
    gateway.length === 0 || standIn.length > 0
      ? []
      : [
          {
            path: ['routers', i, 'gateway'],
            what: `${name} has no standIn: traces through it end with this daemon's routers`,
          },
        ],
  );
}

/** RFC 8487 §3 forbids to mix families, so a Request for an IPv6 router cannot go to a peer's IPv4 address. */
function unreachableFamilies(config: Config): Finding[] {
  return config.peers.flatMap((peer, i) => {
    const families = peer.addresses.map(familyOf);
    return peer.routers.flatMap((prefix, j) => {
      const family = familyOf(prefix.address);
      if (families.includes(family)) return [];
      const what = `${formatPrefix(prefix)} is out of reach: peer ${peer.name} has no IPv${family} address, and a trace keeps to one family (RFC 8487 §3)`;
      return [{ path: ['peers', i, 'routers', j], what }];
    });
  });
}

/** Where the daemon listens on all addresses, one of those may be meant just as well: that shows only at work. */
function peersOfOneself({ listen, peers }: Config): Finding[] {
  return peers.flatMap((peer, i) =>
    peer.addresses.some((own) => listen.some((one) => one.port === peer.port && sameAddress(one.address, own)))
      ? [
          {
            path: ['peers', i, 'address'],
            what: `${peer.name} is where this daemon listens itself: its Requests go in circles`,
          },
        ]
      : [],
  );
}

/** Of equal prefixes the first one wins, whether its peer is there or not. */
function prefixesOfTwoPeers({ peers }: Config): Finding[] {
  const first = new Map<string, string>();
  return peers.flatMap(({ name, routers }, i) =>
    routers.flatMap((prefix, j) => {
      const text = formatPrefix(prefix);
      const earlier = first.get(text);
      if (earlier === undefined) first.set(text, name);
      if (earlier === undefined || earlier === name) return [];
      const what = `${text} is asked of peer ${earlier}, which comes first, and never of ${name}`;
      return [{ path: ['peers', i, 'routers', j], what }];
    }),
  );
}
