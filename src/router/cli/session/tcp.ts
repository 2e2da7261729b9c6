/** A TCP connection to a router. */
import { connect, type Socket } from 'node:net';

/**
 * For each address of a name but the last, which has no limit of its own: a SYN that is lost is sent again after one second. Node.js
 * gives 250 ms; more than this, and where the first address is deaf, whoever needs the login would have given up.
 */
const ATTEMPT_MS = 1_200;

/** @param host name or address */
export function connectTo(host: string, port: number): Socket {
  return connect({ host, port, noDelay: true, autoSelectFamilyAttemptTimeout: ATTEMPT_MS });
}
