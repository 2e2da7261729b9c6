import { describe, expect, it } from 'vitest';
import type { SshLoginConfig, SshReaderConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { SshTargets } from '../../src/daemon/ssh-targets.ts';
import type { SshTarget } from '../../src/router/cli/session/ssh-login.ts';

const LOGIN = { port: 22, user: 'u', knownHosts: '/kh', legacyAlgorithms: false, loginsPerMinute: 6 };

function bastion(password: string): SshLoginConfig {
  return { ...LOGIN, host: 'bastion', password: new Secret(password) };
}

function reader(host: string, jump?: SshLoginConfig): SshReaderConfig {
  return { ...LOGIN, kind: 'cli', platform: 'frr', transport: 'ssh', host, agent: '/sock', jump };
}

describe('routers behind a jump host', () => {
  it('share it where all that leads to it is the same', () => {
    const targets = new SshTargets();
    const [one, other, stranger, direct] = [
      reader('r1', bastion('a')),
      reader('r2', bastion('a')),
      reader('r3', bastion('b')),
      reader('r4'),
    ].map((config) => targets.of(config));
    expect(one!.jump).toBeDefined();
    expect(other!.jump).toBe(one!.jump);
    expect(stranger!.jump).toBeDefined();
    expect(stranger!.jump).not.toBe(one!.jump);
    const { loginsPerMinute: _, ...login } = LOGIN; // That is the session's.
    expect(direct).toEqual({ ...login, host: 'r4', agent: '/sock' });
  });

  it('share it until the last of them leaves', async () => {
    const targets = new SshTargets();
    const configs = [reader('r1', bastion('a')), reader('r2', bastion('a'))];
    const [{ jump }] = configs.map((config) => targets.of(config)) as [SshTarget, SshTarget];
    await targets.leave(configs[0]!);
    expect(targets.of(configs[0]!).jump).toBe(jump);
    for (const config of configs) await targets.leave(config);
    await expect(jump!.connect('r1', 22, new AbortController().signal)).rejects.toMatchObject({
      code: 'ERR_READER_CLOSED',
    });
    expect(targets.of(configs[0]!).jump).not.toBe(jump);
  });
});
