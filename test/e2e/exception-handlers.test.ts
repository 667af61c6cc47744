import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

describe('an AlertTransport that is only among the exceptionHandlers and rejectionHandlers', function () {
  this.timeout(60_000);

  it('tells each uncaught error with the context of the request that it comes from', async () => {
    const program = join(import.meta.dirname, 'programs/exception-handlers.ts');
    const { stdout } = await promisify(execFile)(process.execPath, ['--import=tsx', program]);
    expect(JSON.parse(stdout)).to.have.members(
      Array.from({ length: 20 }, (_, index) => `error ${index} of request ${index}`),
    );
  });
});
