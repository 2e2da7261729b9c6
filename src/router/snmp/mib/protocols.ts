/** The numbers of IANA-RTPROTO-MIB as the names of the snapshot. */
import { MulticastRoutingProtocol, nameOf, RoutingProtocol } from '../../../../proto/registry.ts';
import type { SnmpValue } from './varbind.ts';

/** null: not an IANAipRouteProtocol of the registry. */
export function routingProtocolOf(value: SnmpValue | undefined): RoutingProtocol | null {
  return (
    ((typeof value === 'number' ? nameOf(RoutingProtocol, value) : undefined) as RoutingProtocol | undefined) ?? null
  );
}

/** null: not an IANAipMRouteProtocol of the registry. */
export function multicastRoutingProtocolOf(value: SnmpValue | undefined): MulticastRoutingProtocol | null {
  return (
    ((typeof value === 'number' ? nameOf(MulticastRoutingProtocol, value) : undefined) as
      | MulticastRoutingProtocol
      | undefined) ?? null
  );
}
