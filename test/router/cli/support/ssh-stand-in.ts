/**
 * An ssh server that does what a router does on a bad day. Commands: `echo TEXT`; `fail` (complains, status 1);
 * `hang` (says nothing); `half` (says half and drops the connection); `quiet` (ends without a status);
 * `killed` (ends by a signal); `flood` (never stops); `refuse` (no exec); `patient` (leaves the end to us).
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type AuthContext, type Client, type Connection, type ServerChannel } from 'ssh2';
import { hostKeyType } from '../../../../src/router/cli/session/known-hosts.ts';
import { generateKeys } from './keys.ts';

export const PASSWORD = 'correct horse';

export interface StandIn {
  readonly port: number;
  /** The line of a known_hosts file that names this server. */
  readonly knownHostsLine: string;
  /** Logins begun, those that failed included. */
  connectionCount: number;
  /** Connections that are open. */
  openCount: number;
  /** Passwords that were tried, in order. */
  readonly tried: string[];
  readonly commands: string[];
  /** The password is asked for in this way only. */
  method: 'password' | 'keyboard-interactive';
  /** Passwords are refused while this is true. */
  refusesAll: boolean;
  /** Whether it says which signatures it takes (RFC 8308 §3.1). */
  saysSignatures: boolean;
  /** Decides in place of all that. */
  authenticate: ((context: AuthContext) => void) | undefined;
  /** The most commands that were under way at one time. */
  mostAtOnce: number;
  close(): Promise<void>;
}

export async function startStandIn(keyType: 'ed25519' | 'rsa' = 'ed25519'): Promise<StandIn> {
  const pair = generateKeys(keyType);
  const [, blob = ''] = pair.public.split(' ');
  const server = new ssh2.Server({ hostKeys: [pair.private] }, (client) => accept(client, standIn));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = new Set<Connection>();
  server.on('connection', (client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
  });
  const standIn: StandIn = {
    port,
    knownHostsLine: `[127.0.0.1]:${port} ${hostKeyType(Buffer.from(blob, 'base64'))} ${blob}\n`,
    connectionCount: 0,
    openCount: 0,
    tried: [],
    commands: [],
    method: 'password',
    refusesAll: false,
    saysSignatures: true,
    authenticate: undefined,
    mostAtOnce: 0,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of open) client.end();
      await closed;
    },
  };
  return standIn;
}

function accept(client: Connection, standIn: StandIn): void {
  standIn.connectionCount++;
  standIn.openCount++;
  // Its types leave it out. Without it each login takes ten times as long.
  (client as Connection & Pick<Client, 'setNoDelay'>).setNoDelay(true);
  if (!standIn.saysSignatures) withoutExtInfo(client);
  client.on('error', () => {}); // The other side hangs up in all ways.
  client.once('close', () => standIn.openCount--);
  client.on('authentication', (context) => (standIn.authenticate ?? authenticate)(context, standIn));
  client.on('session', (acceptSession) => {
    acceptSession().on('exec', (acceptExec, rejectExec, { command }) => {
      standIn.commands.push(command);
      if (command === 'refuse') rejectExec();
      else serve(acceptExec(), command, client, standIn);
    });
  });
}

/** As routers of before RFC 8308. ssh2's server has no setting for it. */
function withoutExtInfo(client: Connection): void {
  const { _protocol: protocol } = client as Connection & { _protocol?: object };
  let kex: object | undefined;
  Object.defineProperty(protocol, '_kex', {
    get: () => kex,
    set: (next: object | undefined) => {
      kex = next && Object.defineProperty(next, 'remoteExtInfoEnabled', { get: () => false, set: () => {} });
    },
  });
}

function authenticate(context: AuthContext, standIn: StandIn): void {
  const judge = (password: string | undefined) => {
    standIn.tried.push(password ?? '');
    if (password === PASSWORD && !standIn.refusesAll) context.accept();
    else context.reject([standIn.method]);
  };
  if (context.method !== standIn.method) context.reject([standIn.method]);
  else if (context.method === 'password') judge(context.password);
  else if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], ([password]) => judge(password));
  }
}

const atOnce = new WeakMap<StandIn, number>();

function serve(channel: ServerChannel, command: string, client: Connection, standIn: StandIn): void {
  const running = (atOnce.get(standIn) ?? 0) + 1;
  atOnce.set(standIn, running);
  standIn.mostAtOnce = Math.max(standIn.mostAtOnce, running);
  channel.once('close', () => atOnce.set(standIn, (atOnce.get(standIn) ?? 1) - 1));
  channel.on('error', () => {});
  channel.resume(); // Else it never closes.
  const end = (status: number) => {
    channel.exit(status);
    channel.end();
  };
  if (command.startsWith('echo')) {
    channel.write(`${command.slice(5)}\n`);
    setImmediate(end, 0); // Not at once, so that commands which overlap would show.
  } else if (command === 'fail') {
    channel.stderr.write('pimd is not running\n');
    end(1);
  } else if (command === 'half') {
    channel.write('first half\n', () => client.end());
  } else if (command === 'quiet') {
    channel.write('all\n');
    channel.end();
  } else if (command === 'killed' || command === 'half, killed') {
    if (command !== 'killed') channel.write('half\n');
    channel.exit('KILL', false, '');
    channel.end();
  } else if (command === 'half, lost') {
    channel.write('half\n');
    end(255);
  } else if (command === 'patient') {
    channel.write('all\n');
    channel.exit(0);
    channel.eof();
    channel.once('end', () => channel.end());
  } else if (command === 'flood') {
    const chunk = Buffer.alloc(256 * 1024, 'x');
    const pour = () => {
      while (channel.writable && channel.write(chunk));
    };
    channel.on('drain', pour);
    pour();
  }
}
