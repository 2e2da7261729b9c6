/** What a login may not ask for (AAA). Many routers have no IPv6, and say so in as many ways; this says nothing of it. Pure. */
import type { Family } from '../../../wire/address.ts';

/** `Command authorization failed.`, `% This command is not authorized`, `% Permission denied for the role` */
const NOT_ALLOWED = /\b(?:authori[sz]ation (?:failed|denied)|not authori[sz]ed|(?:permission|access) denied)\b/i;

/** IPv6, where that is why it is not told. @param pim6 what the router says of PIM's interfaces */
export function untoldOf(pim6: string): readonly Family[] {
  return NOT_ALLOWED.test(pim6) ? [6] : [];
}
