/** What IOS prints in two places at once, or again and again, takes a time that grows with the text and no faster. */
import { describe, expect, test } from 'vitest';
import { ciscoIos } from '../../../../src/router/cli/cisco-ios/platform.ts';
import type { Question } from '../../../../src/router/cli/platform.ts';
import type { SnapshotRp } from '../../../../src/router/snapshot.ts';
import { formatAddress, masked } from '../../../../src/wire/address.ts';
import { OUTPUTS } from '../support/box/cisco-ios.ts';
import { inTime } from './in-time.ts';

const ALL_ONES = Uint8Array.of(255, 255, 255, 255);

/** The part that is read in time, where these outputs stand for the usual ones. */
function readInTime<Part>({ commands, parse }: Question<Part>, great: Readonly<Record<string, string>>): Part {
  const outputs = commands.map((command) => great[command] ?? OUTPUTS[command] ?? '');
  return inTime(outputs, () => parse(outputs));
}

const many = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');

test('counts of interfaces: words of nothing but slashes', () => {
  const question = ciscoIos().forwarding({ family: 4, group: null, source: null });
  const command = 'show ip pim interface count';
  const slashes = `${OUTPUTS[command]}${many(500, () => ` ${'/'.repeat(990)} x\n`)}`;
  expect(readInTime(question, { [command]: slashes }).counters).toHaveLength(3);
});

test('an interface that is told of again and again', { timeout: 60_000 }, () => {
  const again = many(50_000, () => 'a is line protocol is\n');
  const { interfaces } = readInTime(ciscoIos().table, { 'show ip interface': again });
  expect(interfaces.filter(({ name }) => name === 'a')).toHaveLength(1);
});

test('many interfaces with one boundary of many rules', { timeout: 60_000 }, () => {
  const detail = many(30_000, (at) => `e${at} is line protocol is\n Multicast boundary: 1\n`);
  const lists = `Standard IP access list 1\n${many(100_000, () => ' permit any\n')}`;
  const { boundaries } = readInTime(ciscoIos().table, {
    'show ip pim interface detail': detail,
    'show ip access-lists': lists,
  });
  expect(boundaries).toHaveLength(30_000);
});

describe('static RPs of access lists', () => {
  const rpsIn = (mappings: string, lists: string) =>
    readInTime(ciscoIos().table, { 'show ip pim rp mapping': mappings, 'show ip access-lists': lists }).rps;
  const wildcard = (length: number) => formatAddress(masked(ALL_ONES, length).map((octet) => octet ^ 0xff));
  const octets = (at: number) => `${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
  const isIpv4 = ({ groups }: SnapshotRp) => groups.includes('.');

  test('the same again and again', () => {
    const mappings = `Acl: 1, Static\n${many(5000, () => ' RP 1.1.1.1\n')}`;
    const lists = `Standard IP access list 1\n${many(5000, () => ' permit any\n')}`;
    expect(rpsIn(mappings, lists).filter(isIpv4)).toEqual([{ groups: '224.0.0.0/4', address: '1.1.1.1' }]);
  });

  test('many RPs of many ranges', () => {
    const mappings = `Acl: 1, Static\n${many(10_000, (at) => ` RP 10.${octets(at)}\n`)}`;
    const infos = many(10_000, () => ' Info source: local\n');
    const lists = `Standard IP access list 1\n${many(10_000, (at) => ` permit 239.${octets(at)}\n`)}`;
    expect(rpsIn(mappings + infos, lists).filter(isIpv4)).toHaveLength(10_000);
  });

  test('many ranges that one of them denies and many others have', () => {
    const mappings = many(500, (at) => `Acl: ${at}, Static\n RP 10.${octets(at)}\n`);
    const denied = many(10_000, (at) => ` deny 239.${octets(at)}\n`);
    const others = many(500, (at) => `Standard IP access list ${at + 1}\n permit any\n`);
    const lists = `${others}Standard IP access list 0\n${denied} permit any\n`;
    expect(
      new Set(
        rpsIn(mappings, lists)
          .filter(isIpv4)
          .map(({ groups }) => groups),
      ).size,
    ).toBe(10_001);
  });

  test('what many lists deny, and all of them permit around it', () => {
    const mappings = many(8000, (at) => `Acl: ${at}, Static\n RP 10.${octets(at)}\n`);
    const rules = (at: number) =>
      ` deny 239.0.0.0, wildcard bits 0.255.255.255\n deny 238.${octets(at)}\n permit any\n`;
    const lists = many(8000, (at) => `Standard IP access list ${at}\n${rules(at)}`);
    expect(rpsIn(mappings, lists).length).toBeLessThan(10_000);
  });

  test('ranges within ranges, denied and permitted in turns', () => {
    const mappings = many(200, (at) => `Acl: ${at}, Static\n RP 10.${octets(999 - at)}\n`);
    const denied = many(10_000, (at) => ` deny 239.${octets(at)}\n`);
    const turn = (at: number) => `${at % 2 === 0 ? 'permit' : 'deny'} 239.0.0.0, wildcard bits ${wildcard(18 - at)}`;
    const turns = many(15, (at) => ` ${turn(at)}\n`);
    const lists = many(200, (at) => `Standard IP access list ${at}\n${at === 0 ? denied : ''}${turns}`);
    const hosts = rpsIn(mappings, lists).filter((row) => isIpv4(row) && row.groups.endsWith('/32'));
    expect(hosts).toHaveLength(10_000);
  });
});
