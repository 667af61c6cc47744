/** What the arguments of a function like `fetch` say of its request; all of it is absent where they are others. */
export interface FetchRequest {
  readonly url?: string;
  readonly method?: string;
  readonly headers?: unknown;
  /** Text, or the parameters of a form; no stream is touched. */
  readonly body?: string;
}

/**
 * Reads the arguments of `fetch(input, init)`. For a method with arguments of its own, whose first is no URL and
 * no Request, there is nothing to read.
 */
export function fetchRequestOf([input, init]: readonly unknown[]): FetchRequest {
  const request = requestLike(input);
  const url = typeof input === 'string' ? input : (request?.url ?? hrefOf(input));
  if (url === undefined || !/^https?:/i.test(url)) return {};
  const { method, headers, body } = (typeof init === 'object' && init !== null ? init : {}) as RequestInit;
  const text = bodyText(body);
  return {
    url,
    method: (typeof method === 'string' ? method : (request?.method ?? 'GET')).toUpperCase(),
    headers: headers ?? request?.headers,
    ...(text === undefined ? {} : { body: text }),
  };
}

/** Headers as a plain object, in whichever way they are given; `undefined` where reading them would use them up. */
export function plainHeaders(headers: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  if (Array.isArray(headers)) {
    const pairs = headers
      .slice(0, maxHeaders)
      .filter((pair): pair is [string, unknown] => Array.isArray(pair));
    return Object.fromEntries(pairs);
  }
  const plain: Record<string, unknown> = {};
  const { get, forEach } = headers as Partial<Headers>;
  // Iterators have a forEach too, which uses them up.
  if (typeof get === 'function' && typeof forEach === 'function') {
    (headers as Headers).forEach((value, name) => (plain[name] = value));
    return plain;
  }
  if (Symbol.iterator in headers) return undefined;
  return headers as Record<string, unknown>;
}

const maxHeaders = 100;

/** That of a URL, which may be one of another realm. */
function hrefOf(input: unknown): string | undefined {
  const { href } = (input ?? {}) as { readonly href?: unknown };
  return typeof href === 'string' ? href : undefined;
}

interface RequestLike {
  readonly url: string;
  readonly method: string;
  readonly headers?: unknown;
}

function requestLike(input: unknown): RequestLike | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const { url, method } = input as Partial<RequestLike>;
  return typeof url === 'string' && typeof method === 'string' ? (input as RequestLike) : undefined;
}

function bodyText(body: unknown): string | undefined {
  return typeof body === 'string' || body instanceof URLSearchParams ? String(body) : undefined;
}
