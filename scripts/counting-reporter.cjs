// Mocha's spec report, and what `scripts/test.mjs` needs of it written where it reads it: the counts, and what failed.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const failed = this.failures.map((test) => ({
        title: test.titlePath().join(' > '),
        error: test.err?.stack ?? String(test.err),
      }));
      writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify({ passes, failures, pending, failed }));
    });
  }
};
