/** RFC 8487 §3, §3.1: nothing is fragmented, and what is over the MTU of the way to the client is told in parts. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trace } from './daemon.ts';
import { describeLab } from './describe-lab.ts';
import { startStandIns, told } from './stand-ins.ts';
import { NOC, RCV, SRC } from './topology.ts';

/** Two blocks of IPv4 fit (152 octets), three do not. */
const MTU = '180';

describeLab('a narrow way to the client', (lab) => {
  let stop: (() => Promise<void>) | undefined;
  let narrow: string[] = [];
  beforeAll(async () => {
    stop = await startStandIns(lab);
    const { stdout } = await lab.exec('noc', ['ip', '-j', 'route', 'get', RCV[4]]);
    const [{ gateway }] = JSON.parse(stdout) as [{ readonly gateway: string }];
    narrow = [`${RCV[4]}/32`, 'via', gateway, 'mtu', 'lock', MTU];
    await lab.exec('noc', ['ip', 'route', 'add', ...narrow]);
  });
  afterAll(async () => {
    await lab.exec('noc', ['ip', 'route', 'delete', ...narrow]);
    await stop?.();
  });

  it('the client gets the whole path, in Replies that fit', async () => {
    const found = await trace(lab, 'rcv', '-g', NOC[4], SRC[4], '232.1.1.88');
    expect(told(found)).toEqual([
      ['NO_ERROR', '10.34.0.4', '10.4.0.4', '10.34.0.3'],
      ['NO_SPACE', '10.23.0.3', '10.34.0.3', '10.23.0.2'],
      ['NO_ERROR', '10.12.0.2', '10.23.0.2', '10.12.0.1'],
      ['NO_ERROR', '10.1.0.1', '10.12.0.1', '0.0.0.0'],
    ]);
    expect(found.ending).toBe('reached-source');
  });
});
