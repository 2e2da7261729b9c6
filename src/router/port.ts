/**
 * How the daemon asks a router, whatever it is read with (file, cli, snmp). Pure types.
 * A reader only ever reads; it never changes state on a router. It owns its sessions and shares them between reads.
 */
import type { Family } from '../wire/address.ts';
import type { Snapshot } from './snapshot.ts';

/** One question about forwarding, as canonical address text (so nothing but an address can reach a command line). */
export interface ForwardingQuery {
  readonly family: Family;
  /** `null`: no group, only the path to the source is wanted. */
  readonly group: string | null;
  /** `null`: (*,G), the shared tree is wanted. At most one of the two is null. */
  readonly source: string | null;
}

export interface Reader {
  /** What stands in messages and logs: kind and target, never a secret. `cli frr over ssh to 10.255.0.4:22` */
  readonly description: string;
  /** Absent: its reads need not wait for each other. */
  readonly turns?: ReaderTurns | undefined;
  /**
   * The interface table (addresses, MTU, multicast on or off) and, where cheap, neighbors and RPs.
   * Rejects with a `ReaderError`.
   */
  readInterfaces(signal: AbortSignal): Promise<Snapshot>;
  /**
   * Everything one Standard Response Block for this query needs, read now: the interfaces with their counters; the
   * (S,G) row and the (*,G) row when they exist; the RPF row of the source, and of the RP when the query has a group and no
   * (S,G) row leads to the source; the RP of the group. Rows of other groups may be there too. Rejects with a `ReaderError`.
   */
  readForwarding(query: ForwardingQuery, signal: AbortSignal): Promise<Snapshot>;
  /** Ends sessions and timers; pending reads reject with ERR_READER_CLOSED. */
  close(): Promise<void>;
}

/**
 * The turns of a reader whose session answers one command at a time, and may be shared with others. A read that is to wait does so
 * before it begins: each resolves with what is to be called when the read has ended, and rejects with ERR_READER_BUSY.
 */
export interface ReaderTurns {
  /**
   * For `readForwarding`: before all that waits.
   * @param waitMs how long it may wait; absent: a minute, for who is in no hurry
   * @param family of the question
   */
  toAsk(waitMs?: number, family?: Family): Promise<Leave>;
  /** For `readInterfaces`, which takes its time, and lets others ask between its commands. */
  toLearn(): Promise<Leave>;
}

/** Resolves when the turn is somebody else's. Never rejects. */
export type Leave = () => Promise<void> | void;

export type ReaderErrorCode =
  | 'ERR_READER_UNREACHABLE' // no connection: refused, no route, name not resolved, command not found
  | 'ERR_READER_TIMEOUT' // the signal fired, or the router was silent
  | 'ERR_READER_AUTHENTICATION' // the router refused the credentials
  | 'ERR_READER_HOST_KEY' // the host key is unknown or has changed
  | 'ERR_READER_COMMAND' // the router answered with an error
  | 'ERR_READER_OUTPUT' // the answer could not be understood
  | 'ERR_READER_BUSY' // over limits.reads, or the session was taken all the time: the router was not asked
  | 'ERR_READER_CLOSED';

/** Own trouble with a router session: stable `code`, a message that says what to do; never shown to a stranger. */
export class ReaderError extends Error {
  readonly code: ReaderErrorCode;
  constructor(code: ReaderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReaderError';
    this.code = code;
  }
}

/** Whether the router was not asked. */
export function isBusy(error: unknown): boolean {
  return error instanceof ReaderError && error.code === 'ERR_READER_BUSY';
}
