import { redactSql } from './redact-sql.js';
import { isError } from './is-error.js';
import { redacted } from './secret-patterns.js';
import { safeRead } from './safe-read.js';

/** What is kept of a client's request: where it went, not what it carried. */
const requestFields = ['method', 'url', 'path', 'host', 'protocol', 'headers'];
const responseFields = ['status', 'statusCode', 'statusText', 'statusMessage', 'ok', 'url', 'headers'];
const configFields = ['method', 'url', 'baseURL', 'timeout', 'params', 'headers', 'responseType'];

const bodies = new Set(['body', 'rawBody', 'responseBody', 'requestBody']);
const parameters = new Set(['params', 'parameters', 'bindings', 'binds', 'bind', 'values', 'args']);
const statements = new Set(['sql', 'query', 'statement']);
const carriers: ReadonlyMap<string, readonly string[]> = new Map([
  ['request', requestFields],
  ['req', requestFields],
  ['response', responseFields],
  ['res', responseFields],
  ['config', configFields],
  ['options', configFields],
]);

/** Whether an error's field of this name is known to carry whole requests, responses, statements or rows. */
export function isCarrier(key: string): boolean {
  return (
    carriers.has(key) || parameters.has(key) || statements.has(key) || bodies.has(key) || key === 'command'
  );
}

/**
 * What of such a field may be shown: of `config`, `request` and `response` (axios, got, superagent, node-fetch)
 * where the request went and what came of it; of `sql` and `query` the statement without its values; of `params`
 * and `parameters` (TypeORM, sequelize, drizzle) nothing; of `command` (ioredis) the name; no `body` (undici).
 */
export function carriedValue(key: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null;
  const kept = carriers.get(key);
  // Errors of one's own have options, too: only what describes a request is cut down to it.
  if (kept === configFields && isObject && !looksLikeRequest(value)) return value;
  if (kept !== undefined) return isObject ? pick(value, kept) : value;
  if (bodies.has(key)) return '[body left out]';
  if (parameters.has(key)) return isEmpty(value) ? value : redacted;
  if (key === 'command') return isObject ? pick(value, ['name']) : value;
  return statement(value);
}

/** An Error, or one that was made plain: a child logger's copy, `toJSON()` of axios. */
export function isErrorLike(holder: object): boolean {
  if (isError(holder)) return true;
  // Whatever they hold: a copy makes texts of most values, and must not be taken for more than what it copies.
  return safeRead(holder, 'stack') !== undefined && safeRead(holder, 'message') !== undefined;
}

function looksLikeRequest(value: object): boolean {
  return ['headers', 'url', 'baseURL', 'hostname', 'method'].some(
    (field) => safeRead(value, field) !== undefined,
  );
}

/** A query as text, or as `{ text | sql, values }`. */
function statement(value: unknown): unknown {
  if (typeof value === 'string') return redactSql(value);
  if (typeof value !== 'object' || value === null) return value;
  const sql = safeRead(value, 'text') ?? safeRead(value, 'sql');
  return typeof sql === 'string' ? { text: redactSql(sql), values: redacted } : redacted;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** The fields that are there, read once; `data` is told to have been left out. */
function pick(value: object, fields: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const field of fields) {
    const found = safeRead(value, field);
    if (found !== undefined && typeof found !== 'function') picked[field] = found;
  }
  if (safeRead(value, 'data') !== undefined || safeRead(value, 'body') !== undefined)
    picked['body'] = '[body left out]';
  return picked;
}
