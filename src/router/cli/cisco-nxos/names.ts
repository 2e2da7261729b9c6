/**
 * Names of interfaces on NX-OS, and times. Texts of the RIB and tables of ports cut names short (`Eth1/1`, `Po100`, `Lo0`),
 * everything else writes them in full (`Ethernet1/1`, `port-channel100`, `loopback0`). Pure.
 */
import { fullName } from '../tools/cisco-names.ts';
import { secondsIn } from '../tools/text.ts';

const NAMES = {
  kinds: ['Ethernet', 'port-channel', 'Vlan', 'loopback', 'mgmt', 'Tunnel', 'nve', 'Bdi', 'Vethernet', 'Overlay'],
  short: new Map<string, string>(),
};

export function interfaceName(text: string): string {
  return fullName(text, NAMES);
}

/** `undefined` for what is no link: `Null`, `Null0`, and the way to the supervisor, which is the router itself. */
export function linkName(text: string | undefined): string | undefined {
  return text === undefined || text === '' || /^(?:null|sup-|inband)/i.test(text) ? undefined : interfaceName(text);
}

/** Loopbacks have nobody behind them: what comes in there is the router's own. */
export function isLoopbackName(name: string): boolean {
  return name.startsWith('loopback');
}

/** `P15DT16H28M27S` as JSON has it in some places, or as texts write it. */
export function uptimeIn(text: string | undefined): number | null {
  const [, days, hours, minutes, seconds] =
    /^P(?:(\d{1,6})D)?T?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?$/.exec(text ?? '') ?? [];
  const parts = [days, hours, minutes, seconds];
  if (parts.every((part) => part === undefined)) return secondsIn(text);
  const [d, h, m, s] = parts.map((part) => Number(part ?? 0)) as [number, number, number, number];
  return ((d * 24 + h) * 60 + m) * 60 + s;
}
