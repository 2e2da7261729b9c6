/** Tells configurations apart. */
import { Secret } from '../config/secret.ts';

/** All that a configuration is made of, its secrets included. */
export function keyOf(...config: readonly unknown[]): string {
  return JSON.stringify(config, function (this: Record<string, unknown>, key: string, value: unknown) {
    const given = this[key];
    return given instanceof Secret ? given.reveal() : value;
  });
}
