/**
 * A domain of five vendors, each router in a box that is typed to:
 *
 *     src 10.1.0.2 -- r1 Junos -- r2 IOS XR (RP) -- r3 NX-OS -- r4 EOS -- r5 IOS -- rcv 10.5.0.2
 *
 * Links 10.12.0.0/24 and fd00:12::/64 and so on; router N is .N, ::N and fe80::N.
 */
import * as eos from './arista-eos.ts';
import * as ios from './cisco-ios.ts';
import * as xr from './cisco-iosxr.ts';
import * as nxos from './cisco-nxos.ts';
import * as junos from './juniper-junos.ts';

/** In the order of the data flow. */
export const DOMAIN = [
  { name: 'r1', platform: 'juniper-junos', prompt: 'mt@r1> ', outputs: junos.OUTPUTS },
  { name: 'r2', platform: 'cisco-iosxr', prompt: 'RP/0/RSP0/CPU0:r2#', outputs: xr.OUTPUTS },
  { name: 'r3', platform: 'cisco-nxos', prompt: 'r3# ', outputs: nxos.OUTPUTS },
  { name: 'r4', platform: 'arista-eos', prompt: 'r4#', outputs: eos.OUTPUTS },
  { name: 'r5', platform: 'cisco-ios', prompt: 'r5#', outputs: ios.OUTPUTS },
] as const;

export const SOURCE = { 4: '10.1.0.2', 6: 'fd00:1::2' } as const;
export const RECEIVER = { 4: '10.5.0.2', 6: 'fd00:5::2' } as const;
