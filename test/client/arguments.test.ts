import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/client/arguments.ts';
import { formatAddress } from '../../src/wire/address.ts';

const parse = (line: string) =>
  parseArguments(
    line.split(' ').filter((word) => word !== ''),
    '1.2.3',
  );
const G = '-g 192.0.2.1';

function options(line: string) {
  const parsed = parse(line);
  if (parsed.kind !== 'options') throw new Error(JSON.stringify(parsed));
  const { source, receiver, group, gateway, ...rest } = parsed.options;
  const text = [source, receiver, group, gateway].map((one) => one && formatAddress(one));
  return { places: text, ...rest };
}

describe('SOURCE, RECEIVER and GROUP are told apart as in mtrace(8)', () => {
  test.each([
    [`${G} 10.1.0.2`, ['10.1.0.2', undefined, undefined, '192.0.2.1']],
    [`${G} 10.1.0.2 232.1.1.1`, ['10.1.0.2', undefined, '232.1.1.1', '192.0.2.1']],
    [`${G} 10.1.0.2 10.4.0.2 232.1.1.1`, ['10.1.0.2', '10.4.0.2', '232.1.1.1', '192.0.2.1']],
    [`10.1.0.2 232.1.1.1 10.4.0.2 ${G}`, ['10.1.0.2', '10.4.0.2', '232.1.1.1', '192.0.2.1']],
    [`${G} any 239.1.1.1`, [undefined, undefined, '239.1.1.1', '192.0.2.1']],
    [`${G} * 239.1.1.1`, [undefined, undefined, '239.1.1.1', '192.0.2.1']],
    ['-g 2001:DB8::1 2001:db8:1::2 FF3E::1:1', ['2001:db8:1::2', undefined, 'ff3e::1:1', '2001:db8::1']],
    ['-g 127.0.0.1 127.1.0.2 127.0.0.2', ['127.1.0.2', '127.0.0.2', undefined, '127.0.0.1']],
    ['-g ::1 2001:db8::2 ::1', ['2001:db8::2', '::1', undefined, '::1']],
  ])('%s', (line, places) => {
    expect(options(line).places).toEqual(places);
  });
});

test('defaults', () => {
  expect(options(`${G} 10.1.0.2`)).toMatchObject({
    port: 33435,
    maxHops: 255,
    waitMs: 10_000,
    isNumeric: false,
    isVerbose: false,
    isJson: false,
    family: 4,
    interface: undefined,
  });
});

test('every option', () => {
  expect(options('-i eth0 --port 33433 -m 7 -w 0.5 -n -v --json -6 any ff15::1')).toMatchObject({
    interface: 'eth0',
    port: 33433,
    maxHops: 7,
    waitMs: 500,
    isNumeric: true,
    isVerbose: true,
    isJson: true,
    family: 6,
  });
});

