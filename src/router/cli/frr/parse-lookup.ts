/**
 * Reads pimd's own look-up of a path, `show ip pim nexthop-lookup S G`, which goes by what unicast routes alone do not tell: which
 * of equal next hops is taken (`ecmp`), the multicast RIB (`rpf-lookup-mode`), interfaces without PIM, and default routes that
 * do not count. Text in all versions. Pure.
 */
import { parseAddress } from '../../../wire/address.ts';
import type { NexthopPart, PathPart } from '../platform.ts';
import { canonicalAddress } from '../tools/json.ts';

/** `Group 232.1.1.1 --- Nexthop 10.12.0.2 Interface up1`; newer ones begin with `(10.1.0.1, 232.1.1.1) ---` */
const FOUND = /--- Nexthop (\S+) Interface ([^\s<]\S*)/;
const NONE = /Nexthop Lookup failed, no usable routes/;

/** `null`: there is none; `undefined`: it does not tell. What is on the link is its own next hop here. */
function lookedUp(output: string): { readonly interface: string; readonly neighbor: string } | null | undefined {
  const [, address, name] = FOUND.exec(output) ?? [];
  const neighbor = canonicalAddress(address);
  if (name !== undefined && neighbor !== undefined) return { interface: name, neighbor };
  return NONE.test(output) ? null : undefined;
}

/** The path by what pimd has looked up, with the prefix and the protocol of the unicast route where that leads the same way. */
export function chosenPath(target: string, route: PathPart | null, output: string): PathPart | null {
  const found = lookedUp(output);
  if (found === undefined) return route;
  if (found === null) return route && { ...route, isUnicastOnly: true };
  const hops: readonly NexthopPart[] = route === null ? [] : [route, ...(route.others ?? [])];
  const hop = hops.find((one) => one.interface === found.interface);
  const neighbor = found.neighbor === target ? hop?.neighbor : found.neighbor;
  const others = hops.filter((one) => one !== hop).map((one) => ({ interface: one.interface, neighbor: one.neighbor }));
  if (route !== null && hop !== undefined) return { ...route, interface: hop.interface, neighbor, others };
  const length = (parseAddress(target)?.length ?? 0) * 8;
  return { prefix: `${target}/${length}`, interface: found.interface, neighbor, routingProtocol: null };
}
