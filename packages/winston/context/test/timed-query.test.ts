import { timedQuery } from '@tocsin/context';
import { expect } from 'chai';
import * as sinon from 'sinon';
import { LazyQuery } from './lazy-query.js';
import { recordingLogger } from './recording-logger.js';

describe('timedQuery', () => {
  afterEach(() => sinon.restore());

  /** The line of one query, which gives `result`. */
  async function lineOf(
    values: readonly unknown[],
    result: unknown = [],
    more: object = {},
  ): Promise<Record<string, unknown>> {
    const { logger, lines } = recordingLogger();
    const query = timedQuery(logger, (..._values: unknown[]) => Promise.resolve(result), {
      thresholdMs: 0,
      name: 'query',
      ...more,
    });
    expect(await query(...values)).to.equal(result);
    expect(lines).to.have.length(1);
    return lines[0]!;
  }

  it('logs a query that takes 100 ms, and none that takes less', () => {
    const { logger, lines } = recordingLogger();
    const clock = sinon.useFakeTimers({ toFake: ['performance'] });
    const run = timedQuery(logger, function run(_sql: string, ms: number) {
      clock.tick(ms);
      return [{ id: 1 }, { id: 2 }];
    });
    run('select 1', 99);
    expect(lines).to.have.length(0);
    run("select * from users where name = 'bob'", 100);
    clock.restore();
    expect(lines).to.deep.equal([
      {
        level: 'info',
        message: 'Slow query (0.10 s): run',
        durationMs: 100,
        function: 'run',
        statement: 'select * from users where name = ?',
        rowCount: 2,
      },
    ]);
  });

  const statements: readonly (readonly [string, string])[] = [
    ["select * from t where email = 'bob@x.com' and age > 21", 'select * from t where email = ? and age > ?'],
    ["insert into t (a, b) values ('it''s', 12.5e3)", 'insert into t (a, b) values (?, ?)'],
    [
      'select * from t where a = $1 and b = :name and c = ? and d = @p1',
      'select * from t where a = $1 and b = :name and c = ? and d = @p1',
    ],
    [
      'select "id", "name" from "users" where "name" = $1',
      'select "id", "name" from "users" where "name" = $1',
    ],
    ['select `id` from `users` where name = "bob"', 'select `id` from `users` where name = ?'],
    ['insert into t (a, b) values ("bob", "alice")', 'insert into t (a, b) values (?, ?)'],
    [
      'select * from t where n in ("bob", "alice") and "x" is null',
      'select * from t where n in (?, ?) and "x" is null',
    ],
    ['select "bob the builder"', 'select ?'],
    ["select $$it's bob$$, $q$bob$q$, $1::text", 'select ?, ?, $1::text'],
    ["select 1 /* it's bob */ from t -- don't\n where n = 'bob'", 'select ? from t where n = ?'],
    ["select 1 # it's\n where n = 'bob'", 'select ? where n = ?'],
    ["select 'never closed, bob", 'select ?'],
    // In one database the literal ends before the second word, in another behind it.
    ["select 'C:\\' and n = 'bob'", 'select ?'],
    ["select 'it\\'s bob' and n = 'bob'", 'select ?'],
    ['select "it\\"s bob", "bob"', 'select ?'],
    ["select 'C:\\\\', n from t", 'select ?, n from t'],
    [
      'update t1 set [first name] = 0xFF, b2 = x.3d, c = .5',
      'update t1 set [first name] = ?, b2 = x?d, c = ?',
    ],
    ['select *\n    from   t\n   limit 10', 'select * from t limit ?'],
  ];
  for (const [statement, shown] of statements) {
    it(`shows ${JSON.stringify(statement)} without its literals`, async () => {
      expect((await lineOf([statement]))['statement']).to.equal(shown);
    });
  }

  it('shows the beginning of a long statement', async () => {
    const line = await lineOf([`insert into t values ${"('bob', 1), ".repeat(200_000)}`]);
    expect(line['statement']).to.have.length(2000);
    expect(line['statement'])
      .to.match(/^insert into t values \(\?, \?\), .*… \(\+[\d,]+\)$/)
      .and.not.contain('bob');
  });

  it('takes no time over a statement made to take long', async () => {
    for (const part of [
      "'",
      '"',
      '/*',
      '$',
      '$$',
      "\\'",
      '`',
      '[a ',
      '#',
      '--',
      "''",
      "'\\",
      '(',
      ' ',
      '/**/',
      '--\n',
    ]) {
      const before = performance.now();
      await lineOf([`select ${part.repeat(50_000)}`]);
      await lineOf([part.repeat(50_000)]);
      expect(performance.now() - before, part).to.be.lessThan(500);
    }
  });

  const withBob = 'select * from t where n = $1';
  for (const [kind, values, parameters] of [
    ['a text and its values', [withBob, ['bob', { password: 'x' }]], ['bob', { password: '[redacted]' }]],
    ['an object of pg', [{ text: withBob, values: ['bob'] }], ['bob']],
    ['an object of mysql2', [{ sql: withBob, values: ['bob'] }], ['bob']],
    ['an object and values beside it', [{ sql: withBob }, ['bob']], ['bob']],
    ['a template', [Object.assign(['select * from t where n = ', ''], { raw: [] }), 'bob'], ['bob']],
  ] as const) {
    it(`reads ${kind}, its parameters only where it is asked to`, async () => {
      const line = await lineOf(values);
      expect(line['statement']).to.match(/^select \* from t where n = (\$1|\?)$/);
      expect(line).not.to.have.property('parameters');
      expect(JSON.stringify(line)).not.to.contain('bob');
      expect((await lineOf(values, [], { includeParameters: true }))['parameters']).to.deep.equal(parameters);
    });
  }

  it('takes no callback for the parameters', async () => {
    for (const first of ['select 1', { text: 'select 1' }]) {
      const line = await lineOf([first, () => undefined], [], { includeParameters: true });
      expect(line['statement']).to.equal('select ?');
      expect(line).not.to.have.property('parameters');
    }
  });

  it('takes what does not begin like a statement for a value, and shows none', async () => {
    for (const value of [
      'bob@x.com',
      'Selected bob',
      7,
      { text: 'for bob' },
      { sql: 5 },
      null,
      undefined,
      ['bob'],
    ]) {
      const line = await lineOf([value]);
      expect(line).to.have.all.keys('level', 'message', 'durationMs', 'function', 'rowCount');
    }
    const line = await lineOf(['bob@x.com', { token: 'abcdefgh' }], [], { includeParameters: true });
    expect(line['parameters']).to.deep.equal(['bob@x.com', { token: '[redacted]' }]);
  });

  for (const [kind, result, rowCount] of [
    ['pg', { rowCount: 3, rows: [] }, 3],
    ['pg before its end', { rowCount: null }, undefined],
    ['rows', [{}, {}], 2],
    ['no rows', [], 0],
    ['mysql2, selected', [[{ id: 1 }], [{ name: 'id', columnType: 3 }]], 1],
    ['mysql2, changed', [{ affectedRows: 4 }, undefined], 4],
    ['mysql', { affectedRows: 5 }, 5],
    ['libsql', { rowsAffected: 6 }, 6],
    ['SQLite', { changes: 7, lastInsertRowid: 1 }, 7],
    ['two rows that are arrays', [[1, 'a'], [2, 'b']], 2], // prettier-ignore
    ['one document', { id: 1 }, undefined],
    ['nothing', null, undefined],
    ['a number', 5, undefined],
  ] as const) {
    it(`tells the rows of a result like ${kind}`, async () => {
      const line = await lineOf(['select 1'], result);
      expect(line['rowCount']).to.equal(rowCount);
      if (rowCount === undefined) expect(line).not.to.have.property('rowCount');
    });
  }

  it('tells of a query that failed, and rejects with the same error', async () => {
    const { logger, lines } = recordingLogger();
    const error = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (email)=(bob@x.com)',
    });
    const query = timedQuery(logger, (_sql: string) => Promise.reject(error), { thresholdMs: 0 });
    expect(await query("insert into t values ('bob')").catch((reason: unknown) => reason)).to.equal(error);
    expect(lines[0]).to.include({ level: 'info', failed: true, reason: 'Error: duplicate key' });
    expect(lines[0]).to.include({ statement: 'insert into t values (?)' });
    expect(lines[0]).not.to.have.property('rowCount');
    expect(JSON.stringify(lines[0])).not.to.contain('bob');
  });

  it('gives a lazy query builder back as it is, which is then run once', async () => {
    const { logger, lines } = recordingLogger();
    const builder = new LazyQuery([{ id: 1 }]);
    const find = timedQuery(logger, () => builder, { thresholdMs: 0 });
    expect(find()).to.equal(builder);
    expect(await find()).to.deep.equal([{ id: 1 }]);
    expect(builder.runs).to.equal(1);
    expect(lines).to.have.length(0);
  });

  it('changes nothing for the caller whose values cannot be read', () => {
    const { logger } = recordingLogger();
    const hostile = new Proxy({}, { get: () => { throw new Error('closed'); } }); // prettier-ignore
    const query = timedQuery(logger, (value: object) => [value], { thresholdMs: 0, includeParameters: true });
    expect(query(hostile)[0]).to.equal(hostile);
  });

  it('refuses wrong options when the function is wrapped', () => {
    const { logger } = recordingLogger();
    const wrap = timedQuery as (...values: unknown[]) => unknown;
    expect(() => wrap(logger, () => 1, { includeParameters: 1 })).to.throw(
      "timedQuery: option 'includeParameters'",
    );
    expect(() => wrap(logger, () => 1, { includeParams: true })).to.throw(
      "timedQuery: option 'includeParams' is unknown",
    );
  });

  it('keeps the type of the function', async () => {
    const { logger } = recordingLogger();
    const query: (sql: string) => Promise<{ rows: number[] }> = timedQuery(logger, async (_sql: string) => ({
      rows: [1],
    }));
    expect((await query('select 1')).rows).to.deep.equal([1]);
  });
});
