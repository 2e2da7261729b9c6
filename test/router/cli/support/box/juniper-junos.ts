/**
 * r1 of the domain that the box plays: the first-hop router, src -- r1 -- r2. Written as Junos 18.1 prints it. `OUTPUTS` has
 * tags where they are asked for; what it prints without them is in `juniper-junos-text.ts`.
 */
import { TEXT_ONLY } from './juniper-junos-text.ts';

const RELEASE = 'http://xml.juniper.net/junos/18.1R3';

function reply(part: string, body: string): string {
  return `<rpc-reply xmlns:junos="${RELEASE}/junos">
${body.replaceAll('XMLNS', `xmlns="${RELEASE}/junos-${part}"`)}
    <cli>
        <banner>{master}</banner>
    </cli>
</rpc-reply>

{master}
`;
}

const INSTANCES_XML = reply(
  'routing',
  `    <instance-information XMLNS junos:style="detail">
        <instance-core>
            <instance-name>master</instance-name>
            <router-id>10.0.0.1</router-id>
            <instance-type>forwarding</instance-type>
            <instance-state>Active</instance-state>
            <instance-rib>
                <irib-name>inet.0</irib-name>
                <irib-route-count>16</irib-route-count>
                <irib-active-count>16</irib-active-count>
                <irib-holddown-count>0</irib-holddown-count>
                <irib-hidden-count>0</irib-hidden-count>
            </instance-rib>
        </instance-core>
        <instance-core>
            <instance-name>__juniper_private1__</instance-name>
            <router-id>0.0.0.0</router-id>
            <instance-type>forwarding</instance-type>
            <instance-state>Active</instance-state>
            <instance-interface>
                <interface-name>em1.0</interface-name>
            </instance-interface>
        </instance-core>
    </instance-information>`,
);

const pimInterfaceXml = (name: string, version: number, states: readonly string[], neighbors: number, dr: string) => `
        <pim-interface>
            <pim-interface-name>${name}</pim-interface-name>
            <status>Up</status>
            <pim-interface-mode-abbreviation>
                <pim-interface-mode-s/>
            </pim-interface-mode-abbreviation>
            <ip-protocol-version>${version}</ip-protocol-version>
            <protocol-version>2</protocol-version>
            <interface-state>${[...states, 'bidir-not-capable']
              .map((one) => `\n                <interface-state-${one}/>`)
              .join('')}
            </interface-state>
            <neighbor-count>${neighbors}</neighbor-count>
            <interface-join-sg-count>0</interface-join-sg-count>
            <interface-join-tsg-count>0</interface-join-tsg-count>${
              dr === '' ? '' : `\n            <designated-router-address>${dr}</designated-router-address>`
            }
        </pim-interface>`;

const pimInterfacesXml = (version: number, own: string, next: string, loopback: string) =>
  reply(
    'routing',
    `    <pim-interfaces-information XMLNS>
        <pim-instance>PIM.master</pim-instance>${[
          pimInterfaceXml('ge-0/0/0.0', version, ['dr'], 0, own),
          pimInterfaceXml('ge-0/0/1.0', version, ['not-dr'], 1, next),
          pimInterfaceXml('lo0.0', version, ['dr'], 0, loopback),
          pimInterfaceXml('pe-0/0/0.32769', version, ['p2p'], 0, ''),
        ].join('')}
    </pim-interfaces-information>`,
  );

const neighborXml = (version: number, address: string) => `
        <pim-interface>
            <pim-neighbor>
                <pim-interface-name>ge-0/0/1.0</pim-interface-name>
                <ip-protocol-version>${version}</ip-protocol-version>
                <protocol-version>2</protocol-version>
                <pim-neighbor-flags>
                    <pim-neighbor-hold-time-flag/>
                    <pim-neighbor-priority-flag/>
                    <pim-neighbor-lan-prune-flag/>
                    <pim-neighbor-generation-id-flag/>
                    <pim-neighbor-t-bit-flag/>
                </pim-neighbor-flags>
                <pim-neighbor-uptime junos:seconds="86400">1d 00:00:00</pim-neighbor-uptime>
                <pim-neighbor-address>${address}</pim-neighbor-address>
            </pim-neighbor>
        </pim-interface>`;

