/** The tests: one process and one file after the other, as they share a database. */

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/**/*.test.ts"],
    globalSetup: "tests/global-setup.ts",
    setupFiles: "tests/setup.ts",
    fileParallelism: false,
    isolate: false,
    // No test needs another one.
    sequence: { shuffle: true },
    testTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // Started by tests as processes of their own.
      exclude: ["src/{main,worker}.ts", "src/core/serving.ts", "src/observability/profiling.ts"],
      thresholds: { lines: 90, branches: 90, functions: 90, statements: 90 },
    },
  },
});
