/** The command line of mtrace2, with the habits of mtrace(8). Text in, options or one line of complaint out. */
import { MTRACE2_PORT } from '../../proto/registry.ts';
import { readCommandLine } from '../command-line.ts';
import { type Address, familyOf, isLinkLocal, isMulticast, isUnicast, parseAddress } from '../wire/address.ts';

export interface ClientOptions {
  /** `undefined`: any source, the shared tree. */
  readonly source: Address | undefined;
  /** The host's own address to trace to; `undefined`: the one that faces the gateway. */
  readonly receiver: Address | undefined;
  readonly group: Address | undefined;
  /** `undefined`: the Query is multicast to all routers of the link. */
  readonly gateway: Address | undefined;
  /** Name of the interface that a multicast Query leaves on. */
  readonly interface: string | undefined;
  readonly port: number;
  /** 1 to 255. */
  readonly maxHops: number;
  readonly waitMs: number;
  readonly isNumeric: boolean;
  readonly isVerbose: boolean;
  readonly isJson: boolean;
  readonly family: 4 | 6;
}

export type Arguments =
  | { readonly kind: 'options'; readonly options: ClientOptions }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

/** RFC 8487 §5.8.4: [Mtrace Reply Timeout]. */
const DEFAULT_WAIT_SECONDS = 10;
/** The field has 8 bits. */
const MAX_HOPS = 255;