const NEIGHBORS_XML = reply(
  'routing',
  `    <pim-neighbors-information XMLNS junos:style="basic">
        <neighbor-option-banner>
            <banner-first/>
            <banner-second/>
            <banner-third/>
            <banner-fourth/>
        </neighbor-option-banner>
        <pim-instance>PIM.master</pim-instance>${neighborXml(4, '10.12.0.2')}${neighborXml(6, 'fe80::2')}
    </pim-neighbors-information>`,
);

const rpsXml = (family: string, rp: string, groups: string) =>
  reply(
    'routing',
    `    <pim-rps-information XMLNS>
        <pim-instance>PIM.master</pim-instance>
        <rp-family junos:style="brief">
            <address-family>${family}</address-family>
            <rendezvous-point>
                <rendezvous-point-address>${rp}</rendezvous-point-address>
                <rp-flag-static/>
                <rp-flag-sparse/>
                <rendezvous-point-holdtime>0</rendezvous-point-holdtime>
                <rendezvous-point-timeout>None</rendezvous-point-timeout>
                <rendezvous-point-active-groups>1</rendezvous-point-active-groups>
                <rendezvous-point-group-prefixes>
                    <multicast-group-prefix>${groups}</multicast-group-prefix>
                </rendezvous-point-group-prefixes>
            </rendezvous-point>
        </rp-family>
    </pim-rps-information>`,
  );

const SCOPES_XML = reply(
  'routing',
  `    <multicast-scope-information XMLNS>
        <multicast-scope>
            <scope-name>site</scope-name>
            <address-prefix>239.255.0.0/16</address-prefix>
            <interface-name>ge-0/0/1.0</interface-name>
            <scope-rejects>0</scope-rejects>
        </multicast-scope>
    </multicast-scope-information>`,
);

const statisticsOfXml = (name: string, mismatches: number, input: readonly number[], output: readonly number[]) => `
            <mc-stats-interface>
                <interface-name>${name}</interface-name>
                <protocol-name>PIM</protocol-name>
                <mc-mismatch-errors>0</mc-mismatch-errors>
                <mc-mismatches>${mismatches}</mc-mismatches>
                <mc-mismatches-no-route>0</mc-mismatches-no-route>
                <mc-resolves>7</mc-resolves>
                <mc-routing-notifies>0</mc-routing-notifies>
                <mc-resolves-no-route>0</mc-resolves-no-route>
                <mc-resolve-errors>0</mc-resolve-errors>
                <mc-resolves-filtered>0</mc-resolves-filtered>
                <mc-routing-notifies-filtered>0</mc-routing-notifies-filtered>
                <mc-input-kbytes>${input[0]}</mc-input-kbytes>
                <mc-input-packets>${input[1]}</mc-input-packets>
                <mc-output-kbytes>${output[0]}</mc-output-kbytes>
                <mc-output-packets>${output[1]}</mc-output-packets>
            </mc-stats-interface>`;

const statisticsXml = (family: string) =>
  reply(
    'routing',
    `    <multicast-statistics-information XMLNS>
        <multicast-statistics>
            <instance-name>master</instance-name>
            <address-family>${family}</address-family>${
              statisticsOfXml('ge-0/0/0.0', 3, [97_000, 100_000], [0, 0]) +
              statisticsOfXml('ge-0/0/1.0', 0, [0, 0], [194_000, 200_000])
            }
            <mc-resolves-no-mc-interface>0</mc-resolves-no-mc-interface>
            <mc-global-resolves-no-route>0</mc-global-resolves-no-route>
            <mc-notifies-no-mc-interface>0</mc-notifies-no-mc-interface>
            <mc-notifies-no-route>0</mc-notifies-no-route>
            <mc-mismatches-no-mc-interface>0</mc-mismatches-no-mc-interface>
            <mc-groups-no-mc-interface>0</mc-groups-no-mc-interface>
        </multicast-statistics>
    </multicast-statistics-information>`,
  );

