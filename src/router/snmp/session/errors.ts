/** What net-snmp and the system say, in words of an operator who has to do something about it. Texts never vary by try. */
import snmp from 'net-snmp';
import { ReaderError } from '../../port.ts';
import { PduError } from './session.ts';

export interface Whom {
  /** `v3 at 10.255.0.4:161` */
  readonly description: string;
  /** SNMPv3's; `undefined`: a community. */
  readonly user: string | undefined;
}

/** usmStats of a Report (RFC 3414 §5), by net-snmp's text, and its own findings. */
const USM: readonly (readonly [RegExp, (user: string) => string])[] = [
  [/^Unknown User Name/, (user) => `the agent does not know the user ${user}`],
  [/^Wrong Digest/, (user) => `the agent refuses authKey or authProtocol of ${user}`],
  [
    /^Unsupported Security Level/,
    (user) => `the agent wants another security level of ${user}: check authProtocol and privProtocol`,
  ],
  [/^Decryption Error/, (user) => `the agent cannot decrypt: check privKey and privProtocol of ${user}`],
  [/^Authentication digest/, (user) => `the answer is not signed with the authKey of ${user}`],
  [/^(Not In Time Window|Message with engineBoots)/, () => 'the agent and this host do not agree on its engine time'],
  [/^Unknown Engine ID/, () => 'the agent changes its engine ID'],
  [/^Unexpected Report/, () => 'the agent refuses the request with a Report: check the context'],
];

/**
 * An answer that says nothing. Of an encrypted one net-snmp complains about the key, but with a wrong one the agent could
 * not have read the request.
 */
export function isUnreadable(error: unknown): boolean {
  if (error instanceof PduError) return error.status === 'unreadable';
  return error instanceof snmp.ResponseInvalidError && error.message.startsWith('Failed to decrypt');
}

/** Whether a new session, with a new discovery of the engine, may help: an agent has been replaced, or has lost its boots. */
export function isOfSecurity(error: unknown): boolean {
  return error instanceof snmp.ResponseInvalidError && usmTextOf(error, '') !== undefined;
}

export function errorOf(error: unknown, whom: Whom): Error {
  const { description, user = '' } = whom;
  if (error instanceof ReaderError || error instanceof PduError) return error;
  if (isUnreadable(error)) return new PduError('unreadable', undefined);
  if (error instanceof Error && error.name === 'RequestTimedOutError')
    return new ReaderError('ERR_READER_TIMEOUT', `${description}: no answer`);
  if (error instanceof snmp.RequestFailedError) return failureOf(error);
  if (error instanceof snmp.ResponseInvalidError) {
    const usm = usmTextOf(error, user);
    if (usm !== undefined) return new ReaderError('ERR_READER_AUTHENTICATION', `${description}: ${usm}`);
    return new ReaderError('ERR_READER_OUTPUT', `${description}: the answer is not one to what was asked`);
  }
  return systemError(error, description);
}

function usmTextOf({ message }: Error, user: string): string | undefined {
  return USM.find(([text]) => text.test(message))?.[1](user);
}

/** A response with an error-status; net-snmp appends the name that it is about. */
function failureOf({ message, status }: snmp.RequestFailedError): PduError {
  // Of a status that it does not know, net-snmp gives the text.
  const text = typeof status === 'number' ? (snmp.ErrorStatus[status] ?? 'GeneralError') : String(status);
  const name = text === 'GeneralError' ? 'genErr' : text.charAt(0).toLowerCase() + text.slice(1);
  return new PduError(name, /: ([\d.]+)$/.exec(message)?.[1]);
}

function systemError(error: unknown, description: string): ReaderError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const what: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
    ENOTFOUND: 'there is no such host (ENOTFOUND)',
  };
  return new ReaderError('ERR_READER_UNREACHABLE', `${description}: ${what[code] ?? code}`, { cause: error });
}
