import { afterAll, describe, inject } from 'vitest';
import { Lab } from './lab.ts';

/**
 * A suite that needs the lab: skipped, with the reason in its name, where there is none.
 * Processes that the suite spawned through its Lab end with it.
 */
export function describeLab(name: string, suite: (lab: Lab) => void): void {
  const provided = inject('lab');
  if ('unavailable' in provided) {
    describe.skip(`${name} (SKIPPED: ${provided.unavailable})`, () => suite(new Lab()));
    return;
  }
  describe(name, () => {
    const lab = new Lab(provided.id);
    afterAll(() => lab.end());
    suite(lab);
  });
}
