/** A CLI by telnet that says what a test tells it, line by line: a line that is typed ahead waits until the one before is over. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Ends of lines are written as a telnet server does. */
export type Say = (text: string) => void;
export type Script = (line: string, login: Login) => void | Promise<void>;

export interface Login {
  readonly say: Say;
  readonly close: () => void;
  /** How many logins there were before. */
  readonly number: number;
}

export class ScriptedCli {
  readonly port: number;
  /** All that was entered. */
  readonly lines: string[] = [];
  logins = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  static async start(greeting: string, script: Script): Promise<ScriptedCli> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ScriptedCli(server, greeting, script);
  }

  private constructor(server: Server, greeting: string, script: Script) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.#login(socket, greeting, script));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #login(socket: Socket, greeting: string, script: Script): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
    const login: Login = {
      say: (text) => socket.write(text.replaceAll('\n', '\r\n')),
      close: () => socket.end(),
      number: this.logins++,
    };
    login.say(greeting);
    let typed = '';
    let before: Promise<void> = Promise.resolve();
    socket.on('data', (octets: Buffer) => {
      const lines = `${typed}${octets.toString('latin1').replace(/[\n\0]/g, '')}`.split('\r');
      typed = lines.pop() ?? '';
      for (const line of lines) {
        this.lines.push(line);
        before = before.then(() => script(line, login));
      }
    });
  }
}

/** Long enough for what was said before to be read by itself; if it is not, a test tells less, and nothing wrong. */
export const aMoment = (ms = 30) => new Promise<void>((resolve) => setTimeout(resolve, ms));
