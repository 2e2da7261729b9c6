/** Names of interfaces on IOS: every one in full, so that it is the same in all outputs. Pure. */
import { fullName, type InterfaceNames } from '../tools/cisco-names.ts';

const IOS_NAMES: InterfaceNames = {
  kinds: [
    'GigabitEthernet',
    'TenGigabitEthernet',
    'TwoGigabitEthernet',
    'FiveGigabitEthernet',
    'TwentyFiveGigE',
    'FortyGigabitEthernet',
    'FiftyGigE',
    'HundredGigE',
    'TwoHundredGigE',
    'FourHundredGigE',
    'AppGigabitEthernet',
    'FastEthernet',
    'Ethernet',
    'Serial',
    'Loopback',
    'Tunnel',
    'Vlan',
    'Port-channel',
    'Null',
    'POS',
    'ATM',
    'BDI',
    'BVI',
    'Dialer',
    'Multilink',
    'MFR',
    'Virtual-Access',
    'Virtual-Template',
    'VirtualPortGroup',
    'LISP',
    'Lspvif',
    'Async',
    'Cellular',
    'NVI',
    'Overlay',
  ],
  short: new Map([
    ['th', 'TwoHundredGigE'],
    ['vt', 'Virtual-Template'],
    ['vpg', 'VirtualPortGroup'],
  ]),
};

export function interfaceName(text: string): string {
  // Of Port-channel only a number is told, of POS a place as well.
  if (/^PO\d+\//.test(text)) return `POS${text.slice(2)}`;
  // `L2LISP0.699` is no short form of anything.
  return /^[A-Za-z-]{2,} ?\d[\d/.:]*$/.test(text) ? fullName(text, IOS_NAMES) : text;
}

/** What stands where there is no interface, or for one that leads nowhere. */
export function isNowhere(name: string): boolean {
  return /^null\d*$/i.test(name);
}
