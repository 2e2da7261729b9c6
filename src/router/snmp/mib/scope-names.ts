/** What the multicast scopes are called: a name for each language, one of which is the default (RFC 2932, RFC 5132). */
import type { SnapshotScope } from '../../snapshot.ts';
import type { Row } from './question.ts';
import { textOf } from './varbind.ts';

export interface ScopeName {
  readonly groups: string;
  readonly name: string;
  readonly isDefault: boolean;
}

/** TruthValue, RowStatus. RFC 2579 */
const TRUE = 1;
const ACTIVE = 1;

/** @param groups what the index names; @param values the string, whether it is the default, and the row's status */
export function scopeNameOf(groups: string, [string, isDefault, status]: Row['values']): ScopeName[] {
  const name = textOf(string);
  return name === undefined || status !== ACTIVE ? [] : [{ groups, name, isDefault: isDefault === TRUE }];
}

/** The boundaries, each with the name of its groups: the default one, else the first. */
export function withNames(scopes: readonly SnapshotScope[], names: readonly ScopeName[]): SnapshotScope[] {
  return scopes.map((scope) => {
    const own = names.filter(({ groups }) => groups === scope.groups);
    const name = (own.find(({ isDefault }) => isDefault) ?? own[0])?.name;
    return name === undefined ? scope : { ...scope, name };
  });
}
