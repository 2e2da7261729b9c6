/** The port of an SNMP session with one agent: how to ask, not what. */
import type { Oid } from '../mib/oid.ts';
import type { Varbind } from '../mib/varbind.ts';

export interface Answer {
  /** One for each name asked for once, in order; fewer when the agent had no room. */
  readonly singles: readonly Varbind[];
  /** One list for each name asked for repeatedly, in order; shorter, or missing, when the agent had no room. */
  readonly lists: readonly (readonly Varbind[])[];
}

export interface Session {
  /** Version and target, never a secret: `v2c at 10.255.0.4:161`. */
  readonly description: string;
  /** How many rows one PDU can ask for: SNMPv1 has no GetBulkRequest. */
  readonly mostRepetitions: number;
  /** What silence means, as far as is known: `no answer; the agent cannot be reached`. */
  readonly silence: string;
  /**
   * One PDU, and its answer: what comes next behind each of `singles`, and the next `repetitions` behind each of `repeated`
   * (RFC 3416 §4.2.3; of SNMPv1 only one). Rejects with a `PduError` when the agent answers with an error-status, with a
   * `ReaderError` when it does not answer, refuses the credentials, or when the signal fires.
   */
  ask(singles: readonly Oid[], repeated: readonly Oid[], repetitions: number, signal: AbortSignal): Promise<Answer>;
  /** Ends sockets and timers; what is under way rejects with ERR_READER_CLOSED. */
  close(): void;
}

/** Error-status of a response (RFC 3416 §3), or a response that cannot be read: of less, another one may be better. */
export class PduError extends Error {
  /** `tooBig`, `noSuchName`, `genErr`, …; `unreadable` */
  readonly status: string;
  /** The name that it is about, where the agent says. */
  readonly oid: Oid | undefined;
  constructor(status: string, oid: Oid | undefined) {
    super(oid === undefined ? status : `${status} at ${oid}`);
    this.name = 'PduError';
    this.status = status;
    this.oid = oid;
  }
}
