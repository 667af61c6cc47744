'use strict';
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

/**
 * A mocha reporter that shows what another one shows (option `show`: spec, dot, …) and, when mocha reaches its
 * end, writes the counts as JSON to a file (option `file`). No file means that mocha did not reach its end.
 */
module.exports = function CountingReporter(runner, options) {
  const { show, file } = options.reporterOptions;
  this.shown = new reporters[show](runner, options);
  runner.once('end', () => {
    const { passes, failures } = runner.stats;
    writeFileSync(file, JSON.stringify({ passes, failures }));
  });
};
