#!/usr/bin/env node
/**
 * mtrace2: sends one Query and prints the path.
 * Exit status: 0 the trace reached the source or the RP; 1 it ended before; 2 usage; 3 nothing came back.
 */
import { randomInt } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { createRequire } from 'node:module';
import { type Address, addressKey, formatAddress } from '../wire/address.ts';
import { messageToJson, printMessage, type TlvJson } from '../wire/print.ts';
import { checkMessage, emptyMessage } from '../wire/view.ts';
import { type ClientOptions, parseArguments } from './arguments.ts';
import { type Ending, endingOf } from './collate.ts';
import { type Exchange, ExchangeError, exchange } from './exchange.ts';
import { addressesShown, headline, printPath } from './path.ts';

const EXIT: Readonly<Record<Ending, number>> = {
  'reached-source': 0,
  'reached-rp': 0,
  'ended-before': 1,
  'no-reply': 3,
};
const EXIT_USAGE = 2;
/** Names are a courtesy: nobody waits longer than this for them. */
const NAMES_WAIT_MS = 2000;

async function main(): Promise<number> {
  const { version } = createRequire(import.meta.url)('mtrace2d/package.json') as { version: string };
  const parsed = await parseArguments(process.argv.slice(2), version);
  if (parsed.kind === 'text') {
    console.log(parsed.text);
    return 0;
  }
  if (parsed.kind === 'error') return complain(parsed.message);
  try {
    return await trace(parsed.options);
  } catch (error) {
    if (error instanceof ExchangeError) return complain(error.message);
    throw error;
  }
}

async function trace(options: ClientOptions): Promise<number> {
  const result = await exchange({ ...options, clientAddress: options.receiver, queryId: randomInt(0x10000) });
  const ending = endingOf(result.replies);
  if (options.isJson) {
    console.log(JSON.stringify(toJson(result, ending)));
    return EXIT[ending];
  }
  console.log(headline({ source: options.source, receiver: result.clientAddress, group: options.group }));
  if (ending === 'no-reply') {
    const asked =
      options.gateway === undefined ? `all routers on ${options.interface}` : formatAddress(options.gateway);
    console.log(`No reply from ${asked} port ${options.port} within ${options.waitMs / 1000} s.`);
    return EXIT[ending];
  }
  if (options.isVerbose) {
    for (const reply of result.replies) console.log(printMessage(reply.memory, reply.message, result.sentUnixMs));
    console.log('');
  }
  const shown = [result.clientAddress, ...addressesShown(result.replies), ...(options.source ? [options.source] : [])];
  const names = options.isNumeric ? new Map<number | string, string>() : await lookUp(shown);
  console.log(
    printPath(result.replies, {
      source: options.source,
      receiver: result.clientAddress,
      group: options.group,
      sentUnixMs: result.sentUnixMs,
      roundTripMs: result.roundTripMs,
      nameOf: (address) => names.get(addressKey(address)),
    }),
  );
  return EXIT[ending];
}

/** Query, replies, and hops as rows in trace order with every field of every block. */
function toJson({ query, replies, sentUnixMs, roundTripMs }: Exchange, ending: Ending) {
  const asked = emptyMessage();
  checkMessage(query.view, 0, query.octets.length, asked);
  const read = replies.map((reply) => ({ reply, ...messageToJson(reply.memory, reply.message, sentUnixMs) }));
  const isHop = (block: TlvJson) => block.typeName === 'STANDARD_RESPONSE_BLOCK';
  return {
    query: { sentAt: new Date(sentUnixMs).toISOString(), ...messageToJson(query, asked, sentUnixMs).header },
    ending,
    roundTripMs: replies.length === 0 ? null : Math.round(roundTripMs * 1000) / 1000,
    replies: read.map(({ reply, header, blocks }) => ({
      from: reply.from,
      fromPort: reply.fromPort,
      ...header,
      blocks,
    })),
    hops: read.flatMap(({ blocks }) => blocks.filter(isHop)).map((block, i) => ({ hop: i + 1, ...block })),
  };
}

async function lookUp(addresses: readonly Address[]): Promise<Map<number | string, string>> {
  const resolver = new Resolver({ timeout: NAMES_WAIT_MS, tries: 1 });
  const names = new Map<number | string, string>();
  const timer = setTimeout(() => resolver.cancel(), NAMES_WAIT_MS);
  await Promise.all(
    addresses.map(async (address) => {
      // No name, or nobody to ask: the address will do.
      const found = await resolver.reverse(formatAddress(address)).catch((): string[] => []);
      if (found[0] !== undefined) names.set(addressKey(address), found[0]);
    }),
  );
  clearTimeout(timer);
  return names;
}

function complain(message: string): number {
  console.error(`mtrace2: ${message}`);
  console.error('Try: mtrace2 --help');
  return EXIT_USAGE;
}

process.exitCode = await main();
