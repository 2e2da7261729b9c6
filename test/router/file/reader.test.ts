import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFileReader } from '../../../src/router/file/reader.ts';
import { fileOnDisk, type WatchedFile } from '../../../src/router/file/state.ts';
import type { ForwardingQuery } from '../../../src/router/port.ts';

const QUERY: ForwardingQuery = { family: 4, group: '232.1.1.1', source: '10.1.0.2' };

/** Patience without end. */
function never(): AbortSignal {
  return new AbortController().signal;
}

function snapshot(packets: string): string {
  return JSON.stringify({
    name: 'r4',
    interfaces: [{ index: 2, name: 'eth0', addresses: ['10.0.0.4/24'], inMulticastPackets: packets }],
  });
}

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'mtrace2d-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'r4.json');
  const reports: string[] = [];
  const reader = createFileReader('r4', path, (lines) => reports.push(lines.join('\n').replaceAll(folder, '')));
  return {
    path,
    reader,
    reports,
    /** Writes the file in place, as if at an earlier time: a file that has just been written is not settled yet. */
    write: (text: string, seconds = 1000) => {
      writeFileSync(path, text);
      utimesSync(path, seconds, seconds);
    },
    /** The counter that the snapshot has, by which its version is known; or the error's code and message. */
    ask: () =>
      reader.readForwarding(QUERY, never()).then(
        (read) => read.interfaces[0]?.inMulticastPackets,
        (error) => `${error.code} ${error.message.replaceAll(folder, '')}`,
      ),
  };
}

describe('a file that changes', () => {
  it('is read again when it does', async () => {
    const { ask, write, path, reports } = setUp();
    write(snapshot('1'));
    expect(await ask()).toBe('1');
    write(snapshot('22'));
    expect(await ask()).toBe('22');
    write(snapshot('33'), 2000); // same size, other time
    expect(await ask()).toBe('33');
    writeFileSync(`${path}.new`, snapshot('44'));
    utimesSync(`${path}.new`, 2000, 2000); // same size and time, other file
    renameSync(`${path}.new`, path);
    expect(await ask()).toBe('44');
    expect(reports).toEqual([]);
  });

  it('is parsed only when it does', async () => {
    const { reader, write } = setUp();
    write(snapshot('1'));
    const first = await reader.readInterfaces(never());
    expect(await reader.readForwarding(QUERY, never())).toBe(first);
  });
});

describe('a bad file', () => {
  it('is reported once, with place and key, while the last good snapshot serves', async () => {
    const { ask, write, reports } = setUp();
    write(snapshot('1'));
    await ask();
    write(`{\n "name": "r5",\n "interfaces": [{"index": 0}]\n}`);
    expect([await ask(), await ask()]).toEqual(['1', '1']);
    expect(reports).toEqual([
      [
        "/r4.json:2:10: name: 'r5' is not the name of this router (r4)",
        "/r4.json:3:17: interfaces[0]: missing key 'name': expected the name of an interface",
        "/r4.json:3:17: interfaces[0]: missing key 'addresses': expected a list",
        '/r4.json:3:27: interfaces[0].index: 0 is not an ifIndex (1 to 4294967295)',
      ].join('\n'),
    ]);
    write('{', 3000);
    expect(await ask()).toBe('1');
    expect(reports[1]).toBe('/r4.json:1:2: expected a key in double quotes, but the text ends here');
    write(snapshot('2'), 4000);
    expect(await ask()).toBe('2');
    expect(reports).toHaveLength(2);
  });

  it('is an error while there was never a good one', async () => {
    const { ask, write, reports, path } = setUp();
    expect(await ask()).toBe('ERR_READER_UNREACHABLE /r4.json:1:1: cannot be read: no such file or directory');
    write('{"name": 4}');
    const failed = "ERR_READER_OUTPUT /r4.json:1:1: missing key 'interfaces': expected a list (and 1 more)";
    expect([await ask(), await ask()]).toEqual([failed, failed]);
    rmSync(path);
    mkdirSync(path);
    expect(await ask()).toMatch(/^ERR_READER_UNREACHABLE .*: not a file$/);
    rmSync(path, { recursive: true });
    write(snapshot('1'));
    expect(await ask()).toBe('1');
    expect(reports.length).toBeGreaterThanOrEqual(2);
  });

  it('that goes away is reported once, and the last good snapshot serves', async () => {
    const { ask, write, reports, path } = setUp();
    write(snapshot('1'));
    await ask();
    rmSync(path);
    expect([await ask(), await ask()]).toEqual(['1', '1']);
    expect(reports).toEqual(['/r4.json:1:1: cannot be read: no such file or directory']);
  });

  it('does not flood the log', async () => {
    const { ask, write, reports } = setUp();
    write(JSON.stringify({ name: 'r4', interfaces: Array(50).fill({}) }));
    await ask();
    expect(reports[0]?.split('\n')).toHaveLength(21);
    expect(reports[0]).toMatch(/\n\/r4\.json: and 130 more$/);
  });

  it('is refused unread when it is far too long', async () => {
    const { ask, write } = setUp();
    write(' '.repeat(8 * 1024 * 1024 + 1));
    expect(await ask()).toMatch(/^ERR_READER_OUTPUT .*too long for a snapshot \(8388609 octets\)$/);
  });
});

