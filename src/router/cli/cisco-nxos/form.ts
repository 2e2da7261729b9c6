/**
 * Questions whose commands have JSON. Older releases, of the Nexus 5000 to 7000 above all, know no `| json`, and refuse the
 * whole command; some commands of later ones have no JSON, and say so. Then all is asked in text. Pure.
 */
import { ReaderError } from '../../port.ts';
import type { Question } from '../platform.ts';
import { unlessUnreadable } from '../tools/json.ts';

export interface Form {
  /** The command, of one that has JSON. */
  ask(command: string): string;
  /** What `parse` yields, or `otherwise` when the output is no use, and text would be none either. */
  unlessUnreadable<T>(parse: () => T, otherwise: T): T;
}

const JSON_FORM: Form = {
  ask: (command) => `${command} | json`,
  unlessUnreadable: (parse, otherwise) => {
    try {
      return parse();
    } catch (error) {
      if (error instanceof ReaderError && error.code !== 'ERR_READER_COMMAND') return otherwise;
      throw error;
    }
  },
};

const TEXT_FORM: Form = { ask: (command) => command, unlessUnreadable };

export function inJsonOrText<Part>(questionIn: (form: Form) => Question<Part>): Question<Part> {
  return { ...questionIn(JSON_FORM), otherwise: questionIn(TEXT_FORM) };
}
