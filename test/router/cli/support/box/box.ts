/**
 * A router in a box: plays a CLI from a table of outputs, by ssh (ssh2's server side) and by telnet (RFC 854), with a prompt,
 * echoes, pages, a banner, and faults. It counts logins and commands. Of the vendor it knows what a test tells it.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';

export interface BoxOptions {
  readonly prompt: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly password?: string;
  /** Of the privileged mode, whose prompt ends in # where that of the login ends in >. */
  readonly enablePassword?: string;
  readonly banner?: string;
  /** What it says to a command that it does not have. */
  readonly invalid?: string;
  /** Lines of a page, until `pagesOff` is said. */
  readonly pageLines?: number;
  readonly pagesOff?: string;
  readonly more?: string;
  /** Before each output. */
  readonly delayMs?: number;
  /** Before the first octet of a login. */
  readonly greetingDelayMs?: number;
  /** What happens instead of the output: nothing for ever, half of it and then nothing, or the end of the session. */
  readonly fault?: (command: string) => 'hang' | 'half' | 'close' | undefined;
  readonly echoes?: boolean;
}

type Write = (text: string) => void;

/** One login's life at the CLI, over whatever stream. */
class Shell {
  readonly #box: Box;
  readonly #write: Write;
  readonly #close: () => void;
  #line = '';
  #page: string[] | undefined;
  #isPaged: boolean;
  #isPrivileged: boolean;
  #secret: ((line: string) => void) | undefined;
  readonly #ahead: string[] = [];
  #isBusy = false;

  constructor(box: Box, write: Write, close: () => void) {
    this.#box = box;
    let waiting = '';
    // In one piece, as far as it comes at once.
    this.#write = (text) => {
      if (waiting === '')
        queueMicrotask(() => {
          const all = waiting;
          waiting = '';
          write(all);
        });
      waiting += text;
    };
    this.#close = close;
    this.#isPaged = box.options.pageLines !== undefined;
    this.#isPrivileged = box.options.enablePassword === undefined;
  }

  greet(): void {
    const { banner = '', greetingDelayMs = 0 } = this.#box.options;
    const greet = () => {
      this.#write(`${banner.replaceAll('\n', '\r\n')}${this.#prompt}`);
    };
    if (greetingDelayMs === 0) greet();
    else this.#box.later(greet, greetingDelayMs);
  }

  /** Keys, as they are typed. */
  typed(text: string): void {
    for (const key of text) {
      if (this.#page !== undefined && !this.#isBusy) this.#turnPage(key);
      else if (key === '\r') this.#entered();
      else if (key !== '\n' && key !== '\0') {
        this.#line += key;
        if (this.#box.options.echoes !== false && this.#secret === undefined && !this.#isBusy) this.#write(key);
      }
    }
  }

  ask(question: string, answered: (line: string) => void): void {
    this.#write(question);
    this.#secret = answered;
  }

  get #prompt(): string {
    const { prompt } = this.#box.options;
    return this.#isPrivileged ? prompt : prompt.replace('#', '>');
  }

  #entered(): void {
    const line = this.#line;
    this.#line = '';
    if (this.#isBusy) {
      this.#ahead.push(line);
      return;
    }
    this.#write('\r\n');
    const secret = this.#secret;
    this.#secret = undefined;
    if (secret !== undefined) secret(line);
    else this.#run(line.trim());
  }

  #run(command: string): void {
    const { options } = this.#box;
    this.#box.commands.push(command);
    if (command === '') return this.#over();
    if (command === 'enable' && options.enablePassword !== undefined) {
      this.#askToEnable(options.enablePassword, 1);
      return;
    }
    if (command === options.pagesOff) {
      this.#isPaged = false;
      return this.#over();
    }
    const { invalid = "% Invalid input detected at '^' marker." } = options;
    const output = Object.hasOwn(options.outputs, command) ? options.outputs[command]! : invalid;
    const fault = options.fault?.(command);
    if (fault === 'hang') return;
    if (fault === 'close') return this.#close();
    this.#isBusy = true;
    const print = () => {
      this.#isBusy = false;
      const lines = output === '' ? [] : output.replace(/\n$/, '').split('\n');
      if (fault === 'half') return this.#write(`${lines.slice(0, Math.ceil(lines.length / 2)).join('\r\n')}\r\n`);
      this.#page = lines;
      this.#printPage();
    };
    if ((options.delayMs ?? 0) === 0) print();
    else this.#box.later(print, options.delayMs!);
  }

  /** Three times, as IOS does. */
  #askToEnable(password: string, time: number): void {
    this.ask('Password: ', (line) => {
      this.#isPrivileged = line === password;
      if (!this.#isPrivileged && time < 3) return this.#askToEnable(password, time + 1);
      if (!this.#isPrivileged) this.#write('% Bad secrets\r\n\r\n');
      this.#over();
    });
  }

  #printPage(): void {
    const { pageLines = 24, more = ' --More-- ' } = this.#box.options;
    const lines = this.#page ?? [];
    const now = lines.splice(0, this.#isPaged ? pageLines : lines.length);
    for (const line of now) this.#write(`${line}\r\n`);
    if (lines.length > 0) return this.#write(more);
    this.#page = undefined;
    this.#over();
  }

  #turnPage(key: string): void {
    const { more = ' --More-- ' } = this.#box.options;
    if (key !== ' ') return;
    this.#write(`\r${' '.repeat(more.length)}\r`);
    this.#printPage();
  }

  #over(): void {
    this.#write(this.#prompt);
    const next = this.#ahead.shift();
    if (next === undefined) return;
    this.#write(`${next}\r\n`);
    this.#run(next.trim());
  }
}