/** A file that goes through versions: each has a text, and an identity that may be the same as that of the one before. */
function setUpVersions() {
  let version = { text: '', identity: '', settled: true };
  /** What happens to the file while it is read. */
  let meanwhile = () => {};
  const reports: string[] = [];
  const file: WatchedFile = {
    state: async () => ({ ...version, octets: version.text.length }),
    read: async () => {
      const { text } = version;
      meanwhile();
      meanwhile = () => {};
      return text;
    },
  };
  const reader = createFileReader('r4', 'r4.json', (lines) => reports.push(...lines), file);
  return {
    reports,
    become: (text: string, identity: string, settled = true) => {
      version = { text, identity, settled };
    },
    whileRead: (change: () => void) => {
      meanwhile = change;
    },
    ask: async () => (await reader.readForwarding(QUERY, never())).interfaces[0]?.inMulticastPackets,
  };
}

describe('a file that is being written', () => {
  it('and read half is no news: it is read again at the next ask, even if it then looks as before', async () => {
    const { become, whileRead, ask, reports } = setUpVersions();
    become(snapshot('1'), 'a');
    expect(await ask()).toBe('1');
    become('{"name": ', 'b');
    whileRead(() => become('{"name": "r4"', 'c'));
    expect(await ask()).toBe('1');
    become(snapshot('2'), 'b');
    expect(await ask()).toBe('2');
    expect(reports).toEqual([]);
  });

  it('within one tick of the clock is read again until the tick is over', async () => {
    const { become, ask, reports } = setUpVersions();
    become(snapshot('1'), 'a', false);
    expect(await ask()).toBe('1');
    become(snapshot('2'), 'a', false);
    expect(await ask()).toBe('2');
    become('{', 'a', false);
    expect(await ask()).toBe('2');
    expect(reports).toEqual([]);
    become('{', 'a', true);
    expect([await ask(), await ask()]).toEqual(['2', '2']);
    expect(reports).toEqual(['r4.json:1:2: expected a key in double quotes, but the text ends here']);
  });

  it('shows by its time, size and number whether it changed and settled', async () => {
    const { path, write } = setUp();
    write(snapshot('1'), 1000);
    const at = (ms: number) => fileOnDisk(path, () => ms).state();
    expect(await at(1_000_019)).toMatchObject({ settled: false });
    expect(await at(1_000_020)).toMatchObject({ settled: true });
    expect(await at(500_000)).toMatchObject({ settled: true });
    expect((await at(0)).identity).toBe((await at(1)).identity);
  });

  it('in place never loses the last good snapshot, and is taken when it is whole', async () => {
    const { ask, write, path } = setUp();
    write(snapshot('1'));
    expect(await ask()).toBe('1');
    const next = snapshot('2');
    for (let length = 0; length < next.length; length++) {
      writeFileSync(path, next.slice(0, length));
      expect(await ask()).toBe('1');
    }
    writeFileSync(path, next);
    expect(await ask()).toBe('2');
  });

  it('while many ask at once', async () => {
    const { ask, path, write } = setUp();
    write(snapshot('1'));
    await ask();
    for (let version = 2; version < 20; version++) {
      const asks = Array.from({ length: 50 }, ask);
      writeFileSync(path, snapshot(`${version}`).slice(0, version % 3 === 0 ? 20 : undefined));
      for (const answer of await Promise.all(asks)) expect(answer).toMatch(/^\d+$/);
    }
  });
});

describe('the end', () => {
  it('of the asker’s patience', async () => {
    const { reader, write } = setUp();
    write(snapshot('1'));
    await expect(reader.readForwarding(QUERY, AbortSignal.abort())).rejects.toMatchObject({
      code: 'ERR_READER_TIMEOUT',
    });
    const patience = new AbortController();
    const asked = reader.readForwarding(QUERY, patience.signal);
    patience.abort();
    await expect(asked).rejects.toMatchObject({ code: 'ERR_READER_TIMEOUT' });
    await expect(reader.readForwarding(QUERY, never())).resolves.toMatchObject({ name: 'r4' });
  });

  it('of the reader', async () => {
    const { reader, write, path } = setUp();
    expect(reader.description).toBe(`file ${path}`);
    write(snapshot('1'));
    const asked = expect(reader.readInterfaces(never())).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
    await reader.close();
    await asked;
    await expect(reader.readInterfaces(never())).rejects.toMatchObject({ code: 'ERR_READER_CLOSED' });
  });
});
