/**
 * Echo throughput of a `UdpPort` against a bare node:dgram loop, measured in turns in one run, so that the ratio holds
 * whatever else the machine does. Server and load generator are processes of their own; the load keeps a window of
 * datagrams outstanding. About ten seconds. Prints one JSON line: answers per second (median of the rounds), and ratio.
 *
 *     npm run bench
 */
import { type ChildProcess, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { loadDgramExtended } from '../../src/dgram-extended/index.ts';
import { SlotPool } from '../../src/net/pool.ts';
import { UdpPort } from '../../src/net/udp.ts';

const ROUNDS = 4;
const LOAD_MS = 1_000;
/** Octets of a datagram: a Query and one Standard Response Block. */
const DATAGRAM_OCTETS = 72;
const WINDOW = 512;
const SLOT_OCTETS = 2048;
const LOOPBACK = Uint8Array.of(127, 0, 0, 1);

const servers = { dgram: serveDgram, UdpPort: serveUdpPort };
type Server = keyof typeof servers;

/** The loop that node:dgram's documentation would have one write. */
function serveDgram(tell: (port: number) => void): void {
  const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
  socket.on('message', (message, from) => socket.send(message, from.port, from.address));
  socket.bind(0, '127.0.0.1', () => tell(socket.address().port));
}

function serveUdpPort(tell: (port: number) => void): void {
  const pool = new SlotPool(1024, SLOT_OCTETS);
  const free = (slot: number): void => pool.release(slot);
  const port = new UdpPort({
    index: 0,
    address: LOOPBACK,
    port: 0,
    pool,
    receive: (slot, meta) => {
      const taken = port.send(
        {
          slot,
          length: meta.length,
          port: 0,
          destination: meta.source,
          destinationPort: meta.sourcePort,
          source: meta.destination,
          interfaceIndex: 0,
          hopLimit: 255,
        },
        free,
      );
      if (!taken) pool.release(slot);
    },
    truncated: () => undefined,
    unreachable: () => undefined,
  });
  tell(port.localPort);
}

/** Keeps `WINDOW` datagrams on their way to the server and tells how many came back per second. */
function load(serverPort: number, tell: (rate: number) => void): void {
  const { UdpSocket, batch } = loadDgramExtended();
  const socket = new UdpSocket(4, new ArrayBuffer(2 * batch * SLOT_OCTETS), SLOT_OCTETS, batch);
  socket.setOption('receiveBufferOctets', 4 << 20);
  socket.setOption('sendBufferOctets', 4 << 20);
  socket.bind(LOOPBACK, 0, 0);
  const { received, queued } = socket;
  for (let row = 0; row < batch; row++) {
    received.slot[row] = batch + row;
    queued.slot[row] = row;
    queued.length[row] = DATAGRAM_OCTETS;
    queued.destination.set(LOOPBACK, row * 16);
    queued.port[row] = serverPort;
    queued.ttl[row] = -1;
  }
  let outstanding = 0;
  let answers = 0;
  const fill = (): void => {
    while (outstanding + batch <= WINDOW) {
      const sent = socket.send(0, batch);
      outstanding += sent;
      if (sent < batch) return;
    }
  };
  socket.watch({
    onError: () => socket.readErrors(batch),
    onReadable: () => {
      const rows = socket.receive(batch);
      answers += rows;
      outstanding = Math.max(0, outstanding - rows);
      fill();
    },
    onWritable: () => undefined,
  });
  // What was dropped never comes back: start anew when nothing has for a while.
  let before = 0;
  const restart = setInterval(() => {
    if (answers === before) {
      outstanding = 0;
      fill();
    }
    before = answers;
  }, 50);
  const start = performance.now();
  fill();
  setTimeout(() => {
    clearInterval(restart);
    socket.close();
    tell((answers * 1000) / (performance.now() - start));
  }, LOAD_MS);
}

function run(...parameters: string[]): ChildProcess {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
  return spawn(process.execPath, [fileURLToPath(import.meta.url), ...parameters], { stdio: [...stdio] });
}

async function numberFrom(child: ChildProcess): Promise<number> {
  const [value] = (await once(child, 'message')) as [number];
  return value;
}

async function measure(server: Server): Promise<number> {
  const serving = run('serve', server);
  try {
    const port = await numberFrom(serving);
    return await numberFrom(run('load', String(port)));
  } finally {
    serving.kill();
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const [role, parameter] = process.argv.slice(2);
const tell = (value: number): void => {
  process.send?.(value);
};
if (role === 'serve') servers[parameter as Server](tell);
else if (role === 'load') load(Number(parameter), tell);
else {
  const rates: Record<Server, number[]> = { dgram: [], UdpPort: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of ['dgram', 'UdpPort'] as const) rates[server].push(await measure(server));
  }
  const [base, ours] = [median(rates.dgram), median(rates.UdpPort)];
  console.log(
    JSON.stringify({
      benchmark: 'dgram-extended/echo',
      dgramPerSecond: Math.round(base),
      udpPortPerSecond: Math.round(ours),
      ratio: Number((ours / base).toFixed(2)),
      node: process.version,
      kernel: release(),
      cpu: cpus()[0]?.model,
      date: new Date().toISOString().slice(0, 10),
    }),
  );
}
