/**
 * Names of interfaces on IOS XR: most commands write them in full, some tables cut the kind short. Decides which names are
 * links at all: not those of PIM's own tunnels for Registers, nor Null. And of VRFs. Pure.
 */
import { fullName, type InterfaceNames } from '../tools/cisco-names.ts';

const NAMES: InterfaceNames = {
  kinds: [
    'GigabitEthernet',
    'TenGigE',
    'TwentyFiveGigE',
    'FortyGigE',
    'FiftyGigE',
    'HundredGigE',
    'TwoHundredGigE',
    'FourHundredGigE',
    'EightHundredGigE',
    'FastEthernet',
    'Bundle-Ether',
    'Bundle-POS',
    'Loopback',
    'MgmtEth',
    'Multilink',
    'BVI',
    'POS',
    'Serial',
    'PW-Ether',
    'PW-IW',
    'Null',
    'nve',
    'tunnel-te',
    'tunnel-ip',
    'tunnel-mte',
    'tunnel-tp',
    'tunnel-ipsec',
  ],
  short: new Map([
    ['tf', 'TwentyFiveGigE'],
    ['th', 'TwoHundredGigE'],
    ['fh', 'FourHundredGigE'],
    ['eh', 'EightHundredGigE'],
    ['be', 'Bundle-Ether'],
    ['bp', 'Bundle-POS'],
    ['pe', 'PW-Ether'],
    ['pi', 'PW-IW'],
    ['tt', 'tunnel-te'],
    ['ti', 'tunnel-ip'],
    ['tm', 'tunnel-mte'],
    ['tp', 'tunnel-tp'],
  ]),
};

/** What the router calls the VRF that has no name. */
export const DEFAULT_VRF = 'default';

/** The one name that an interface has in all parts; `undefined`: it is no link. */
export function linkIn(text: string): string | undefined {
  const name = fullName(text, NAMES);
  return /^(?:null\d*|(?:en|de)caps6?tunnel\d+)$/i.test(name) ? undefined : name;
}
