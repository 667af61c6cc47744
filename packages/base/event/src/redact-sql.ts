import { redacted } from './secret-patterns.js';

/**
 * SQL with its string literals replaced; numbers, names and placeholders stay. Double quotes are names in most
 * databases and literals in MySQL: there only what cannot be a name is replaced, and what stands where a value does.
 */
export function redactSql(sql: string): string {
  return sql
    .replace(/'(?:[^'\\]|\\[^]|'')*(?:'|$)/g, (literal) => (literal === "''" ? literal : `'${redacted}'`))
    .replace(/"[^"]*(?:"|$)/g, (quoted, at: number, text: string) => {
      const before = text.slice(Math.max(0, at - 16), at);
      const isPath = before.endsWith('.') || text[at + quoted.length] === '.';
      const isValue = /(?:[=<>]|\blike|\bvalues\s{0,4}\()\s{0,4}$/i.test(before);
      return isPath || (!isValue && /^"\w{0,64}"$/.test(quoted)) ? quoted : `"${redacted}"`;
    });
}

/** The start of a statement that carries values, as knex, sequelize and mysql2 put them into their messages. */
const statement =
  /\b(?:insert\s{1,4}into|update\s{1,4}\S{1,128}\s{1,4}set|merge\s{1,4}into|replace\s{1,4}into)\s/i;
/** Drizzle's "Failed query: …\nparams: a,b,c". */
const parameterList = /(\bparam(?:eter)?s:[ \t]?)(?=\S)/i;

/** What every such message holds; in the usual ways of writing it, for the sake of speed. */
const anyStatement = /\b(?:INTO|into|Into|UPDATE|[Uu]pdate|[Qq]uery|QUERY)\b/;

/** Replaces the values of SQL statements and their parameter lists inside a message. */
export function redactSqlInText(text: string): string {
  if (!anyStatement.test(text)) return text;
  let result = text;
  const found = statement.exec(result);
  if (found !== null) result = result.slice(0, found.index) + redactSql(result.slice(found.index));
  if (!/\bquery\b/i.test(result)) return result;
  const list = parameterList.exec(result);
  if (list === null) return result;
  const start = list.index + list[0].length;
  const rest = result.slice(start);
  // A parameter may hold newlines; the first frame of a stack cannot be part of one.
  const frames = rest.search(/\n {4}at /);
  return result.slice(0, start) + redacted + (frames === -1 ? '' : rest.slice(frames));
}
