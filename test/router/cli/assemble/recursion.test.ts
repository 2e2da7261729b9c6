import { expect, test } from 'vitest';
import { followed } from '../../../../src/router/cli/assemble/recursion.ts';
import type { PathPart, RecursivePart } from '../../../../src/router/cli/platform.ts';

type Part = PathPart | RecursivePart | null;

const ospf = { prefix: '10.0.0.9/32', interface: 'up', neighbor: '10.12.0.1', routingProtocol: 'ospf' } as const;
const bgp = (nexthop: string | null) => ({ prefix: '10.1.0.0/16', routingProtocol: 'bgp', nexthop }) as const;

/** Follows the path to 10.1.0.2 with these routes to next hops, and tells what was asked for in each round. */
async function follow(path: Part, routes: Readonly<Record<string, Part>>) {
  const rounds: (readonly string[])[] = [];
  const paths = await followed(new Map([['10.1.0.2', path]]), async (nexthops) => {
    rounds.push(nexthops);
    return new Map(nexthops.map((nexthop) => [nexthop, routes[nexthop] ?? null]));
  });
  return { paths: Object.fromEntries(paths), rounds };
}

test('a path that leads to a link, or that is none, stays as it is and costs nothing', async () => {
  expect(await follow(ospf, {})).toEqual({ paths: { '10.1.0.2': ospf }, rounds: [] });
  expect(await follow(null, {})).toEqual({ paths: { '10.1.0.2': null }, rounds: [] });
});

test('prefix and protocol are those of the route, interface and neighbour those of the way to its next hop', async () => {
  const others = [{ interface: 'up2', neighbor: '10.13.0.1' }];
  expect(await follow(bgp('10.0.0.9'), { '10.0.0.9': { ...ospf, others } })).toEqual({
    paths: {
      '10.1.0.2': { prefix: '10.1.0.0/16', routingProtocol: 'bgp', interface: 'up', neighbor: '10.12.0.1', others },
    },
    rounds: [['10.0.0.9']],
  });
});

test('a next hop on a link is the neighbour there', async () => {
  const connected: PathPart = { prefix: '10.12.0.0/24', interface: 'up', neighbor: null, routingProtocol: 'local' };
  const { paths } = await follow(bgp('10.12.0.1'), { '10.12.0.1': connected });
  expect(paths['10.1.0.2']).toMatchObject({ interface: 'up', neighbor: '10.12.0.1', routingProtocol: 'bgp' });
});

test('who is behind a tunnel on the way to the next hop is not known: it need not be the next hop', async () => {
  const tunnel: PathPart = { ...ospf, neighbor: undefined, others: [{ interface: 'gre1', neighbor: undefined }] };
  const { paths } = await follow(bgp('10.0.0.9'), { '10.0.0.9': tunnel });
  expect(paths['10.1.0.2']).toMatchObject({ interface: 'up', neighbor: undefined, others: tunnel.others! });
});

test('through several routes', async () => {
  const { paths, rounds } = await follow(bgp('10.0.0.7'), {
    '10.0.0.7': bgp('10.0.0.8'),
    '10.0.0.8': bgp('10.0.0.9'),
    '10.0.0.9': ospf,
  });
  expect(paths['10.1.0.2']).toMatchObject({ interface: 'up', neighbor: '10.12.0.1' });
  expect(rounds).toEqual([['10.0.0.7'], ['10.0.0.8'], ['10.0.0.9']]);
});

test('the way is not known: a circle, no route to the next hop, another table', async () => {
  const nothing = { paths: {} };
  expect(await follow(bgp('10.0.0.7'), { '10.0.0.7': bgp('10.0.0.8'), '10.0.0.8': bgp('10.0.0.7') })).toMatchObject({
    ...nothing,
    rounds: [['10.0.0.7'], ['10.0.0.8']],
  });
  expect(await follow(bgp('10.0.0.7'), {})).toEqual({ ...nothing, rounds: [['10.0.0.7']] });
  expect(await follow(bgp(null), {})).toEqual({ ...nothing, rounds: [] });
});

test('no more than four rounds', async () => {
  const { paths, rounds } = await follow(
    bgp('10.0.0.1'),
    Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`10.0.0.${n + 1}`, bgp(`10.0.0.${n + 2}`)])),
  );
  expect({ paths, rounds: rounds.length }).toEqual({ paths: {}, rounds: 4 });
});
