// The tests that fail against devdb, and why: by `suite/file: test`, under the reason. The run fails when one of these passes, or
// is gone from the suite, as it does when another fails.

export interface ExpectedFailures {
  /** The unsupported feature, by name. */
  readonly reason: string;
  readonly tests: readonly string[];
}

export const expectedFailures: readonly ExpectedFailures[] = [];
