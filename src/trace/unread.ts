/** What holds of a router that was not read: its interfaces, but not what they had counted when that was. */
import { UNKNOWN_COUNT } from '../../proto/field.ts';
import type { InterfaceState, RouterState } from '../router/state.ts';

export function stateWithoutRoutes(name: string, interfaces: readonly InterfaceState[]): RouterState {
  const unread = { inMulticastPackets: UNKNOWN_COUNT, outMulticastPackets: UNKNOWN_COUNT };
  return {
    name,
    interfaces: new Map(interfaces.map((one) => [one.index, { ...one, ...unread }])),
    neighbors: undefined,
    route: () => undefined,
    rpf: () => undefined,
    rp: () => undefined,
    isScoped: () => false,
  };
}
