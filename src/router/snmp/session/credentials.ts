/** Who we are to an agent, and the net-snmp session that says so. */
import snmp from 'net-snmp';
import type { AgentSocket } from './agent-socket.ts';
import { provideDes } from './des.ts';
import type { Expected } from './message-check.ts';

export type Credentials = CommunityCredentials | UserCredentials;

export interface CommunityCredentials {
  readonly version: 1 | '2c';
  readonly community: string;
}

/** RFC 3414: privacy only with authentication; each key only with its protocol. */
export interface UserCredentials {
  readonly version: 3;
  readonly user: string;
  readonly authProtocol?: 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | undefined;
  readonly authKey?: string | undefined;
  /** `aes256b` and `aes256r` extend a short key as Blumenthal's draft does, or Reeder's, as Cisco. */
  readonly privProtocol?: 'des' | 'aes' | 'aes256b' | 'aes256r' | undefined;
  readonly privKey?: string | undefined;
  /** contextName; absent: the default context. */
  readonly context?: string | undefined;
}

export interface Timing {
  readonly timeout: number;
  readonly retries: number;
  readonly backoff: number;
}

provideDes();

/** What the agent's messages must look like. */
export function expectedOf(credentials: Credentials): Expected {
  if (credentials.version !== 3) return { version: credentials.version === 1 ? 0 : 1, securityFlags: 0 };
  const { authKey, privKey } = credentials;
  return { version: 3, securityFlags: (authKey === undefined ? 0 : 1) | (privKey === undefined ? 0 : 2) };
}

/** The target is the socket's, which is connected. */
export function openNetSnmp(credentials: Credentials, socket: AgentSocket, timing: Timing): snmp.Session {
  const options = { ...timing, dgramModule: { createSocket: () => socket } };
  if (credentials.version !== 3) {
    const version = credentials.version === 1 ? snmp.Version1 : snmp.Version2c;
    return snmp.createSession('', credentials.community, { ...options, version });
  }
  const { context } = credentials;
  return snmp.createV3Session('', userOf(credentials), { ...options, ...(context === undefined ? {} : { context }) });
}

function userOf({ user: name, authProtocol, authKey, privProtocol, privKey }: UserCredentials): snmp.User {
  const { SecurityLevel, AuthProtocols, PrivProtocols } = snmp;
  if (authProtocol === undefined || authKey === undefined) return { name, level: SecurityLevel.noAuthNoPriv };
  const signed = { name, authProtocol: AuthProtocols[authProtocol], authKey };
  if (privProtocol === undefined || privKey === undefined) return { ...signed, level: SecurityLevel.authNoPriv };
  return { ...signed, level: SecurityLevel.authPriv, privProtocol: PrivProtocols[privProtocol], privKey };
}
