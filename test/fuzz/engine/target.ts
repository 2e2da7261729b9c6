/** The engine as a target: an input is a life. */
import type { Target } from '../target.ts';
import { decode, encode } from './input.ts';
import { live } from './life.ts';
import { mutate } from './mutate.ts';
import { printLife } from './print-life.ts';
import { seeds } from './seeds.ts';
import { learnedDomain } from './setup.ts';
import { Option } from './world.ts';

export function engineTarget(families: readonly (4 | 6)[]): Target {
  return {
    name: 'engine',
    covers: /^src\/(trace|domain)\/|^src\/verify\/(?!reply)|^src\/wire\/(?!print|emit)/,
    seeds: () => seeds(families),
    run: (input, see) => live(decode(input), see),
    prepare(input) {
      const { options } = decode(input);
      if ((options[0] & Option.LEARNED) !== 0) learnedDomain(options[1]);
    },
    mutate: (input, other, random) => mutate(input, other, random, families),
    withoutPart(input, part) {
      const { options, events } = decode(input);
      return part < events.length ? encode({ options, events: events.toSpliced(-1 - part, 1) }) : undefined;
    },
    print: (input) => printLife(decode(input)),
  };
}
