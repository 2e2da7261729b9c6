import type { Asked } from '../../../../src/router/cli/juniper-junos/asked.ts';
import type { Entry } from '../../../../src/router/cli/juniper-junos/parse-routes.ts';

export const ASKED: Asked = { family: 4, vrf: undefined, group: '239.1.1.1' };

/** One of the forwarder. */
export const ENTRY: Entry = {
  source: '10.1.0.2',
  incoming: 'ge-0/0/0.0',
  outgoing: [],
  packets: null,
  state: undefined,
  protocol: '',
  uptimeSeconds: null,
};

/** Where it goes. */
export const to = (name: string, isPruned = false) => ({ interface: name, isPruned });
