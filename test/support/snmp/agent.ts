/**
 * An SNMP agent for tests, written from RFC 1157 and RFC 3416: v1 and v2c, GetRequest, GetNextRequest, GetBulkRequest. It
 * counts what it is asked, and can be made slow, deaf, short of room, or strange.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  decodeAll,
  decodeInteger,
  decodeOid,
  type Element,
  encode,
  encodeAll,
  encodeInteger,
  encodeOid,
  Tag,
} from './ber.ts';
import type { Binding, Mib } from './mib.ts';

export const PduType = { GET: 0xa0, GET_NEXT: 0xa1, RESPONSE: 0xa2, GET_BULK: 0xa5 } as const;
export const ErrorStatus = { noError: 0, tooBig: 1, noSuchName: 2, genErr: 5, authorizationError: 16 } as const;

export interface Request {
  /** On the wire: 0 = v1, 1 = v2c. */
  readonly version: number;
  readonly community: string;
  readonly type: number;
  readonly id: number;
  readonly names: readonly (readonly number[])[];
  readonly nonRepeaters: number;
  readonly maxRepetitions: number;
}

export interface Response {
  readonly errorStatus: number;
  /** From 1. */
  readonly errorIndex: number;
  readonly bindings: readonly Binding[];
}

export interface AgentOptions {
  readonly mib: Mib;
  readonly address?: string;
  readonly port?: number;
  readonly community?: string;
  readonly delayMs?: number;
  /** Octets that a response may have: more is tooBig, or a GetBulkRequest's is cut. */
  readonly mostOctets?: number;
  /** What to do instead of answering: another response, raw octets, or `undefined` for silence. */
  readonly instead?: (request: Request, response: Response) => Response | Uint8Array | undefined;
}

const END_OF_MIB_VIEW = encode(Tag.END_OF_MIB_VIEW, Buffer.alloc(0));
const NO_SUCH_INSTANCE = encode(Tag.NO_SUCH_INSTANCE, Buffer.alloc(0));
const NULL = encode(Tag.NULL, Buffer.alloc(0));

export class Agent {
  readonly requests: Request[] = [];
  /** Requests that did not wait for each other's answer count once; with a delay that is longer than they are apart. */
  roundTrips = 0;
  /** performance.now() of the first request. */
  firstAskedMs = Number.NaN;
  #hasAnswered = true;
  #options: AgentOptions;
  readonly #socket: Socket;
  readonly #timers = new Set<NodeJS.Timeout>();

