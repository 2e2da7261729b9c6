#!/usr/bin/env node
/**
 * mtrace2: sends one Query and prints the path.
 * Exit status: 0 the trace reached the source or the RP; 1 it ended before; 2 usage; 3 nothing came back, or nothing could
 * be sent, or written. With --json there is one object on stdout unless the status is 2.
 */
import { randomInt } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { createRequire } from 'node:module';
import { type Address, addressKey, formatAddress } from '../wire/address.ts';
import { messageToJson, printMessage, type TlvJson } from '../wire/print.ts';
import { checkMessage, emptyMessage } from '../wire/view.ts';
import { type ClientOptions, parseArguments } from './arguments.ts';
import { hopsOf } from './collate.ts';
import { type Ending, endingOf } from './ending.ts';
import { ExchangeError } from './error.ts';
import { type Exchange, exchange } from './exchange.ts';
import type { Reply } from './hop-block.ts';
import { addressesShown, headline, printPath } from './path.ts';
import { wrapList } from './wrap.ts';

const EXIT: Readonly<Record<Ending | 'not-sent', number>> = {
  'reached-source': 0,
  'reached-rp': 0,
  'ended-before': 1,
  incomplete: 1,
  'no-reply': 3,
  'not-sent': 3,
};
const EXIT_USAGE = 2;
/** Names are a courtesy: nobody waits longer than this for them. */
const NAMES_WAIT_MS = 2000;

async function main(): Promise<number> {
  const { version } = createRequire(import.meta.url)('mtrace2d/package.json') as { version: string };
  const parsed = parseArguments(process.argv.slice(2), version);
  if (parsed.kind === 'text') {
    console.log(parsed.text);
    return 0;
  }
  if (parsed.kind === 'error') return complain(parsed.message);
  try {
    return await trace(parsed.options);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    if (error.code === 'ERR_ARGUMENT') return complain(error.message);
    console.error(`mtrace2: ${error.message}`);
    if (parsed.options.isJson) console.log(JSON.stringify(notSent(error.message)));
    return EXIT['not-sent'];
  }
}

async function trace(options: ClientOptions): Promise<number> {
  const { source, group, receiver, isJson } = options;
  const asked = { ...options, clientAddress: receiver, queryId: randomInt(0x10000) };
  const result = await exchange(asked, (clientAddress) => {
    if (!isJson) console.log(headline({ source, receiver: clientAddress, group }));
  });
  const ending = endingOf(result.replies);
  if (isJson) {
    console.log(JSON.stringify(toJson(result, ending)));
    return EXIT[ending];
  }
  if (ending === 'no-reply') {
    const whom = options.gateway === undefined ? `all routers on ${options.interface}` : formatAddress(options.gateway);
    const why = result.refusal === undefined ? ` within ${options.waitMs / 1000} s` : `: ${result.refusal}`;
    console.log(`No reply from ${whom} port ${options.port}${why}.`);
    return EXIT[ending];
  }
  if (options.isVerbose) {
    for (const { memory, message } of result.replies) {
      for (const line of printMessage(memory, message, result.sentUnixMs).split('\n'))
        console.log(wrapList(line, '      '));
    }
    console.log('');
  }
  const shown = [result.clientAddress, ...addressesShown(result.replies), ...(source ? [source] : [])];
  const names = options.isNumeric ? new Map<number | string, string>() : await lookUp(shown);
  console.log(
    printPath(result.replies, {
      source,
      receiver: result.clientAddress,
      group,
      sentUnixMs: result.sentUnixMs,
      roundTripMs: result.roundTripMs,
      nameOf: (address) => names.get(addressKey(address)),
    }),
  );
  return EXIT[ending];
}

/** Query, replies, and hops as rows in trace order with every field of every block. */
function toJson({ query, replies, sentUnixMs, roundTripMs, refusal }: Exchange, ending: Ending) {
  const asked = emptyMessage();
  checkMessage(query.view, 0, query.octets.length, asked);
  const read = replies.map((reply) => ({ reply, ...messageToJson(reply.memory, reply.message, sentUnixMs) }));
  const isHop = (block: TlvJson) => block.typeName === 'STANDARD_RESPONSE_BLOCK';
  const standardBlocks = new Map<Reply, Iterator<TlvJson>>(
    read.map(({ reply, blocks }) => [reply, blocks.filter(isHop).values()]),
  );
  return {
    query: { sentAt: new Date(sentUnixMs).toISOString(), ...messageToJson(query, asked, sentUnixMs).header },
    ending,
    error: refusal ?? null,
    roundTripMs: replies.length === 0 ? null : Math.round(roundTripMs * 1000) / 1000,
    replies: read.map(({ reply, header, blocks }) => ({
      from: reply.from,
      fromPort: reply.fromPort,
      ...header,
      blocks,
    })),
    hops: hopsOf(replies).map(({ reply, number }) => ({ hop: number, ...standardBlocks.get(reply)?.next().value })),
  };
}

/** The same keys for a Query that this host could not send. */
function notSent(error: string) {
  return { query: null, ending: 'not-sent', error, roundTripMs: null, replies: [], hops: [] };
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

// A reader that has gone (EPIPE) is no error of the trace.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return;
  console.error(`mtrace2: cannot write: ${message}`);
  process.exit(EXIT['not-sent']);
});
process.exitCode = await main();
