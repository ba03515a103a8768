/** Jest's last word: `N passed, N failed`, so that a program needs no more than the last line to know. */
module.exports = class CountReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    // Jest prints its summary after its reporters, so the last word is spoken at the exit.
    process.once('exit', () =>
      process.stdout.write(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`),
    );
  }
};
