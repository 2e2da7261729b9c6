/** Questions that are asked in another form where the first tells nothing, whether it is refused or not understood. Pure. */
import { ReaderError } from '../../port.ts';
import type { Question } from '../platform.ts';

/** What cannot be understood is asked for in the other form, as what is refused. */
export function orElse<Part>({ commands, parse }: Question<Part>, otherwise: Question<Part>): Question<Part> {
  const refusedUnlessReadable = (outputs: readonly string[]): Part => {
    try {
      return parse(outputs);
    } catch (error) {
      if (!(error instanceof ReaderError)) throw error;
      throw new ReaderError('ERR_READER_COMMAND', error.message, { cause: error });
    }
  };
  return { commands, parse: refusedUnlessReadable, otherwise };
}