export class Box {
  options: BoxOptions;
  /** Commands that were entered, of all logins. */
  readonly commands: string[] = [];
  /** Attempts. */
  logins = 0;
  /** What telnet clients have offered or agreed to, as octets. */
  readonly negotiated: number[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #streams = new Set<{ destroy(): void }>();
  readonly #servers: Server[] = [];

  constructor(options: BoxOptions) {
    this.options = options;
  }

  /** Logins that are open. */
  get open(): number {
    return this.#streams.size;
  }

  later(run: () => void, ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }

  /** Ends all logins, as a router that restarts. */
  drop(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  async telnet(): Promise<number> {
    const server = createServer((socket) => this.#telnetLogin(socket));
    return this.#listen(server);
  }

  async ssh(hostKey: string): Promise<number> {
    const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => this.#sshLogin(connection));
    return this.#listen(server as unknown as Server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.drop();
    for (const server of this.#servers) {
      server.close();
      await once(server, 'close');
    }
  }

  async #listen(server: Server): Promise<number> {
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  }

  #keep(stream: { destroy(): void; once(event: 'close', listener: () => void): unknown }): void {
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
  }

  #telnetLogin(socket: Socket): void {
    this.logins++;
    this.#keep(socket);
    socket.on('error', () => {});
    // WILL ECHO, WILL SUPPRESS-GO-AHEAD, DO TERMINAL-TYPE, DO NAWS: what Cisco's systems begin with.
    socket.write(Buffer.of(255, 251, 1, 255, 251, 3, 255, 253, 24, 255, 253, 31));
    const shell = new Shell(
      this,
      (text) => socket.write(Buffer.from(text, 'utf8')),
      () => socket.end(),
    );
    const keys: number[] = [];
    socket.on('data', (octets: Buffer) => {
      const plain: number[] = [];
      for (const octet of octets) {
        keys.push(octet);
        if (keys[0] !== 255) plain.push(keys.shift()!);
        else if (keys.length === 3) this.negotiated.push(...keys.splice(0));
      }
      shell.typed(Buffer.from(plain).toString('utf8'));
    });
    const { user, password } = this.options;
    const askPassword = (name: string) =>
      shell.ask('Password: ', (line) => {
        if (line === password && (user === undefined || name === user)) return shell.greet();
        socket.write('\r\n% Login invalid\r\n\r\n');
        askUser();
      });
    const askUser = () => (user === undefined ? askPassword('') : shell.ask('Username: ', askPassword));
    if (password === undefined) shell.greet();
    else askUser();
  }

  #sshLogin(connection: Connection): void {
    this.#keep({
      destroy: () => connection.end(),
      once: (event, listener) => connection.once(event as 'close', listener),
    });
    connection.on('error', () => {});
    connection.on('authentication', (context) => {
      const { user = 'admin', password = 'secret' } = this.options;
      if (context.method !== 'password') return context.reject(['password']);
      this.logins++;
      if (context.username === user && context.password === password) context.accept();
      else context.reject(['password']);
    });
    connection.on('session', (accept) => {
      const session = accept();
      session.on('pty', (acceptPty) => acceptPty());
      session.on('shell', (acceptShell) => this.#sshShell(acceptShell(), connection));
    });
  }

  #sshShell(channel: ServerChannel, connection: Connection): void {
    const shell = new Shell(
      this,
      (text) => channel.write(text),
      () => {
        channel.exit(0);
        channel.close();
        connection.end();
      },
    );
    channel.on('data', (keys: Buffer) => shell.typed(keys.toString('utf8')));
    channel.on('error', () => {});
    shell.greet();
  }
}
