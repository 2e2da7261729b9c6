/**
 * The configuration as the daemon sees it: complete (defaults filled in), checked, and in the units its names say.
 * Addresses and prefixes are octets, paths are absolute, secrets have been read. Here are the types, and the words that
 * some of them are made of; schema.ts makes the values.
 */
import type { Address, Prefix } from '../wire/address.ts';
import type { Secret } from './secret.ts';

export const PLATFORMS = [
  'frr',
  'linux',
  'mrouted',
  'cisco-ios',
  'cisco-iosxr',
  'cisco-nxos',
  'juniper-junos',
  'arista-eos',
] as const;
export type Platform = (typeof PLATFORMS)[number];

export const AUTH_PROTOCOLS = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
export type AuthProtocol = (typeof AUTH_PROTOCOLS)[number];

export const PRIV_PROTOCOLS = ['des', 'aes', 'aes256b', 'aes256r'] as const;
export type PrivProtocol = (typeof PRIV_PROTOCOLS)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  /** At least one; no address and port twice. IPv6 ones are for IPv6 only. */
  readonly listen: readonly ListenConfig[];
  /** Interfaces on which the all-routers groups are joined. */
  readonly multicast: { readonly interfaces: readonly string[] };
  /** Unique names. */
  readonly routers: readonly RouterConfig[];
  /** Unique names. */
  readonly peers: readonly PeerConfig[];
  readonly native: NativeConfig;
  readonly access: AccessConfig;
  readonly limits: LimitsConfig;
  /** [Mtrace Reply Timeout]. RFC 8487 §5.8.4 */
  readonly replyTimeoutMs: number;
  readonly log: LogConfig;
}

export interface ListenConfig {
  readonly address: Address;
  readonly port: number;
}

export interface RouterConfig {
  readonly name: string;
  /** Absent: learned from the router's interface table. */
  readonly addresses?: readonly Address[] | undefined;
  /** Addresses on which the daemon answers as this router; none is given twice, over all routers. */
  readonly standIn: readonly Address[];
  /** Clients for which it is a gateway (RFC 8487 §4.5): REACHED_GW, and a Query of its own goes on. */
  readonly gateway: readonly Prefix[];
  /** Oldest forwarding state that may be answered; 0: always read anew. */
  readonly maxAgeMs: number;
  /** At least one, in the order in which they are tried. */
  readonly readers: readonly ReaderConfig[];
}

export type ReaderConfig = CliReaderConfig | SnmpReaderConfig | FileReaderConfig;
export type CliReaderConfig = SshReaderConfig | TelnetReaderConfig | ExecReaderConfig;
export type SnmpReaderConfig = SnmpCommunityReaderConfig | Snmp3ReaderConfig;

export interface SshReaderConfig extends SshLoginConfig {
  readonly kind: 'cli';
  readonly platform: Platform;
  readonly transport: 'ssh';
  /** The host by way of which the router is reached; absent: none. */
  readonly jump?: SshLoginConfig | undefined;
  /** For a CLI that wants it for what needs privileges. */
  readonly enablePassword?: Secret | undefined;
  /** VRF, routing instance or VPN; absent: the default one. */
  readonly vrf?: string | undefined;
}

/** At least one of password, privateKey and agent is there. */
export interface SshLoginConfig {
  /** Address or host name. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: Secret | undefined;
  /** The key's text (PEM or OpenSSH). */
  readonly privateKey?: Secret | undefined;
  /** Of the private key. */
  readonly passphrase?: Secret | undefined;
  /** Absolute path of the socket of an ssh-agent. */
  readonly agent?: string | undefined;
  /** Absolute path. */
  readonly knownHosts: string;
  /** Whether algorithms may be used that are no longer safe: for routers that know no others. */
  readonly legacyAlgorithms: boolean;
  /** Successful or not: accounts are locked for too many. */
  readonly loginsPerMinute: number;
}

export interface TelnetReaderConfig {
  readonly kind: 'cli';
  readonly platform: Platform;
  readonly transport: 'telnet';
  readonly host: string;
  /** Absent: telnet's own, 23; of frr always. */
  readonly port?: number | undefined;
  /** Of frr, whose daemons listen one by one; absent: 2601, 2611, 2622. */
  readonly ports?:
    | { readonly zebra?: number | undefined; readonly pimd?: number | undefined; readonly pim6d?: number | undefined }
    | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly loginsPerMinute: number;
  readonly enablePassword?: Secret | undefined;
  readonly vrf?: string | undefined;
}

export interface ExecReaderConfig {
  readonly kind: 'cli';
  readonly platform: Platform;
  readonly transport: 'exec';
  /** Program and first arguments, at least the program; the router's command is appended as the last one. */
  readonly command: readonly string[];
  readonly vrf?: string | undefined;
}

export interface SnmpCommunityReaderConfig {
  readonly kind: 'snmp';
  readonly version: 1 | '2c';
  /** Address or host name. */
  readonly host: string;
  readonly port: number;
  readonly community: Secret;
}

/** RFC 3414: privacy only with authentication; each key only with its protocol. */
export interface Snmp3ReaderConfig {
  readonly kind: 'snmp';
  readonly version: 3;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly authProtocol?: AuthProtocol | undefined;
  readonly authKey?: Secret | undefined;
  readonly privProtocol?: PrivProtocol | undefined;
  readonly privKey?: Secret | undefined;
  /** contextName, of a VRF for example; absent: the default context. */
  readonly context?: string | undefined;
}

export interface FileReaderConfig {
  readonly kind: 'file';
  /** Absolute path of a snapshot. */
  readonly path: string;
}

export interface PeerConfig {
  readonly name: string;
  /** One, or one of each family. */
  readonly addresses: readonly Address[];
  readonly port: number;
  /** Upstream routers that this peer speaks for. */
  readonly routers: readonly Prefix[];
}

/** Upstream routers that nobody here answers for, and that may speak Mtrace2 themselves. */
export interface NativeConfig {
  /** Whether Requests go to them. */
  readonly forward: boolean;
  /** Their UDP port. */
  readonly port: number;
  /** Those that listen on another one, by longest prefix; no prefix twice. */
  readonly ports: readonly { readonly routers: Prefix; readonly port: number }[];
}

export interface AccessConfig {
  /** Absent: networks connected to this host and to its routers. */
  readonly queries?: readonly Prefix[] | undefined;
  /** Absent: links of the routers. Peers may send Requests in any case. */
  readonly requests?: readonly Prefix[] | undefined;
  /** Groups, and clients, whose traces are answered with ADMIN_PROHIB. */
  readonly prohibit: readonly Prefix[];
  /** Clients that may not know what is between our routers: INFO_HIDDEN. */
  readonly hideFrom: readonly Prefix[];
}

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface LimitsConfig {
  /** Per client address. */
  readonly queries: Rate;
  /** Per sender. */
  readonly requests: Rate;
  /** Per router. */
  readonly reads: { readonly perSecond: number; readonly concurrency: number };
}

export interface LogConfig {
  readonly level: LogLevel;
}
