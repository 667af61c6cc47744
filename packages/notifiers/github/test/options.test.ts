import { inspect } from 'node:util';
import { assertNotifier } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { GitHubNotifier, type GitHubNotifierOptions } from '@tocsin/github';
import { expect } from 'chai';

const good = { token: 'github_pat_secret', repository: 'acme/checkout' };

describe('options of GitHubNotifier', () => {
  it('need only a token and a repository', () => {
    const notifier = new GitHubNotifier(good);
    assertNotifier('test', notifier);
    expect(notifier).to.include({ name: 'github', kind: 'tracker' });
    expect(notifier.minSeverity).to.equal(undefined);
    expect(new GitHubNotifier({ ...good, minSeverity: 'critical', name: 'issues' })).to.include({
      name: 'issues',
      minSeverity: 'critical',
    });
  });

  it('give GitHub’s limits as budgets, without the token', () => {
    const { paces } = new GitHubNotifier(good);
    expect(paces.map(({ limit, windowMs }) => [limit, windowMs])).to.deep.equal([
      [80, 60_000],
      [500, 3_600_000],
    ]);
    expect(new Set(paces.map(({ key }) => key)).size).to.equal(2);
    expect(JSON.stringify(paces)).not.to.include(good.token);
    const other = new GitHubNotifier({ ...good, repository: 'acme/shop' });
    expect(other.paces).to.deep.equal(paces);
    expect(new GitHubNotifier({ ...good, token: 'x' }).paces).not.to.deep.equal(paces);
  });

  it('are not shown when the notifier is printed', () => {
    const notifier = new GitHubNotifier(good);
    expect(inspect(notifier, { depth: 9, showHidden: true }) + JSON.stringify(notifier)).not.to.include(
      good.token,
    );
  });

  it('are refused when they cannot be read', () => {
    const options = Object.defineProperty({}, 'token', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    expect(() => new GitHubNotifier(options as never))
      .to.throw(TocsinError, 'GitHubNotifier: what it was given cannot be read')
      .that.includes({ code: 'TOCSIN_CONFIG_INVALID' });
  });

  it('are not asked about what is no alert: a TocsinError', async () => {
    const notifier = new GitHubNotifier({
      token: 'secret',
      repository: 'acme/shop',
      fetch: () => Promise.reject(new Error('offline')),
    });
    for (const nothing of [undefined, { record: '' }]) {
      const failure: unknown = await notifier
        .notify(nothing as never, { signal: AbortSignal.timeout(9_000) })
        .catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(TocsinError);
    }
  });

  it('are not changed', () => {
    const options = Object.freeze({ ...good, extraLabels: Object.freeze(['a']) });
    expect(() => new GitHubNotifier(options)).not.to.throw();
  });

  const bad: readonly (readonly [string, Record<string, unknown>])[] = [
    ['token', { token: undefined }],
    ['token', { token: '' }],
    ['token', { token: 'secret with\nnewline' }],
    ['token', { token: 7 }],
    ['repository', { repository: undefined }],
    ['repository', { repository: 'checkout' }],
    ['repository', { repository: 'acme/checkout/issues' }],
    ['repository', { repository: 'https://github.com/acme/checkout' }],
    ['repository', { repository: '../..' }],
    ['baseUrl', { baseUrl: 'api.github.com' }],
    ['baseUrl', { baseUrl: 'http://ghe.example.com/api/v3' }],
    ['baseUrl', { baseUrl: 'https://user:secret@ghe.example.com' }],
    ['baseUrl', { baseUrl: 'https://ghe.example.com/?a' }],
    ['allowPublic', { allowPublic: 'yes' }],
    ['onClosed', { onClosed: 'comment' }],
    ['extraLabels', { extraLabels: 'bug' }],
    ['extraLabels', { extraLabels: [''] }],
    ['extraLabels', { extraLabels: [7] }],
    ['extraLabels', { extraLabels: Array.from({ length: 51 }, (_, index) => `${index}`) }],
    ['maxNewPerDay', { maxNewPerDay: 0 }],
    ['maxNewPerDay', { maxNewPerDay: 1.5 }],
    ['minSeverity', { minSeverity: 'fatal' }],
    ['name', { name: '__proto__' }],
    ['name', { name: '' }],
    ['fetch', { fetch: 'global' }],
    ['repo', { repo: 'acme/checkout' }],
  ];
  for (const [option, change] of bad) {
    it(`are refused by name for ${inspect(change, { breakLength: Infinity, maxArrayLength: 3 })}`, () => {
      const options = { ...good, ...change } as GitHubNotifierOptions;
      let thrown: unknown;
      try {
        void new GitHubNotifier(options);
      } catch (error) {
        thrown = error;
      }
      if (!(thrown instanceof TocsinError)) throw new Error('nothing was thrown');
      expect(thrown.code).to.equal('TOCSIN_CONFIG_INVALID');
      expect(thrown.message).to.match(new RegExp(`^GitHubNotifier: option '${option}' is .*; allowed: `));
      expect(thrown.message).not.to.include('secret');
    });
  }

  for (const nothing of [undefined, null, 'x', 7]) {
    it(`are refused when they are ${String(nothing)}`, () => {
      expect(() => new GitHubNotifier(nothing as unknown as GitHubNotifierOptions)).to.throw(
        "option 'token'",
      );
    });
  }
});
