/**
 * Brings the lab up once for all files of the vitest project `lab`, and down after them.
 * Where there can be no lab its tests are skipped, with the reason; MTRACE2D_LAB=required makes that an error.
 */
import type { TestProject } from 'vitest/node';
import { Lab } from './lab.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The id of the lab that is up, or why there is none. */
    lab: { readonly id: string } | { readonly unavailable: string };
  }
}

export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  const unavailable = Lab.available();
  if (unavailable !== undefined) {
    if (process.env.MTRACE2D_LAB === 'required') throw new Error(`MTRACE2D_LAB=required, but: ${unavailable}`);
    console.warn(`SKIPPED test/lab: ${unavailable}`);
    project.provide('lab', { unavailable });
    return undefined;
  }
  const lab = await Lab.up();
  project.provide('lab', { id: lab.id });
  // An interrupted run exits without its teardown.
  const down = () => lab.down();
  process.once('exit', down);
  return () => {
    process.off('exit', down);
    down();
  };
}