describe('what is wrong is said in one line', () => {
  test.each([
    ['', 'SOURCE is missing'],
    [`${G} example`, 'SOURCE example: not an address'],
    [`${G} 10.1.0.2 010.4.0.2`, '010.4.0.2: not an address'],
    [`${G} 10.1.0.2 10.4`, '10.4: not an address'],
    [`${G} 239.1.1.1`, 'SOURCE 239.1.1.1: is a group; for its shared tree: any 239.1.1.1'],
    [`${G} any`, 'with SOURCE "any" a GROUP is needed'],
    ...['0.0.0.0', '255.255.255.255', '0.1.2.3', '240.0.0.1', '::'].flatMap((nobody) => [
      [`${G} ${nobody}`, `SOURCE ${nobody}: no sender has this address; the shared tree is "any" with a GROUP`],
      [`${G} 10.1.0.2 ${nobody}`, `RECEIVER ${nobody}: not a unicast address`],
      [`-g ${nobody} 10.1.0.2`, `-g ${nobody}: not a unicast address`],
    ]),
    [`${G} 10.1.0.2 169.254.0.9`, 'RECEIVER 169.254.0.9: a Reply cannot be sent to a link-local address'],
    ['-g fe80::1 2001:db8::1', '-g fe80::1: link-local; give another address of that router, or -i INTERFACE'],
    ['-g fe80::1%eth0 2001:db8::1', '-g fe80::1%eth0: link-local; give another address of that router'],
    ['-g router.example 10.1.0.2', '-g router.example: not an address (names are not looked up)'],
    [`${G} 10.1.0.2 232.1.1.1 232.1.1.2`, '232.1.1.2: GROUP is given twice'],
    [`${G} 10.1.0.2 10.1.0.3 10.1.0.4`, '10.1.0.4: RECEIVER is given twice'],
    [`${G} 10.1.0.2 ff3e::1`, 'do not mix'],
    [`${G} -6 10.1.0.2`, '-6, but the addresses are IPv4'],
    [`${G} -4 -6 10.1.0.2`, 'exclude each other'],
    ['10.1.0.2', 'where to?'],
    ['-g 239.1.1.1 10.1.0.2', '-g 239.1.1.1: not a unicast address'],
    ['-g 10.1.0.2', 'SOURCE is missing'],
    [`${G} -m 0 10.1.0.2`, '-m 0: hops are 1 to 255'],
    [`${G} -m 256 10.1.0.2`, '-m 256: hops'],
    [`${G} -m x 10.1.0.2`, '-m x: hops are 1 to 255'],
    [`${G} -w 0 10.1.0.2`, '-w 0: seconds'],
    [`${G} -w 5s 10.1.0.2`, '-w 5s: seconds'],
    [`${G} --port 65536 10.1.0.2`, '--port 65536'],
    [`${G} --port 0 10.1.0.2`, '--port 0: a port is 1 to 65535'],
    [`${G} --port -1 10.1.0.2`, '--port -1: a port is 1 to 65535'],
    [`${G} --hops 3 10.1.0.2 -z`, 'unknown option: --hops, -z'],
    [`${G} 10.1.0.2 -w`, '-w needs a value'],
    ['10.1.0.2 --gateway', '--gateway needs a value'],
    [`${G} -g 192.0.2.2 10.1.0.2`, '-g is given twice'],
    [`${G} --gateway 192.0.2.1 10.1.0.2`, '--gateway is given twice'],
    ['-i eth0 -i eth1 10.1.0.2', '-i is given twice'],
    [`${G} --port 1 --port 1 10.1.0.2`, '--port is given twice'],
    [`${G} -m 1.5 10.1.0.2`, '-m 1.5: hops'],
    [`${G} -m 0x10 10.1.0.2`, '-m 0x10: hops'],
    [`${G} -m 3 -m 4 10.1.0.2`, '-m is given twice'],
    [`${G} -w 3 -w 4 10.1.0.2`, '-w is given twice'],
    [`${G} --max-hop 3 10.1.0.2`, 'unknown option: --max-hop'],
    [`${G} -nz 10.1.0.2`, 'unknown option: -z'],
    [`${G} --json=yes 10.1.0.2`, '--json takes no value'],
    [`${G} --wait= 10.1.0.2`, '-w : seconds'],
    ...['--gateway.x=1', '--constructor', '--toString', '--hasOwnProperty=1', '--__proto__', '--no-gateway'].map(
      (option) => [`${option} 10.1.0.2`, `unknown option: ${option.replace('=1', '')}`],
    ),
  ])('%s', (line, message) => {
    const parsed = parse(line);
    expect(parsed.kind).toBe('error');
    expect(parsed).toMatchObject({ message: expect.stringContaining(message) });
    expect((parsed as { message: string }).message.split('\n')).toHaveLength(1);
  });
});

test.each(['-g192.0.2.1 -nv', '--gateway=192.0.2.1 -n -v', '-nvg 192.0.2.1 --'])('as in getopt_long(3): %s', (line) => {
  expect(options(`${line} 10.1.0.2`)).toMatchObject({
    places: ['10.1.0.2', undefined, undefined, '192.0.2.1'],
    isVerbose: true,
    isNumeric: true,
  });
});

test('a flag may be repeated', () => {
  expect(options(`${G} -v -v -n -n 10.1.0.2`)).toMatchObject({ isVerbose: true, isNumeric: true });
});

test.each(['--help', '-h'])('%s fits a terminal of 80 columns and names every option', (option) => {
  const parsed = parse(option);
  const { text } = parsed as { text: string };
  expect(parsed.kind).toBe('text');
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  for (const option of ['-g', '-i', '--port', '-m', '-w', '-n', '-v', '-4', '-6', '--json', '-h'])
    expect(text).toContain(option);
});

test('help tells the exit status', () => {
  const { text } = parse('-h') as { text: string };
  for (const status of ['0  ', '1  ', '2  ', '3  ']) expect(text).toContain(`\n  ${status}`);
});

test('version', () => {
  expect(parse('--version')).toEqual({ kind: 'text', text: '1.2.3' });
});
