import { requestFailure, backgroundFetch } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';

/** What Slack answered. */
export interface Heard {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where it could not be read to its end. */
  readonly body: string | undefined;
}

/** The `fetch` that both of Slack's clients take. */
export type ClientFetch = (
  url: string | URL,
  init?: { method?: string; headers?: Record<string, string>; body?: string | FormData },
) => Promise<Response>;

const maxBodyUnits = 64 * 1024;
const bodyless = [204, 205, 304];

/**
 * Lets one of Slack's clients make one request, and gives what was heard on the line.
 *
 * The clients lose what we need: the webhook's keeps no headers of a 429, the Web API's reads no date in
 * `Retry-After` and takes a 200 with an unreadable body for a failure, both keep the caller's signal out,
 * and their errors hold URLs. So they are given a `fetch` that listens, and their own verdict is not used.
 *
 * @throws TocsinError where there was no answer.
 */
export async function exchange(
  call: (listening: ClientFetch) => Promise<unknown>,
  signal: AbortSignal,
  send: typeof fetch = backgroundFetch,
): Promise<Heard> {
  if (signal.aborted)
    throw new TocsinError('Slack was not called: the time was over before', {
      code: 'TOCSIN_NOTIFY_TIMEOUT',
      retryable: true,
      context: { service: 'Slack' },
    });
  // A signal of our own, since fetch leaves its listener on the caller's until that is collected.
  const controller = new AbortController();
  const giveUp = (): void => controller.abort();
  signal.addEventListener('abort', giveUp, { once: true });
  let heard: Heard | undefined;
  let failure: unknown;
  const listening: ClientFetch = async (url, init) => {
    try {
      // A redirect is an answer like any other, and no webhook or token is sent on to where it points.
      const response = await send(url, { ...init, redirect: 'manual', signal: controller.signal });
      heard = { status: response.status, headers: response.headers, body: await readBody(response) };
    } catch (error) {
      failure = error;
      throw error;
    }
    const { status, headers, body = '' } = heard;
    return new Response(bodyless.includes(status) ? null : body, { status, headers });
  };
  try {
    await call(listening);
  } catch {
    // The client's own error: what was heard says more, without its URL.
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  if (heard !== undefined) return heard;
  if (failure !== undefined) throw requestFailure('Slack', failure);
  throw new TocsinError('Slack was not called: its client refused the message', {
    code: 'TOCSIN_INTERNAL',
    context: { service: 'Slack' },
  });
}

async function readBody(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length > maxBodyUnits) return undefined;
    }
  } catch {
    // The status has been heard, and it alone decides: a success that cannot be read is a success.
    return undefined;
  }
  return text + decoder.decode();
}