  private constructor(options: AgentOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    socket.on('message', (datagram, from) => this.#receive(datagram, from));
  }

  static async start(options: AgentOptions): Promise<Agent> {
    const { address = '127.0.0.1', port = 0 } = options;
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(port, address);
    await once(socket, 'listening');
    return new Agent(options, socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Counts anew. */
  reset(): void {
    this.requests.length = 0;
    this.roundTrips = 0;
  }

  /** From now on. */
  change(options: Partial<AgentOptions>): void {
    this.#options = { ...this.#options, ...options };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #receive(datagram: Buffer, from: RemoteInfo): void {
    const { community = 'public', delayMs = 0, instead, mib, mostOctets = 65507 } = this.#options;
    const request = requestOf(datagram);
    if (request.community !== community) return;
    this.requests.push(request);
    if (this.requests.length === 1) this.firstAskedMs = performance.now();
    if (this.#hasAnswered) this.roundTrips++;
    this.#hasAnswered = false;
    const response = respond(mib, request, mostOctets);
    const answer = instead === undefined ? response : instead(request, response);
    if (answer === undefined) return;
    const octets = answer instanceof Uint8Array ? answer : encodeResponse(request, answer);
    const send = () => {
      this.#hasAnswered = true;
      this.#socket.send(octets, from.port, from.address);
    };
    if (delayMs === 0) return send();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      send();
    }, delayMs);
    this.#timers.add(timer);
  }
}

function requestOf(datagram: Buffer): Request {
  const [message] = decodeAll(datagram);
  const [version, community, pdu] = decodeAll(message!.content) as [Element, Element, Element];
  const [id, nonRepeaters, maxRepetitions, list] = decodeAll(pdu.content) as [Element, Element, Element, Element];
  return {
    version: decodeInteger(version),
    community: community.content.toString(),
    type: pdu.tag,
    id: decodeInteger(id),
    names: decodeAll(list.content).map(({ content }) => decodeOid(decodeAll(content)[0]!)),
    nonRepeaters: decodeInteger(nonRepeaters),
    maxRepetitions: decodeInteger(maxRepetitions),
  };
}

export function encodeResponse(request: Request, { errorStatus, errorIndex, bindings }: Response): Buffer {
  return encodeAll(Tag.SEQUENCE, [
    encodeInteger(request.version),
    encode(Tag.OCTET_STRING, Buffer.from(request.community)),
    encodeAll(PduType.RESPONSE, [
      encodeInteger(request.id),
      encodeInteger(errorStatus),
      encodeInteger(errorIndex),
      encodeAll(Tag.SEQUENCE, bindings.map(encodeBinding)),
    ]),
  ]);
}

const encodedBindings = new WeakMap<Binding, Buffer>();

function encodeBinding(binding: Binding): Buffer {
  const known = encodedBindings.get(binding);
  if (known !== undefined) return known;
  const encoded = encodeAll(Tag.SEQUENCE, [encodeOid(binding.oid), binding.value]);
  encodedBindings.set(binding, encoded);
  return encoded;
}

function respond(mib: Mib, request: Request, mostOctets: number): Response {
  const response = request.type === PduType.GET_BULK ? bulk(mib, request, mostOctets) : oneByOne(mib, request);
  if (encodeResponse(request, response).length <= mostOctets) return response;
  const bindings = request.version === 0 ? request.names.map((oid) => ({ oid, value: NULL })) : [];
  return { errorStatus: ErrorStatus.tooBig, errorIndex: 0, bindings };
}

/** RFC 1157 §4.1.2, §4.1.3; RFC 3416 §4.2.1, §4.2.2 */
function oneByOne(mib: Mib, { version, type, names }: Request): Response {
  const found = names.map((oid) => (type === PduType.GET ? mib.get(oid) : mib.next(oid)));
  const missing = found.indexOf(undefined);
  if (version === 0 && missing >= 0) {
    return {
      errorStatus: ErrorStatus.noSuchName,
      errorIndex: missing + 1,
      bindings: names.map((oid) => ({ oid, value: NULL })),
    };
  }
  const nothing = type === PduType.GET ? NO_SUCH_INSTANCE : END_OF_MIB_VIEW;
  const bindings = names.map((oid, at) => found[at] ?? { oid, value: nothing });
  return { errorStatus: ErrorStatus.noError, errorIndex: 0, bindings };
}

/** RFC 3416 §4.2.3: as many bindings as there is room for. */
function bulk(mib: Mib, { names, nonRepeaters, maxRepetitions }: Request, mostOctets: number): Response {
  const bindings: Binding[] = [];
  let octets = 60;
  const add = (name: readonly number[]): Binding | undefined => {
    const binding = mib.next(name) ?? { oid: name, value: END_OF_MIB_VIEW };
    octets += encodeBinding(binding).length;
    if (octets > mostOctets) return undefined;
    bindings.push(binding);
    return binding;
  };
  const whole = { errorStatus: ErrorStatus.noError, errorIndex: 0, bindings };
  for (const name of names.slice(0, nonRepeaters)) if (add(name) === undefined) return whole;
  let cursors = names.slice(nonRepeaters);
  for (let repetition = 0; repetition < maxRepetitions; repetition++) {
    const row: (readonly number[])[] = [];
    for (const cursor of cursors) {
      const binding = add(cursor);
      if (binding === undefined) return whole;
      row.push(binding.oid);
    }
    cursors = row;
  }
  return whole;
}
