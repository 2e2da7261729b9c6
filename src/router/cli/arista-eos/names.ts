/** Names of EOS: those of interfaces in full, and which of them are no links that packets leave by. Pure. */
import { fullName, type InterfaceNames } from '../tools/cisco-names.ts';

const NAMES: InterfaceNames = {
  kinds: [
    'Ethernet',
    'Port-Channel',
    'Vlan',
    'Loopback',
    'Management',
    'Tunnel',
    'Vxlan',
    'Recirc-Channel',
    'UnconnectedEthernet',
    'Fabric',
    'Null',
  ],
  short: new Map(),
};

/** `Et1/1`, `Po10.5`, `Vlan100*` in full; the star says that EVPN has to do with the interface. */
export function interfaceName(text: string): string {
  return fullName(text.replace(/\*$/, ''), NAMES);
}

/** Whether packets can leave by it: not by the CPU, by nothing (`Null0`), nor in Registers of PIM. */
export function isLink(name: string): boolean {
  return /^[A-Za-z][A-Za-z-]*\d/.test(name) && !/^(?:null|register|cpu)/i.test(name);
}
