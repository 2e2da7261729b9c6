/** What the kernel refuses to send is said, with where it was to go: the client waits in vain, and nothing else tells why. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { routersBySsh, startDaemon, trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import type { LabProcess } from './process.ts';
import { NOC, ROUTERS, STREAMS } from './topology.ts';

describeLab('a Reply that has no route', (lab) => {
  let daemon: LabProcess | undefined;
  beforeAll(async () => {
    daemon = await startDaemon(lab, 'noc', { routers: routersBySsh(lab, ROUTERS, 'linux') });
  });
  afterAll(async () => {
    await daemon?.stop();
  });

  it('is a warning in the log', async () => {
    const { source, group } = STREAMS.ssm4;
    const first = await trace(lab, 'rcv', '-g', NOC[4], '-w', '1', source, group);
    const client = String(first.query.clientAddress);
    await lab.exec('noc', ['ip', 'route', 'add', 'unreachable', `${client}/32`]);
    try {
      await expect(trace(lab, 'rcv', '-g', NOC[4], '-w', '1', source, group)).rejects.toThrow('no-reply');
      await daemon?.printed(new RegExp(`"to":"${client}","port":\\d+,"errno":"EHOSTUNREACH".*"msg":"not sent"`));
    } finally {
      await lab.exec('noc', ['ip', 'route', 'delete', 'unreachable', `${client}/32`]);
    }
  });
});
