import { existsSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { reportCoverage, withCoverage } from './coverage.mjs';
import { install } from './install.mjs';
import { nodeBinary } from './node-versions.mjs';
import { root } from './root.mjs';
import { runMocha } from './run-mocha.mjs';
import { seconds } from './step.mjs';
import { filesOf } from './workspace.mjs';

/**
 * `npm test`: installs, builds, runs all checks, then all tests on Node 24, then on the other versions.
 * `npm test -- packages/base/event`: the tests of a folder or file, on Node 24, without the checks.
 * `--node 22` chooses the version, `--grep text` the tests.
 */

/** These look at the repository or start the Node versions themselves: one run, on Node 24, is enough. */
const onlyOn24 = [
  'test/repository/',
  'test/consumers/',
  'test/e2e/million-errors.test.ts',
  'packages/base/event/test/fingerprint-versions.test.ts',
  'packages/winston/context/test/leak.test.ts',
];

/** On Node 20 and 22, cls-hooked and many contexts slow all that their process does afterwards. */
const apart = ['packages/winston/context/'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { node: { type: 'string', multiple: true }, grep: { type: 'string' } },
});
const isPart = positionals.length > 0 || values.node !== undefined || values.grep !== undefined;

const rows = [];
try {
  await install();
  if (isPart) await part();
  else await everything();
} catch (error) {
  console.error(error);
  rows.push({ name: 'not finished', passed: 0, failed: 1, took: '' });
}
report();

async function everything() {
  await row('checks', () => check());
  await row('Node 24', () => testsOn(24, testFiles(), 'spec'));
  const onAll = testFiles().filter((file) => !onlyOn24.some((folder) => file.startsWith(folder)));
  await row('Node 20', () => testsOn(20, onAll, 'dot'));
  await row('Node 22', async () => testsOn(22, onAll, 'dot', await withCoverage())); // a run in which speed matters least
  await row('Node 26', () => testsOn(26, onAll, 'dot'));
  await reportCoverage();
}

async function part() {
  const problems = await build();
  if (problems.length > 0) console.error(problems.join('\n'));
  const files = positionals.length > 0 ? positionals.flatMap(testFilesIn) : testFiles();
  for (const major of values.node ?? ['24']) {
    await row(`Node ${major}`, () => testsOn(Number(major), files, 'spec'));
  }
}

async function testsOn(major, files, show, env = {}) {
  const node = await nodeBinary(major);
  console.log(`\nNode ${major}: ${files.length} test files`);
  if (files.length === 0) return { passed: 0, failed: 1 };
  const counted = { passed: 0, failed: 0 };
  for (const group of groupsOf(files)) {
    const { passed, failed, problems } = await runMocha({ node, files: group, show, env, grep: values.grep });
    for (const problem of problems) console.log(`✗ ${problem}`);
    counted.passed += passed;
    counted.failed += failed;
  }
  return counted;
}

/** The files by the process that they run in. With a pattern in one: a group may have no test of that name. */
function groupsOf(files) {
  if (values.grep !== undefined) return [files];
  const isApart = (file) => apart.some((folder) => file.startsWith(folder));
  const groups = [files.filter((file) => !isApart(file)), files.filter(isApart)];
  return groups.filter((group) => group.length > 0);
}

function testFiles() {
  return [...filesOf(root, 'packages', isTest), ...filesOf(root, 'test', isTest)];
}

function testFilesIn(path) {
  const full = join(process.env.INIT_CWD ?? root, path);
  const found = existsSync(full) ? full : join(root, path);
  const inside = relative(root, found);
  return statSync(found).isDirectory() ? filesOf(root, inside, isTest) : [inside];
}

function isTest(path) {
  return /\/test\/(?:.*\/)?[^/]+\.test\.ts$|^test\/.*\.test\.ts$/.test(path) && !path.includes('/fixtures/');
}

/** A part of the run that cannot be done at all has failed. */
async function row(name, work) {
  const started = performance.now();
  const counted = await work().catch((error) => {
    console.error(error);
    return { passed: 0, failed: 1 };
  });
  rows.push({ name, ...counted, took: seconds(started) });
}

function report() {
  const passed = rows.reduce((sum, one) => sum + one.passed, 0);
  const failed = rows.reduce((sum, one) => sum + one.failed, 0);
  console.log(`\n${'run'.padEnd(14)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'seconds'.padStart(9)}`);
  for (const one of rows) {
    const cells = [String(one.passed).padStart(8), String(one.failed).padStart(8), one.took.padStart(9)];
    console.log(one.name.padEnd(14) + cells.join(''));
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
