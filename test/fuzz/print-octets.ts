/** A datagram for people. */
import { printMessage } from '../../src/wire/print.ts';
import { checkMessage, emptyMessage, memoryOf } from '../../src/wire/view.ts';

/** The message, when it is one, and the octets. What is under test may fail here, too. */
export function printOctets(octets: Uint8Array): string {
  const hex = Buffer.from(octets).toString('hex');
  try {
    const memory = memoryOf(octets);
    const message = emptyMessage();
    const fault = checkMessage(memory.view, 0, octets.length, message);
    const text = fault ?? printMessage(memory, message, 0);
    return `${octets.length} octets\n  ${text.replaceAll('\n', '\n  ')}\n  ${hex}`;
  } catch (error) {
    return `${octets.length} octets, not to be printed: ${error}\n  ${hex}`;
  }
}
