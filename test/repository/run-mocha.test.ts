import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runMocha } from '../../scripts/run-mocha.mjs';

describe('the test run', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tocsin-mocha-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(test: string, limitMs = 15_000) {
    const file = join(folder, 'one.test.js');
    writeFileSync(file, test);
    return runMocha({ node: process.execPath, files: [file], show: 'Base', limitMs, endMs: 500 });
  }

  it('counts what passed and what failed', async () => {
    const counted = await run(`it('a', () => {}); it('b', () => { throw new Error('b'); });`);
    expect(counted).to.deep.equal({ passed: 1, failed: 1, problems: [] });
  });

  it('fails when no test was executed', async () => {
    expect((await run('')).problems).to.deep.equal(['no test was executed']);
  });

  it('fails when a test ends the process', async () => {
    const { passed, failed, problems } = await run(`it('a', () => process.exit(0));`);
    expect({ passed, failed }).to.deep.equal({ passed: 0, failed: 1 });
    expect(problems[0]).to.match(/did not reach the last test/);
  });

  it('fails when a test is skipped', async () => {
    expect((await run(`it('a', () => {}); it.skip('b', () => {});`)).failed).to.be.greaterThan(0);
  });

  it('fails when only one test is let through', async () => {
    expect((await run(`it.only('a', () => {}); it('b', () => {});`)).failed).to.be.greaterThan(0);
  });

  it('fails when a handle keeps mocha alive', async () => {
    const { failed, problems } = await run(`it('a', () => { setInterval(() => {}, 1000); });`);
    expect(failed).to.equal(1);
    expect(problems[0]).to.match(/a handle is left open/);
  });

  it('fails when a child process outlives mocha, and ends it', async () => {
    const child = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).unref()`;
    const { failed, problems } = await run(`it('a', () => { ${child}; });`);
    expect(failed).to.equal(1);
    expect(problems[0]).to.match(/a process that a test started is left running: \d+ .*setInterval/);
  });

  it('fails when the tests take too long', async () => {
    const { problems } = await run(`it('a', (done) => { setTimeout(done, 10_000); });`, 2000);
    expect(problems[0]).to.match(/did not end within 2 s/);
  });
});
