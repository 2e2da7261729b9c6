/** The lab's nodes, addresses and streams, as lab.sh and README.md have them. */

export type Router = 'r1' | 'r2' | 'r3' | 'r4';
export type Node = Router | 'src' | 'rcv' | 'noc';

/** In the order of the data flow: r1 is the first hop, r2 the RP, r4 the last hop. */
export const ROUTERS: readonly Router[] = ['r1', 'r2', 'r3', 'r4'];

/** The host of all sources, that of all receivers, and the daemon's, by family. */
export const SRC = { 4: '10.1.0.2', 6: 'fd00:1::2' } as const;
export const RCV = { 4: '10.4.0.2', 6: 'fd00:4::2' } as const;
export const NOC = { 4: '10.255.0.100', 6: 'fd00:ff::100' } as const;

/**
 * The streams from src to rcv. IPv4 is FRR's: asm4 goes by the RP and then switches to the source tree, ssm4 is
 * source-specific. IPv6 routes are static in the kernel: asm6 a (*,G), ssm6 an (S,G).
 */
export const STREAMS = {
  asm4: { source: SRC[4], group: '239.1.1.1' },
  ssm4: { source: SRC[4], group: '232.1.1.1' },
  asm6: { source: SRC[6], group: 'ff15::1:1' },
  ssm6: { source: SRC[6], group: 'ff3e::1:1' },
} as const;
