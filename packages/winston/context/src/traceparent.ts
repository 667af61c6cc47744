/** The ids in a `traceparent` header. */
export interface Traceparent {
  readonly traceId: string;
  readonly parentId: string;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header: ids of zeros and version ff are invalid. */
const pattern =
  /^(?!ff)(?<version>[0-9a-f]{2})-(?!0{32})(?<traceId>[0-9a-f]{32})-(?!0{16})(?<parentId>[0-9a-f]{16})-[0-9a-f]{2}(?<more>-.*)?$/;

/** The first 55 characters are the same in every version; later ones may add to them. */
const maxLength = 1_000;

/** The ids in the text of a `traceparent` header; `undefined` where the W3C's rules call it invalid. */
export function parseTraceparent(text: unknown): Traceparent | undefined {
  if (typeof text !== 'string' || text.length > maxLength) return undefined;
  const { version, traceId, parentId, more } = pattern.exec(text)?.groups ?? {};
  if (traceId === undefined || parentId === undefined) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  return { traceId, parentId };
}
