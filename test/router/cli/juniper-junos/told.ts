import type { Section } from '../../../../src/router/cli/juniper-junos/asked.ts';
import type { Output } from '../../../../src/router/cli/juniper-junos/output.ts';
import type { NotUnderstood } from '../../../../src/router/cli/tools/text.ts';
import { told } from '../support/told.ts';

export const IPV4: Section = { family: 4, vrf: undefined };
export const IPV6: Section = { family: 6, vrf: undefined };

/** What `parse` yields of the text as the output of some command, and the lines that it did not understand. */
export function toldOf<T>(text: string, parse: (output: Output, notUnderstood: NotUnderstood) => T) {
  return told((notUnderstood) => parse({ command: 'show', text }, notUnderstood));
}
