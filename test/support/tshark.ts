/** Runs tshark with proto/mtrace2.lua over a capture, and reads what it shows. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

const DISSECTOR = join(import.meta.dirname, '../../proto/mtrace2.lua');

/** One `field` or `proto` of PDML. */
export interface Shown {
  readonly name: string;
  /** As a person sees it: `Label: value`. */
  readonly showname: string;
  /** The value, as filters have it. */
  readonly show: string;
  readonly children: Shown[];
}

/**
 * Why tshark cannot be used, or `undefined`. Where init.lua forbids scripts to root, as old versions did, `-X lua_script`
 * is passed over in silence: so a script is tried.
 */
export function tsharkMissing(): string | undefined {
  const { error } = spawnSync('tshark', ['--version']);
  if (error !== undefined) return 'tshark is not installed';
  const folder = mkdtempSync(join(tmpdir(), 'mtrace2d-tshark-'));
  try {
    const script = join(folder, 'probe.lua');
    writeFileSync(script, 'print("scripts run")');
    const { stdout } = run(folder, script, ['-G', 'protocols']);
    return stdout.includes('scripts run') ? undefined : 'tshark does not run Lua scripts (for this user)';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What the dissector shows of each packet of a capture: the children of the `mtrace2` protocol, `undefined` where it was
 * not asked.
 * @throws Error when Lua complains, of the script or of a packet
 */
export function dissect(capture: Uint8Array, options: readonly string[] = []): (readonly Shown[] | undefined)[] {
  const folder = mkdtempSync(join(tmpdir(), 'mtrace2d-tshark-'));
  try {
    const file = join(folder, 'capture.pcap');
    writeFileSync(file, capture);
    const { stdout, stderr, status } = run(folder, DISSECTOR, ['-n', '-r', file, '-T', 'pdml', ...options]);
    if (status !== 0 || /\bLua\b/.test(stderr)) throw new Error(`tshark: ${status}\n${stderr}`);
    const complaint = /.*Lua Error.*/.exec(stdout);
    if (complaint !== null) throw new Error(complaint[0]);
    return readPdml(stdout).map((packet) => packet.find(({ name }) => name === 'mtrace2')?.children);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(home: string, script: string, args: readonly string[]) {
  return spawnSync('tshark', ['-X', `lua_script:${script}`, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    // Nothing of the user's own: the dissector may be among the plugins.
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: home,
      WIRESHARK_CONFIG_DIR: home,
      TZ: 'UTC',
      LC_ALL: 'C.UTF-8',
    },
  });
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Packets, each a list of protocols. */
function readPdml(xml: string): Shown[][] {
  const packets: Shown[][] = [];
  const open: Shown[][] = [];
  for (const [, close, tag, rest, isEmpty] of xml.matchAll(
    /<(\/?)(packet|proto|field)\b((?:\s+\w+="[^"]*")*)\s*(\/?)>/g,
  )) {
    if (close === '/') {
      open.pop();
      continue;
    }
    const children: Shown[] = [];
    if (tag === 'packet') packets.push(children);
    else open.at(-1)!.push({ name: '', showname: '', show: '', ...attributes(rest!), children });
    if (isEmpty !== '/') open.push(children);
  }
  return packets;
}

function attributes(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value!.replace(/&(\w+);/g, (whole, entity: string) => ENTITIES[entity] ?? whole),
    ]),
  );
}

/** A suite that needs tshark: skipped, with the reason in its name, where there is none. */
export function describeTshark(name: string, suite: () => void): void {
  const missing = tsharkMissing();
  if (missing === undefined) {
    describe(name, suite);
    return;
  }
  if (process.env.MTRACE2D_TSHARK === 'required') throw new Error(`MTRACE2D_TSHARK=required, but ${missing}`);
  describe.skip(`${name} (SKIPPED: ${missing})`, suite);
}
