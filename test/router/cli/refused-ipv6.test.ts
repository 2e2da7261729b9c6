/** A login that may ask for IPv4 only: which interfaces have IPv6 multicast is not known then, and none would be a false answer. */
import { describe, expect, test } from 'vitest';
import { platforms } from '../../../src/router/cli/platforms.ts';
import type { ForwardingQuery } from '../../../src/router/port.ts';
import { DOMAIN } from './support/box/domain.ts';
import { fakeCli, readerWith } from './support/fake-shell.ts';

const V4: ForwardingQuery = { family: 4, group: '232.1.1.1', source: '10.1.0.2' };
const V6: ForwardingQuery = { family: 6, group: 'ff3e::1:1', source: 'fd00:1::2' };
const signal = () => new AbortController().signal;

describe.each([
  ['cisco-ios', '% Authorization failed.\n', "% Invalid input detected at '^' marker.\n"],
  ['cisco-iosxr', '% This command is not authorized\n', "% Invalid input detected at '^' marker.\n"],
  ['cisco-nxos', '% Permission denied for the role\n', "% Invalid command at '^' marker.\n"],
  ['arista-eos', "% Authorization denied for command 'show pim ipv6 interface'\n", '% Invalid input\n'],
] as const)('%s', (name, refusal, unknown) => {
  const { outputs } = DOMAIN.find(({ platform }) => platform === name)!;
  const saying = (text: string) => {
    const own = Object.keys(outputs).filter((command) => /\bipv6\b/.test(command) && /pim.* interface/.test(command));
    expect(own).not.toEqual([]);
    const without = Object.fromEntries(own.map((command) => [command, text]));
    return readerWith(platforms[name](), fakeCli({ ...outputs, ...without }));
  };

  test('refused: an error for IPv6, and IPv4 as ever', async () => {
    const reader = saying(refusal);
    expect((await reader.readForwarding(V4, signal())).routes).not.toEqual([]);
    await expect(reader.readForwarding(V6, signal())).rejects.toMatchObject({
      code: 'ERR_READER_COMMAND',
      message: expect.stringContaining('IPv6'),
    });
  });

  test('not there: no interface has IPv6 multicast by PIM', async () => {
    const { interfaces } = await saying(unknown).readForwarding({ ...V6, group: null }, signal());
    expect(interfaces).not.toEqual([]);
  });
});
