/** A TCP connection to a router. */
import { connect, type Socket } from 'node:net';

/**
 * For each address of a name but the last, which has no limit of its own: a SYN that is lost is sent again after one second, and
 * then after two more. Node.js gives 250 ms.
 */
const ATTEMPT_MS = 5_000;

/** @param host name or address */
export function connectTo(host: string, port: number): Socket {
  return connect({ host, port, noDelay: true, autoSelectFamilyAttemptTimeout: ATTEMPT_MS });
}
