/** What an output answers: what in it is of another family, instance or group is not read. */
import type { Family } from '../../../wire/address.ts';

export interface Section {
  readonly family: Family;
  /** `undefined`: the default instance. */
  readonly vrf: string | undefined;
}

export interface Asked extends Section {
  readonly group: string;
}
