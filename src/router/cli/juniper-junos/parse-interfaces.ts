/**
 * Reads the interface table: `show interfaces` in any of its lengths, `terse` too. A row for each physical interface and
 * for each unit of one; addresses are units'. Pure.
 */
import type { CounterPart, InterfacePart } from '../platform.ts';
import type { NotUnderstood } from '../tools/text.ts';
import { addressesOf, type Gathered } from './gathered.ts';
import { readInterfacesText } from './interfaces-text.ts';
import { type Output, refusal } from './output.ts';

export interface JunosInterface extends InterfacePart {
  /** Between parts of the router: every Junos router has the same addresses there, some of them real ones of others. */
  readonly isInternal: boolean;
  /** Or its port is: then it has no addresses. */
  readonly isDisabled: boolean;
}

export interface InterfaceTable {
  readonly interfaces: readonly JunosInterface[];
  /** Multicast frames of physical Ethernets, of all units and protocols; only `extensive` has them. */
  readonly counters: readonly CounterPart[];
}

/** @throws ReaderError when there is not one interface in it */
export function parseInterfaces(output: Output, notUnderstood?: NotUnderstood): InterfaceTable {
  const gathered = new Map<string, Gathered>();
  // Nodes of a cluster may tell of the same ones.
  for (const one of readInterfacesText(output, notUnderstood)) {
    if (!gathered.has(one.name)) gathered.set(one.name, one);
  }
  if (gathered.size === 0) throw refusal(output);
  return {
    interfaces: [...gathered.values()].map((one) => interfaceOf(one, gathered.get(one.name.split('.')[0]!))),
    counters: [...gathered.values()].flatMap(({ multicasts }) => (multicasts === undefined ? [] : [multicasts])),
  };
}

function interfaceOf({ name, index, families, ...own }: Gathered, port: Gathered | undefined): JunosInterface {
  const [inet, inet6] = [families.get('inet'), families.get('inet6')];
  const isDisabled = own.isDisabled || port?.isDisabled === true;
  const addresses = [inet, inet6].flatMap((family) => (family === undefined || isDisabled ? [] : addressesOf(family)));
  return {
    index,
    name,
    addresses: [...new Set(addresses)],
    mtu: inet?.mtu ?? inet6?.mtu,
    isDisabled,
    isInternal: families.has('tnp') || INTERNAL.test(name),
  };
}

/**
 * Of routing engine, forwarding engine and the machine that both are guests of. Units that the system makes for itself are
 * numbered from 16384 on lo0, 16383 on services and 32768 on Ethernets of the routing engine.
 */
const INTERNAL = /^(?:\.local\.|jsrv|lc-|pf[eh]-|bme\d|em\d+\.32768$|sp-[\d/]+\.16383$|lo0\.(?:1638[4-9]|1639\d)$)/;
