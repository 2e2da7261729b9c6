/**
 * The agents that are read, in a process of their own: `agents.js COUNT ROUTES` prints the ports of so many agents with so
 * many (S,G) rows each as one line of JSON, and ends with its standard input.
 */
import { Agent } from '../../test/support/snmp/agent.ts';
import { mibOf } from '../../test/support/snmp/router-mib.ts';
import { routeNumber } from './route.ts';

const [count, routes] = process.argv.slice(2).map(Number) as [number, number];
const mib = mibOf(
  {
    name: 'r',
    interfaces: [1, 2, 3, 4].map((index) => ({
      index,
      name: `eth${index}`,
      addresses: [`10.0.${index}.1/24`],
      mtu: 1500,
      multicast: true,
      multicastRoutingProtocol: 'pimSparseMode',
      inMulticastPackets: '1000',
      outMulticastPackets: '1000',
    })),
    routes: Array.from({ length: routes }, (_, i) => routeNumber(i)),
    rpf: [{ prefix: '10.1.0.0/16', interface: 1, neighbor: '10.0.1.2', routingProtocol: 'ospf' }],
  },
  { routes: 'IPMROUTE', pim: 'none', addresses: 'old', unicast: 'ipCidr', counters: 64 },
);
const agents = await Promise.all(Array.from({ length: count }, () => Agent.start({ mib })));
console.log(JSON.stringify(agents.map(({ port }) => port)));
process.stdin.on('end', () => process.exit()).resume();