const routeXml = (family: string, group: string, source: string, packets: number) =>
  reply(
    'routing',
    `    <multicast-route-information XMLNS>
        <route-family>
            <multicast-instance>master</multicast-instance>
            <address-family>${family}</address-family>
            <multicast-route junos:style="extensive">
                <multicast-group-address>${group}</multicast-group-address>
                <multicast-source-address>${source}</multicast-source-address>
                <multicast-source-prefix-length>${family === 'INET' ? 32 : 128}</multicast-source-prefix-length>
                <upstream-interface-name>ge-0/0/0.0</upstream-interface-name>
                <downstream-interface-names>
                    <interface-name>ge-0/0/1.0</interface-name>
                </downstream-interface-names>
                <outgoing-interface-count>1</outgoing-interface-count>
                <for-blank-line-line/>
                <session-name>Unknown</session-name>
                <forwarding-rate-kilobytes>51</forwarding-rate-kilobytes>
                <forwarding-rate-packets>100</forwarding-rate-packets>
                <forwarded-packet-count>${packets}</forwarded-packet-count>
                <next-hop-id>1048576</next-hop-id>
                <upstream-protocol>Upstream protocol: PIM</upstream-protocol>
                <multicast-route-state>Active</multicast-route-state>
                <multicast-route-forwarding-state>Forwarding</multicast-route-forwarding-state>
                <multicast-route-timeout>forever</multicast-route-timeout>
                <interface-mismatch-count>0</interface-mismatch-count>
                <multicast-route-uptime junos:seconds="412">00:06:52</multicast-route-uptime>
            </multicast-route>
        </route-family>
    </multicast-route-information>`,
  );

const joinXml = (family: string, group: string, source: string, downstream: string) =>
  reply(
    'routing',
    `    <pim-join-information XMLNS>
        <join-family junos:style="brief">
            <pim-instance>PIM.master</pim-instance>
            <address-family>${family}</address-family>
            <join-group junos:style="sparse">
                <multicast-group-address>${group}</multicast-group-address>
                <multicast-source-address>${source}</multicast-source-address>
                <pim-group-flags>
                    <sparse/>
                    <spt/>
                </pim-group-flags>
                <upstream-interface-name>ge-0/0/0.0</upstream-interface-name>
                <upstream-neighbor>Direct</upstream-neighbor>
                <upstream-state-flags>
                    <local-source/>
                </upstream-state-flags>
                <no-keepalive-timeout/>
                <uptime junos:seconds="413">00:06:53</uptime>
                <downstream-interfaces>
                    <dummy/>
                    <downstream-interface>
                        <pim-interface-name>ge-0/0/1.0</pim-interface-name>
                        <downstream-neighbor>
                            <neighbor-address>${downstream}</neighbor-address>
                            <neighbor-state>Join</neighbor-state>
                            <terse-sparse/>
                            <neighbor-timeout>174</neighbor-timeout>
                            <downstream-if-uptime junos:seconds="413">00:06:53</downstream-if-uptime>
                            <downstream-last-jp>
                                <downstream-last-jp-oper>Join</downstream-last-jp-oper>
                                <downstream-last-jp-time junos:seconds="36">00:00:36</downstream-last-jp-time>
                            </downstream-last-jp>
                        </downstream-neighbor>
                    </downstream-interface>
                </downstream-interfaces>
                <downstream-interface-count>1</downstream-interface-count>
                <downstream-neighbor-count>1</downstream-neighbor-count>
            </join-group>
        </join-family>
        <join-family junos:style="brief">
            <pim-instance>PIM.master</pim-instance>
            <address-family>${family === 'INET' ? 'INET6' : 'INET'}</address-family>
        </join-family>
    </pim-join-information>`,
  );

