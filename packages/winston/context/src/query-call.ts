/** What the arguments of a query say of it. */
export interface QueryCall {
  /** The statement as it was given. */
  readonly statement?: string;
  /** The values that were given with it, or all arguments where there is no statement. */
  readonly parameters?: unknown;
}

interface QueryConfig {
  readonly text?: unknown;
  readonly sql?: unknown;
  readonly values?: unknown;
  readonly bind?: unknown;
  readonly parameters?: unknown;
}

/** What may stand before a statement: blanks, comments, a bracket. */
const lead = /(?:\s|\(|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*/y;
const verb =
  /(?:select|insert|update|delete|merge|replace|upsert|with|values|call|exec|execute|begin|commit|rollback|create|alter|drop|truncate|explain|analyze|vacuum|refresh|pragma)(?=[\s;(*]|$)/iy;
const maxLead = 4096;

/** Whether a text begins as a statement does; a first argument that does not may be anybody's data. */
function isStatement(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const start = value.slice(0, maxLead);
  lead.lastIndex = 0;
  lead.test(start);
  verb.lastIndex = lead.lastIndex;
  return verb.test(start);
}

/**
 * Reads the arguments of a query: a text, an object that has it as `text` or `sql` (pg, mysql2, sql-template-tag), or
 * a template and its values.
 */
export function queryCallOf(values: readonly unknown[]): QueryCall {
  const [first] = values;
  // In its place a callback may stand.
  const second = typeof values[1] === 'function' ? undefined : values[1];
  if (isTemplate(first)) return { statement: first.join('?'), parameters: values.slice(1) };
  if (isStatement(first)) return { statement: first, parameters: second };
  if (typeof first === 'object' && first !== null) {
    const { text, sql, values: own, bind, parameters } = first as QueryConfig;
    const statement = typeof text === 'string' ? text : sql;
    if (isStatement(statement)) return { statement, parameters: own ?? bind ?? parameters ?? second };
  }
  return { parameters: values };
}

function isTemplate(value: unknown): value is readonly string[] {
  return Array.isArray(value) && Array.isArray((value as { readonly raw?: unknown }).raw);
}

/** How many rows a result has or has changed, as far as drivers tell: pg, mysql2, SQLite's, libsql, arrays of rows. */
export function rowCountOf(result: unknown): number | undefined {
  if (Array.isArray(result)) return isWithFields(result) ? rowCountOf(result[0]) : result.length;
  if (typeof result !== 'object' || result === null) return undefined;
  for (const key of ['rowCount', 'affectedRows', 'rowsAffected', 'changes']) {
    const count = (result as Record<string, unknown>)[key];
    if (typeof count === 'number') return count;
  }
  return undefined;
}

/** mysql2 gives `[rows, fields]`, and `[header, undefined]` where nothing is selected. */
function isWithFields(result: readonly unknown[]): boolean {
  const [rows, fields] = result;
  if (result.length !== 2 || typeof rows !== 'object' || rows === null) return false;
  if (fields === undefined) return Array.isArray(rows) || 'affectedRows' in rows;
  if (!Array.isArray(rows) || !Array.isArray(fields)) return false;
  const [field] = fields as readonly unknown[];
  return (
    typeof field === 'object' &&
    field !== null &&
    'name' in field &&
    ('type' in field || 'columnType' in field)
  );
}
