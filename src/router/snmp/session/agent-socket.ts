/**
 * The socket that net-snmp sees. It is connected: only the agent's own address and port are heard, and an ICMP error ends
 * the wait at once. Datagrams that cannot be an answer do not get through.
 */
import { createSocket, type Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { isIPv6 } from 'node:net';

export interface AgentSocketOptions {
  readonly address: string;
  readonly port: number;
  readonly mayBeAnswer: (datagram: Uint8Array) => boolean;
  /** Told of each datagram that goes out. */
  readonly onSent: (datagram: Uint8Array) => void;
  /** Told of a datagram that might be an answer, and that net-snmp stumbles over. */
  readonly onUnreadable: (datagram: Uint8Array) => void;
  /** ECONNREFUSED, EHOSTUNREACH, …: nothing more will come. */
  readonly onFailure: (error: Error) => void;
}

/** The part of node:dgram that net-snmp calls, in the shape in which it calls it. */
export class AgentSocket extends EventEmitter {
  readonly #options: AgentSocketOptions;
  readonly #socket: Socket;
  #isClosed = false;

  private constructor(options: AgentSocketOptions, socket: Socket) {
    super();
    this.#options = options;
    this.#socket = socket;
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.emit('close'));
    socket.on('message', (datagram) => this.#receive(datagram));
  }

  /** Rejects with the system's error. */
  static async connect(options: AgentSocketOptions): Promise<AgentSocket> {
    const socket = createSocket(isIPv6(options.address) ? 'udp6' : 'udp4');
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.connect(options.port, options.address, () => {
          socket.off('error', reject);
          resolve();
        });
      });
    } catch (error) {
      socket.close();
      throw error;
    }
    return new AgentSocket(options, socket);
  }

  /** To the agent, whatever is named here. */
  send(datagram: Uint8Array, offset: number, length: number, _port: number, _address: string, sent: () => void): void {
    this.#options.onSent(datagram);
    this.#socket.send(datagram, offset, length, (error) => error && this.#fail(error));
    sent(); // Now, so that a request is known before its answer can come.
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  /** Each datagram that is refused says so; the first one is enough. */
  #fail(error: Error): void {
    if (!this.#isClosed) this.#options.onFailure(error);
  }

  #receive(datagram: Buffer): void {
    if (!this.#options.mayBeAnswer(datagram)) return;
    try {
      this.emit('message', datagram);
    } catch {
      this.#options.onUnreadable(datagram);
    }
  }
}