const rpfXml = (table: string, prefix: string, protocol: string, unit: string, neighbor = '') =>
  reply(
    'routing',
    `    <multicast-rpf-information XMLNS>
        <rpf-family>
            <rpf-table-name>${table}</rpf-table-name>
            <rpf-table-entry-count>14</rpf-table-entry-count>
            <rpf-route>
                <prefix>${prefix}</prefix>
                <rpf-route-protocol>${protocol}</rpf-route-protocol>
                <interface-name>${unit}</interface-name>${
                  neighbor === '' ? '' : `\n                <rpf-route-neighbor>${neighbor}</rpf-route-neighbor>`
                }
            </rpf-route>
        </rpf-family>
    </multicast-rpf-information>`,
  );

const STREAMS = [
  { family: 'INET', option: 'inet', group: '232.1.1.1', source: '10.1.0.2', next: '10.12.0.2', packets: 1004 },
  { family: 'INET', option: 'inet', group: '239.1.1.1', source: '10.1.0.2', next: '10.12.0.2', packets: 1005 },
  { family: 'INET6', option: 'inet6', group: 'ff3e::1:1', source: 'fd00:1::2', next: 'fe80::2', packets: 1006 },
  { family: 'INET6', option: 'inet6', group: 'ff15::1:1', source: 'fd00:1::2', next: 'fe80::2', packets: 1007 },
] as const;

const ofStreams = (output: (stream: (typeof STREAMS)[number]) => Readonly<Record<string, string>>) =>
  Object.assign({}, ...STREAMS.map(output)) as Readonly<Record<string, string>>;

const inXml = (outputs: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(outputs).map(([command, output]) => [`${command} | display xml`, output]));

/** By command. */
export const OUTPUTS: Readonly<Record<string, string>> = {
  ...TEXT_ONLY,
  ...inXml({
    'show route instance detail': INSTANCES_XML,
    'show pim interfaces inet': pimInterfacesXml(4, '10.1.0.1', '10.12.0.2', '10.0.0.1'),
    'show pim interfaces inet6': pimInterfacesXml(6, 'fe80::1', 'fe80::2', 'fd00::1'),
    'show pim neighbors': NEIGHBORS_XML,
    'show pim rps inet': rpsXml('INET', '10.0.0.2', '239.0.0.0/8'),
    'show pim rps inet6': rpsXml('INET6', 'fd00::2', 'ff15::/16'),
    'show multicast scope': SCOPES_XML,
    'show multicast statistics inet': statisticsXml('INET'),
    'show multicast statistics inet6': statisticsXml('INET6'),
    'show multicast rpf inet 10.1.0.2': rpfXml('inet.0', '10.1.0.0/24', 'Direct', 'ge-0/0/0.0'),
    'show multicast rpf inet 10.0.0.2': rpfXml('inet.0', '10.0.0.2/32', 'OSPF', 'ge-0/0/1.0', '10.12.0.2'),
    'show multicast rpf inet6 fd00:1::2': rpfXml('inet6.0', 'fd00:1::/64', 'Direct', 'ge-0/0/0.0'),
    'show multicast rpf inet6 fd00::2': rpfXml('inet6.0', 'fd00::2/128', 'OSPF3', 'ge-0/0/1.0', 'fe80::2'),
    ...ofStreams(({ family, option, group, source, next, packets }) => ({
      [`show pim join extensive ${option} ${group}`]: joinXml(family, group, source, next),
      [`show multicast route extensive ${option} group ${group} source-prefix ${source}`]: routeXml(
        family,
        group,
        source,
        packets,
      ),
    })),
  }),
};