const OPTIONS = {
  gateway: { type: 'string', short: 'g' },
  interface: { type: 'string', short: 'i' },
  port: { type: 'string' },
  'max-hops': { type: 'string', short: 'm' },
  wait: { type: 'string', short: 'w' },
  numeric: { type: 'boolean', short: 'n' },
  verbose: { type: 'boolean', short: 'v' },
  json: { type: 'boolean' },
  ipv4: { type: 'boolean', short: '4' },
  ipv6: { type: 'boolean', short: '6' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const HELP = `Usage: mtrace2 [options] SOURCE [RECEIVER] [GROUP]

Traces the path of a multicast stream from the receiver back to its source
(Mtrace2, RFC 8487).

SOURCE    the sender, or "any": the shared tree (*,G) towards the RP
RECEIVER  an address of this host; default: the one that faces the gateway
GROUP     the multicast group; without it, the RPF path to SOURCE

Options:
  -g, --gateway ADDRESS  send the Query there: a last-hop router or mtrace2d
  -i, --interface NAME   the receiver's; without -g, ask all routers there
      --port PORT        UDP port of the gateway (${MTRACE2_PORT})
  -m, --max-hops HOPS    trace so many routers at most (${MAX_HOPS})
  -w, --wait SECONDS     wait so long for the Reply (${DEFAULT_WAIT_SECONDS})
  -n, --numeric          do not look up names of routers
  -v, --verbose          print every field of every block
      --json             print one JSON object
  -4, --ipv4             IPv4 only
  -6, --ipv6             IPv6 only
      --version          print the version
  -h, --help             print this

Example: where does (10.1.0.2, 232.1.1.1) come from?
  mtrace2 -g 192.0.2.1 10.1.0.2 232.1.1.1

Exit status:
  0  the trace reached the source or the RP
  1  it ended before
  2  wrong usage; then --json prints nothing
  3  no Reply came, or this host could not send, or not write`;

export function parseArguments(args: readonly string[], version: string): Arguments {
  const line = readCommandLine(args, OPTIONS);
  if (typeof line === 'string') return problem(line);
  const { values, words } = line;
  if (values.help) return { kind: 'text', text: HELP };
  if (values.version) return { kind: 'text', text: version };

  const places = placesOf(words);
  if (typeof places === 'string') return problem(places);
  const gateway = values.gateway === undefined ? undefined : gatewayOf(values.gateway);
  if (typeof gateway === 'string') return problem(`-g ${values.gateway}: ${gateway}`);
  const port = numberOf(values.port, MTRACE2_PORT);
  if (!isWhole(port, 1, 65535)) return problem(`--port ${values.port}: a port is 1 to 65535`);
  const maxHops = numberOf(values['max-hops'], MAX_HOPS);
  if (!isWhole(maxHops, 1, MAX_HOPS)) return problem(`-m ${values['max-hops']}: hops are 1 to ${MAX_HOPS}`);
  const waitSeconds = numberOf(values.wait, DEFAULT_WAIT_SECONDS);
  if (!(waitSeconds > 0 && waitSeconds <= 3600)) {
    return problem(`-w ${values.wait}: seconds, more than 0 and at most 3600`);
  }
  if (values.ipv4 && values.ipv6) return problem('-4 and -6 exclude each other');

  const wanted = values.ipv4 ? 4 : values.ipv6 ? 6 : undefined;
  const given = [places.source, places.receiver, places.group, gateway].filter((one) => one !== undefined);
  const families = new Set(given.map(familyOf));
  if (families.size > 1) return problem('IPv4 and IPv6 addresses do not mix in one trace (RFC 8487 §3)');
  const [family = wanted ?? 4] = families;
  if (wanted !== undefined && wanted !== family) return problem(`-${wanted}, but the addresses are IPv${family}`);
  if (gateway === undefined && values.interface === undefined) {
    return problem(
      'where to? Give -g ADDRESS (a last-hop router or mtrace2d), or -i INTERFACE to ask all routers there',
    );
  }
  return {
    kind: 'options',
    options: {
      ...places,
      gateway,
      interface: values.interface,
      port,
      maxHops,
      waitMs: waitSeconds * 1000,
      isNumeric: values.numeric === true,
      isVerbose: values.verbose === true,
      isJson: values.json === true,
      family,
    },
  };
}

interface Places {
  readonly source: Address | undefined;
  readonly receiver: Address | undefined;
  readonly group: Address | undefined;
}

/** The address, or what is wrong with it. */
function gatewayOf(text: string): Address | string {
  const address = parseAddress(text.replace(/%.*$/, ''));
  if (address === undefined) return 'not an address (names are not looked up)';
  if (!isUnicast(address)) return 'not a unicast address';
  if (address.length === 4 || !isLinkLocal(address)) return parseAddress(text) ?? 'not an address';
  return 'link-local; give another address of that router, or -i INTERFACE to ask all routers there';
}

/** As in mtrace(8): a group is what is multicast, the first unicast address is the source, the second the receiver. */
function placesOf(words: readonly string[]): Places | string {
  const [first, ...others] = words;
  if (first === undefined) return 'SOURCE is missing';
  const isAny = first === 'any' || first === '*';
  const source = isAny ? undefined : parseAddress(first);
  if (!isAny && source === undefined) return `SOURCE ${first}: not an address (or "any")`;
  if (source !== undefined && isMulticast(source))
    return `SOURCE ${first}: is a group; for its shared tree: any ${first}`;
  if (source !== undefined && !isUnicast(source))
    return `SOURCE ${first}: no sender has this address; the shared tree is "any" with a GROUP`;
  let receiver: Address | undefined;
  let group: Address | undefined;
  for (const word of others) {
    const address = parseAddress(word);
    if (address === undefined) return `${word}: not an address`;
    if (isMulticast(address)) {
      if (group !== undefined) return `${word}: GROUP is given twice`;
      group = address;
    } else {
      if (!isUnicast(address)) return `RECEIVER ${word}: not a unicast address`;
      // RFC 8487 §3.2.1: a Reply has to find its way back from another link.
      if (isLinkLocal(address)) return `RECEIVER ${word}: a Reply cannot be sent to a link-local address`;
      if (receiver !== undefined) return `${word}: RECEIVER is given twice`;
      receiver = address;
    }
  }
  if (source === undefined && group === undefined) return 'with SOURCE "any" a GROUP is needed';
  return { source, receiver, group };
}

/** NaN for what is not a plain decimal number. */
function numberOf(typed: string | undefined, otherwise: number): number {
  if (typed === undefined) return otherwise;
  return /^\d*\.?\d+$/.test(typed) ? Number(typed) : Number.NaN;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function problem(message: string): Arguments {
  return { kind: 'error', message };
}
