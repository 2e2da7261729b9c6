/** Questions that are asked in another form where the first tells nothing, whether it is refused or not understood. Pure. */
import { ReaderError, type ReaderErrorCode } from '../../port.ts';
import type { Question } from '../platform.ts';

/** What cannot be understood is asked for in the other form, as what is refused. */
export function orElse<Part>({ commands, parse }: Question<Part>, otherwise: Question<Part>): Question<Part> {
  return { commands, parse: failingWith('ERR_READER_COMMAND', parse), otherwise };
}

/** As `parse`, but what it cannot read has this code, by which it is decided whether another form is asked for. */
export function failingWith<Part>(code: ReaderErrorCode, parse: Question<Part>['parse']): Question<Part>['parse'] {
  return (outputs) => {
    try {
      return parse(outputs);
    } catch (error) {
      if (!(error instanceof ReaderError)) throw error;
      throw new ReaderError(code, error.message, { cause: error });
    }
  };
}
