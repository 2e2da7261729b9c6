/**
 * Whether a datagram may be the answer of the agent that a session talks to, before net-snmp reads it: the version is
 * ours, and the message is as secure as the request was (RFC 3412 §7.2.10, RFC 3414 §3.2). net-snmp believes a message
 * that claims to need no authentication. Only Reports may, by which an agent says why it cannot do better.
 */

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const REPORT = 0xa8;
const VERSION_3 = 3;

export interface Expected {
  /** The number on the wire: 0 = v1, 1 = v2c, 3 = v3. */
  readonly version: 0 | 1 | 3;
  /** msgFlags that must be set, of v3: 1 = authenticated, 2 = encrypted. */
  readonly securityFlags: number;
}

export function mayBeAnswer(datagram: Uint8Array, { version, securityFlags }: Expected): boolean {
  const message = new Elements(datagram).enter(SEQUENCE);
  if (message?.integer() !== version) return false;
  if (version !== VERSION_3) return true;
  const header = message.enter(SEQUENCE);
  header?.skip(INTEGER);
  header?.skip(INTEGER);
  const flags = header?.enter(OCTET_STRING)?.octet();
  if (flags === undefined) return false;
  if ((flags & securityFlags) === securityFlags) return true;
  message.skip(OCTET_STRING);
  const scopedPdu = message.enter(SEQUENCE);
  scopedPdu?.skip(OCTET_STRING);
  scopedPdu?.skip(OCTET_STRING);
  return scopedPdu?.octet() === REPORT;
}

/** By which an answer is known: the request-id of v1 and v2c, the msgID of v3. `undefined`: there is none. */
export function messageIdOf(datagram: Uint8Array): number | undefined {
  const message = new Elements(datagram).enter(SEQUENCE);
  const version = message?.integer();
  if (version === VERSION_3) return message?.enter(SEQUENCE)?.integer();
  message?.skip(OCTET_STRING);
  return message?.enterAny()?.integer();
}

/** BER elements one after the other (X.690, 8.1), definite lengths only. What is not there, or does not fit, is `undefined`. */
class Elements {
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  octet(): number | undefined {
    return this.#octets[this.#at++];
  }

  /** The content of the next element, and past it; `undefined`: it has another tag. */
  enter(tag: number): Elements | undefined {
    return this.#octets[this.#at] === tag ? this.enterAny() : undefined;
  }

  enterAny(): Elements | undefined {
    this.#at++;
    const length = this.#length();
    if (length === undefined || length > this.#octets.length - this.#at) return undefined;
    this.#at += length;
    return new Elements(this.#octets.subarray(this.#at - length, this.#at));
  }

  skip(tag: number): void {
    // What is behind a broken element makes no sense either: it is not found.
    if (this.enter(tag) === undefined) this.#at = this.#octets.length;
  }

  /** Of four octets at most, as it stands there: nothing here is negative. */
  integer(): number | undefined {
    const content = this.enter(INTEGER);
    if (content === undefined || content.#octets.length === 0 || content.#octets.length > 4) return undefined;
    return content.#octets.reduce((value, octet) => value * 256 + octet, 0);
  }

  #length(): number | undefined {
    const first = this.octet();
    if (first === undefined || first < 0x80) return first;
    let length = 0;
    for (let left = first & 0x7f; left > 0; left--) length = length * 256 + (this.octet() ?? Number.POSITIVE_INFINITY);
    return first === 0x80 ? undefined : length;
  }
}
