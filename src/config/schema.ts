/**
 * The configuration's contract: every key, its type, its default, and the rules between keys. Strict everywhere: an
 * unknown key is an error. A rule between keys is attached to the smallest part that holds all of them, so that a slip
 * in one part does not hide what is wrong in another. Pure: what has to be looked up outside comes in as `Surroundings`.
 */
import { z } from 'zod';
import { MTRACE2_PORT } from '../../proto/registry.ts';
import { formatPath, type Path } from '../document/problem.ts';
import { choice, wholeNumber } from '../document/scalar.ts';
import { familyOf, formatAddress, formatPrefix, isAllZeros, parseAddress } from '../wire/address.ts';
import { type Config, type ListenConfig, LOG_LEVELS, type PeerConfig, type RouterConfig } from './config.ts';
import { readerSchema, type Surroundings } from './reader-schema.ts';
import { bindAddress, duration, interfaceName, name, port, prefix, unicastAddress } from './scalar.ts';

/** The schema of one configuration file. `Config` says what comes out of it. */
export function configSchema(surroundings: Surroundings): z.ZodType<Config> {
  return z
    .strictObject({
      listen: listen.default(() => ['0.0.0.0', '::'].map(everywhere)),
      multicast: z.strictObject({ interfaces: interfaceNames.default([]) }).prefault({}),
      routers: routers(surroundings).default([]),
      peers: z
        .array(peer)
        .superRefine(distinct(['peers'], nameOf))
        .superRefine(distinct(['peers'], endpointsOf))
        .default([]),
      native: native.prefault({}),
      access: access.prefault({}),
      limits: limits.prefault({}),
      replyTimeout: duration(100, 600_000, '100ms to 10m').default(10_000), // RFC 8487 §5.8.4
      log: z.strictObject({ level: choice('a log level', LOG_LEVELS).default('info') }).prefault({}),
    })
    .transform(({ replyTimeout, ...rest }) => ({ ...rest, replyTimeoutMs: replyTimeout }));
}

const listen = z
  .array(z.strictObject({ address: bindAddress, port: port.default(MTRACE2_PORT) }))
  .min(1)
  .superRefine(
    distinct(['listen'], (entry) => [{ text: `${formatAddress(entry.address)} port ${entry.port}`, path: [] }]),
  )
  .superRefine(refuseOverlap);

/** Linux binds no second socket to a port of which a wildcard has all addresses. */
function refuseOverlap(entries: readonly ListenConfig[], context: z.RefinementCtx): void {
  for (const [i, later] of entries.entries()) {
    for (const [j, earlier] of entries.slice(0, i).entries()) {
      if (later.port !== earlier.port || familyOf(later.address) !== familyOf(earlier.address)) continue;
      if (isAllZeros(later.address) === isAllZeros(earlier.address)) continue;
      const [all, one] = isAllZeros(later.address) ? [later, earlier] : [earlier, later];
      const what = `${formatAddress(one.address)} port ${one.port} is taken by listen[${j}] already`;
      const message = `${what}: ${formatAddress(all.address)} means all addresses`;
      context.addIssue({ code: 'custom', path: [i, 'address'], message });
    }
  }
}

function everywhere(text: string): ListenConfig {
  return { address: parseAddress(text)!, port: MTRACE2_PORT };
}

const interfaceNames = z
  .array(interfaceName)
  .superRefine(distinct(['multicast', 'interfaces'], (text) => [{ text, path: [] }]));

function routers(surroundings: Surroundings) {
  const router = z
    .strictObject({
      name,
      addresses: z.array(unicastAddress).min(1).optional(),
      standIn: z.array(unicastAddress).default([]),
      gateway: z.array(prefix).default([]),
      maxAge: duration(0, 3_600_000, '0s to 60m').default(1000),
      readers: z.array(readerSchema(surroundings)).min(1),
    })
    .transform(({ maxAge, ...rest }): RouterConfig => ({ ...rest, maxAgeMs: maxAge }));
  return z
    .array(router)
    .superRefine(distinct(['routers'], nameOf))
    .superRefine(distinct(['routers'], standInsOf));
}

const peer = z
  .strictObject({
    name,
    address: z.union([unicastAddress.transform((single) => [single]), z.array(unicastAddress).min(1)]),
    port: port.default(MTRACE2_PORT),
    routers: z.array(prefix).default([]),
  })
  .superRefine(({ address }, context) => {
    const families = address.map(familyOf);
    for (const [i, family] of families.entries()) {
      if (families.indexOf(family) === i) continue;
      const message = `a second IPv${family} address; a peer has one of each family`;
      context.addIssue({ code: 'custom', path: ['address', i], message });
    }
  })
  .transform(({ address, ...rest }): PeerConfig => ({ ...rest, addresses: address }));

const native = z.strictObject({
  forward: z.boolean().default(true),
  port: port.default(MTRACE2_PORT),
  ports: z
    .array(z.strictObject({ routers: prefix, port }))
    .superRefine(distinct(['native', 'ports'], ({ routers }) => [{ text: formatPrefix(routers), path: ['routers'] }]))
    .default([]),
});

const access = z.strictObject({
  queries: z.array(prefix).optional(),
  requests: z.array(prefix).optional(),
  prohibit: z.array(prefix).default([]),
  hideFrom: z.array(prefix).default([]),
});

const perSecond = wholeNumber('a number per second', 1, 1_000_000);
const burst = wholeNumber('a number', 1, 1_000_000);
const concurrency = wholeNumber('a number', 1, 64);

const limits = z.strictObject({
  queries: z.strictObject({ perSecond: perSecond.default(50), burst: burst.default(100) }).prefault({}),
  requests: z.strictObject({ perSecond: perSecond.default(500), burst: burst.default(1000) }).prefault({}),
  reads: z.strictObject({ perSecond: perSecond.default(50), concurrency: concurrency.default(4) }).prefault({}),
});

/** Something that may stand only once in a list of entries: its canonical text, and where in its entry it stands. */
interface Mark {
  readonly text: string;
  readonly path: Path;
}

function nameOf(entry: { readonly name: string }): Mark[] {
  return [{ text: entry.name, path: ['name'] }];
}

/** An entry with a fault of its own has not been transformed. */
function endpointsOf({ addresses = [], port }: Partial<PeerConfig>): Mark[] {
  return addresses.map((address) => ({ text: `${formatAddress(address)} port ${port}`, path: ['address'] }));
}

function standInsOf(router: RouterConfig): Mark[] {
  return router.standIn.map((address, i) => ({ text: formatAddress(address), path: ['standIn', i] }));
}

/** Refuses the second of two equal marks, and says where the first one stands. `at` is the list's own path. */
function distinct<Entry>(at: Path, marksOf: (entry: Entry) => readonly Mark[]) {
  return (entries: readonly Entry[], context: z.RefinementCtx) => {
    const first = new Map<string, string>();
    for (const [i, entry] of entries.entries()) {
      for (const { text, path } of marksOf(entry)) {
        const earlier = first.get(text);
        if (earlier === undefined) first.set(text, formatPath([...at, i, ...path]));
        else
          context.addIssue({ code: 'custom', path: [i, ...path], message: `${text} is already given by ${earlier}` });
      }
    }
  };
}
