/** The reader of routers over SNMP as a target: an input is the life of an agent. */
import type { Target } from '../target.ts';
import { FAULTS } from './agent.ts';
import { decode, type Event, encode } from './input.ts';
import { live } from './life.ts';
import { mutate } from './mutate.ts';
import { seeds } from './seeds.ts';
import { COLUMNS, TABLES } from './tables.ts';
import { DURATIONS_MS, OTHER_READS, QUERIES } from './world.ts';

export function snmpTarget(): Target {
  return {
    name: 'snmp',
    keepsFew: true,
    covers: /^src\/router\/snmp\//,
    seeds,
    run: (input, see) => live(decode(input), see),
    prepare() {},
    mutate,
    withoutPart(input, part) {
      const { options, events } = decode(input);
      return part < events.length ? encode({ options, events: events.toSpliced(-1 - part, 1) }) : undefined;
    },
    print(input) {
      const { options, events } = decode(input);
      return [`options: ${options}`, ...events.map(printEvent)].join('\n');
    },
  };
}

function printEvent(event: Event): string {
  switch (event.kind) {
    case 'row': {
      const { name, columns } = TABLES[event.table]!;
      const values = event.values.flatMap((value, at) =>
        value === undefined ? [] : [`${columns[at]![0]}=${Buffer.from(value).toString('hex')}`],
      );
      return `${name} ${event.index.join('.')}: ${values.join(' ')}`;
    }
    case 'fault':
      return `fault: ${FAULTS[event.which % FAULTS.length]} at ${COLUMNS[event.column % COLUMNS.length]}, ${event.how}`;
    case 'pass':
      return `${DURATIONS_MS[event.duration % DURATIONS_MS.length]} ms pass`;
    case 'read':
      return `read ${JSON.stringify([...OTHER_READS, ...QUERIES][event.what % (OTHER_READS.length + QUERIES.length)])}`;
    case 'mend':
      return 'mend';
  }
}
