import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createExecutor } from '../../../../src/router/cli/session/exec.ts';
import type { Executor } from '../../../../src/router/cli/session/session.ts';
import { takeStock } from '../support/resources.ts';

const SHELL = ['sh', '-c'];
const signal = () => new AbortController().signal;

let nothingLeft: () => Promise<void>;
let session: Executor;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'exec-'));
  nothingLeft = takeStock();
  session = createExecutor(SHELL);
});

afterEach(async () => {
  await session.close();
  await nothingLeft();
  await rm(directory, { recursive: true });
});

/** Starts a script that writes its process id and then waits; resolves with the run and the id. */
async function startWaiting(control: AbortController, prelude = '') {
  const file = join(directory, 'pid');
  const run = session.run(
    `${prelude} echo $$ >${file}.new; mv ${file}.new ${file}; sleep 600 & wait; wait`,
    control.signal,
  );
  run.catch(() => {});
  const pid = Number(await vi.waitFor(() => readFile(file, 'utf8')));
  return { run, pid };
}

/** Whether anything of the process group still runs; the dead that nobody has waited for do not count. */
function isAlive(group: number): boolean {
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const [state, , processGroup] = readFileSync(`/proc/${entry}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(processGroup) === group && state !== 'Z';
    } catch {
      return false; // Gone since.
    }
  });
}

test('the command is the last argument, whole, and no shell of ours looks at it', async () => {
  const printer = createExecutor(['printf', '%s|', 'first']);
  expect(await printer.run("a b; $(c)\n'd'", signal())).toBe("first|a b; $(c)\n'd'|");
  await printer.close();
});

test('runs may overlap, and each has its own output', async () => {
  const outputs = await Promise.all(['echo one', 'echo two'].map((command) => session.run(command, signal())));
  expect(outputs).toEqual(['one\n', 'two\n']);
});

test('the environment of the daemon stays with the daemon', async () => {
  vi.stubEnv('R4_COMMUNITY', 'secret');
  expect(await session.run('env', signal())).not.toContain('secret');
  vi.unstubAllEnvs();
});

test('a failure without output is an error with what was complained of', async () => {
  await expect(session.run('printf "pimd is\\nnot running\\033" >&2; exit 3', signal())).rejects.toMatchObject({
    code: 'ERR_READER_COMMAND',
    message: 'exec of sh: pimd is not running',
  });
  await expect(session.run('exit 3', signal())).rejects.toMatchObject({ message: 'exec of sh: exit status 3' });
});

test('a failure after output is left to the parser', async () => {
  expect(await session.run('echo "% Unknown command"; exit 1', signal())).toBe('% Unknown command\n');
});

test.each([
  ['echo half; kill -9 $$', 'ended by SIGKILL'],
  ['kill -9 $$', 'ended by SIGKILL'],
  ['echo half; exit 137', 'exit status 137'],
  ['echo half; echo Connection to r5 closed by remote host. >&2; exit 255', 'Connection to r5 closed by remote host.'],
  ['echo no route to r5 >&2; exit 255', 'no route to r5'],
])('a program that is killed, or has lost its router, has no whole output: %s', async (command, why) => {
  // What a signal ended says nothing of the way to the router.
  await expect(session.run(command, signal())).rejects.toMatchObject({
    code: command.endsWith('exit 255') ? 'ERR_READER_UNREACHABLE' : 'ERR_READER_OUTPUT',
    message: `exec of sh: ${why}`,
  });
});

test.each([
  [['/nonexistent/vtysh', '-c'], '/nonexistent/vtysh'],
  [[], 'exec of'],
])('%j cannot be started', async (command, named) => {
  const broken = createExecutor(command);
  await expect(broken.run('show version', signal())).rejects.toMatchObject({
    code: 'ERR_READER_UNREACHABLE',
    message: expect.stringContaining(named),
  });
  await broken.close();
});

test('an argument that no program can have is an error, not an exception', async () => {
  await expect(session.run('echo \0', signal())).rejects.toMatchObject({ code: 'ERR_READER_UNREACHABLE' });
});

test('output without end is cut off', async () => {
  await expect(session.run('yes', signal())).rejects.toMatchObject({
    code: 'ERR_READER_OUTPUT',
    message: 'exec of sh: the output is longer than 16 MiB',
  });
});

test('complaints without end are not kept', async () => {
  await expect(session.run('yes | head -c 1000000 >&2; exit 1', signal())).rejects.toMatchObject({
    code: 'ERR_READER_COMMAND',
    message: expect.stringMatching(/^.{1,300}$/),
  });
});

test('an abort ends the run at once, and the program with all that it has started', async () => {
  const control = new AbortController();
  const { run, pid } = await startWaiting(control);
  expect(isAlive(pid)).toBe(true);
  control.abort();
  await expect(run).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
});

test('a program that ignores SIGTERM is killed', async () => {
  const control = new AbortController();
  const { run, pid } = await startWaiting(control, 'trap "" TERM;');
  control.abort();
  await expect(run).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
});

test('a signal that has fired starts nothing', async () => {
  await expect(session.run(`echo >${directory}/started`, AbortSignal.abort())).rejects.toMatchObject({
    code: 'ERR_READER_TIMEOUT',
  });
  await expect(readFile(`${directory}/started`)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('close ends what is under way, and what comes later', async () => {
  const { run, pid } = await startWaiting(new AbortController());
  await session.close();
  await expect(run).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
  // The kernel closes the pipes of what has ended before it shows it as ended, so the last moment of it may still be seen.
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 500, interval: 1 });
  await expect(session.run('echo', signal())).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
});

describe('a program that may not be signalled, as one of sudo', () => {
  let pid: number;
  beforeEach(() => {
    vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
  });
  afterEach(() => end());

  function end(): void {
    vi.restoreAllMocks();
    if (isAlive(pid)) process.kill(-pid, 'SIGKILL');
  }

  test('has no other one beside it, until it ends', async () => {
    const control = new AbortController();
    ({ pid } = await startWaiting(control));
    control.abort();
    const refused = { code: 'ERR_READER_UNREACHABLE', message: 'exec of sh: a program that was killed has not ended' };
    await vi.waitFor(() => expect(session.run('echo', signal())).rejects.toMatchObject(refused), { timeout: 5_000 });
    end();
    await vi.waitFor(async () => expect(await session.run('echo again', signal())).toBe('again\n'));
  });

  test('does not hold close for longer than one that may', async () => {
    ({ pid } = await startWaiting(new AbortController()));
    await session.close();
    expect(isAlive(pid)).toBe(true);
  });
});
