import { defineConfig } from 'vitest/config';

/** The tests that are to notice a mutant: those of what is pure, and of the edges that rules name. Few and quick, in one go. */
export default defineConfig({
  test: {
    include: [
      'test/{proto,wire,verify,trace,client,domain}/**/*.test.ts',
      'test/net/udp.test.ts',
      'test/router/state.test.ts',
      'test/config/load.test.ts',
      'test/log/rate.test.ts',
    ],
    // These run the built programs, or tshark, or look at the repository; or try at random, and would notice by chance only.
    exclude: [
      'test/client/main.test.ts',
      'test/proto/{checked-in,conformance,dissector}.test.ts',
      'test/trace/fuzz.test.ts',
    ],
    isolate: false,
    // Two mutants are tried at a time.
    maxWorkers: 1,
    testTimeout: 20_000,
  },
});
