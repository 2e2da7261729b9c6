/**
 * Names of interfaces on Cisco's systems and Arista's. Commands that print tables cut the kind short (`Gi0/1`, `Te1/1/3`,
 * `Eth1/2`, `Po10`, `Lo0`, `Vl100`), each in its own way; others write it in full. Here the kind becomes what the platform
 * writes in full, so that one interface has one name. Pure.
 */

/** The kinds that a platform has, in full, and its short forms that are no beginnings of one, or of several. */
export interface InterfaceNames {
  /** A short form stands for the first one that begins with it. */
  readonly kinds: readonly string[];
  /** In small letters: `te` = TenGigE. */
  readonly short: ReadonlyMap<string, string>;
}

/** `Gi0/0/1.100` in full; a name of no kind that the platform has stays as it is. */
export function fullName(name: string, { kinds, short }: InterfaceNames): string {
  const [, kind, rest] = /^([A-Za-z][A-Za-z-]*) ?(\d.*)$/.exec(name) ?? [];
  if (kind === undefined || rest === undefined) return name;
  const small = kind.toLowerCase();
  const full = short.get(small) ?? kinds.find((one) => one.toLowerCase().startsWith(small));
  return full === undefined ? name : `${full}${rest}`;
}

/** Those of which a family says that they are shut down. */
export function shutNames(interfaces: readonly { readonly name: string; readonly isShut: boolean }[]): Set<string> {
  return new Set(interfaces.filter(({ isShut }) => isShut).map(({ name }) => name));
}
