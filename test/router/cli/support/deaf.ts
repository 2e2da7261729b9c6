/** A host where no connection comes about: SYNs get no answer once so many wait as the listener lets (listen(2), backlog). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

const LISTEN = `require('node:net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, function () {
  process.stdout.write(String(this.address().port), () => process.kill(process.pid, 'SIGSTOP'));
})`;

export interface Deaf {
  readonly port: number;
  /** It takes connections from now on, and says nothing. */
  wake(): void;
  close(): Promise<unknown>;
}

export async function startDeaf(): Promise<Deaf> {
  const listener = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(listener.stdout, 'data')).map(Number);
  const waiting = [1, 2].map(() => connect(port ?? 0, '127.0.0.1').on('error', () => {}));
  await Promise.all(waiting.map((socket) => once(socket, 'connect')));
  return {
    port: port ?? 0,
    wake: () => listener.kill('SIGCONT'),
    close: () => {
      for (const socket of waiting) socket.destroy();
      listener.kill('SIGKILL');
      return once(listener, 'close');
    },
  };
}
