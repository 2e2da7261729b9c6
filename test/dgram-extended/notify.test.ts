/** notify(): messages to a UNIX datagram socket, read by a Python receiver because Node has none. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notify } from './support.ts';

const receiver = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
path = sys.argv[1]
s.bind('\\0' + path[1:] if path[0] == '@' else path)
print('bound', flush=True)
print(repr(s.recv(8192)), flush=True)
`;

let directory: string;
let child: ChildProcessByStdio<null, Readable, null> | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'notify-'));
});
afterEach(() => {
  child?.kill();
  rmSync(directory, { recursive: true });
});

async function received(path: string, message: string): Promise<string> {
  child = spawn('python3', ['-c', receiver, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    if (output === 'bound\n') notify(path, message);
  }
  return output;
}

describe('notify', () => {
  it('reaches a socket by its path', async () => {
    expect(await received(join(directory, 'socket'), 'READY=1\nSTATUS=two routers')).toBe(
      "bound\nb'READY=1\\nSTATUS=two routers'\n",
    );
  });

  it('reaches an abstract socket', async () => {
    expect(await received(`@mtrace2d-test-${process.pid}`, 'STOPPING=1')).toBe("bound\nb'STOPPING=1'\n");
  });

  it('says why it could not', () => {
    const path = join(directory, 'nobody');
    expect(() => notify(path, 'READY=1')).toThrow(
      expect.objectContaining({ message: `sendto ENOENT ${path}`, code: 'ENOENT', syscall: 'sendto', errno: -2 }),
    );
    expect(() => notify(`@mtrace2d-nobody-${process.pid}`, 'READY=1')).toThrow('sendto ECONNREFUSED @mtrace2d-nobody');
    expect(() => notify('', 'READY=1')).toThrow('sendto EINVAL');
    expect(() => notify('/run/a\0b', 'READY=1')).toThrow('sendto EINVAL');
    expect(() => notify(`/${'x'.repeat(108)}`, 'READY=1')).toThrow('sendto ENAMETOOLONG');
    expect(() => notify(path, 'x'.repeat(4096))).toThrow('sendto EMSGSIZE');
  });
});
