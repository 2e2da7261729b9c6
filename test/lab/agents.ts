/** snmpd on the lab's routers, with the multicast MIBs of router_mib.py. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from './lab.ts';
import type { LabProcess } from './process.ts';
import { ROUTERS, type Router } from './topology.ts';

export const COMMUNITY = 'public';
/** SHA-256 and AES-128. */
export const USER = { name: 'mtrace2d', authKey: 'authpass1234', privKey: 'privpass1234' };

const RP = '10.0.0.2';
const ROOTS = { IPMROUTE: '.1.3.6.1.2.1.83', IPMCAST: '.1.3.6.1.2.1.168' };

export class Agents {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mtrace2d-agents-'));
  readonly #processes: LabProcess[] = [];

  private constructor() {}

  /** One on each router, with the MIB of multicast routes that is named and PIM-STD-MIB, beside all that snmpd has itself. */
  static async start(lab: Lab, routes: keyof typeof ROOTS, port: number): Promise<Agents> {
    const agents = new Agents();
    await Promise.all(ROUTERS.map((router) => agents.#start(lab, router, routes, port)));
    return agents;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop()));
    rmSync(this.#folder, { recursive: true });
  }

  async #start(lab: Lab, router: Router, routes: keyof typeof ROOTS, port: number): Promise<void> {
    const config = join(this.#folder, `${router}.conf`);
    // Debian's own: another python3 in the PATH may take a second to start, and the first request waits for it.
    const script = `/usr/bin/python3 ${lab.script('router_mib.py')} ${RP} ${lab.namespace(router)}`;
    writeFileSync(
      config,
      `agentaddress udp:${port},udp6:${port}
rocommunity ${COMMUNITY}
rocommunity6 ${COMMUNITY}
createUser ${USER.name} SHA-256 "${USER.authKey}" AES "${USER.privKey}"
rouser ${USER.name} priv
pass_persist ${ROOTS[routes]} ${script}
pass_persist .1.3.6.1.2.1.157 ${script}
`,
    );
    const env = { ...process.env, SNMP_PERSISTENT_DIR: join(this.#folder, router), MIBS: '' };
    const argv = ['snmpd', '-f', '-C', '-c', config, '-Lo', '-I', '-smux'];
    const agent = lab.spawn(router, argv, { env });
    this.#processes.push(agent);
    await agent.printed(/NET-SNMP version/);
  }
}
