import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brokenLimits } from '../../packages/notifiers/slack/test/block-limits.js';

/** Slack and GitHub on loopback: they answer as the services do, and hold every request to the services' limits. */
export interface Services {
  readonly webhookUrl: string;
  readonly githubUrl: string;
  /** Everything that was sent, as it came. */
  readonly bodies: string[];
  /** Each limit that was broken, with what was sent. */
  readonly broken: string[];
  readonly messages: () => number;
  readonly issues: () => number;
  reset(): void;
  close(): Promise<void>;
}

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

type Data = Readonly<Record<string, unknown>>;

/** GitHub's limits: https://docs.github.com/rest/issues/issues and …/rest/issues/labels, as the API answers with 422. */
function brokenIssueLimits({ title, body, labels = [] }: Data): string[] {
  const broken: string[] = [];
  const rule = (holds: boolean, what: string): void => {
    if (!holds) broken.push(what);
  };
  if (title !== undefined) {
    rule(typeof title === 'string' && title.trim() !== '', 'title: blank');
    rule(typeof title === 'string' && title.length <= 256, `title: ${String(title).length} of 256`);
  }
  rule(typeof body === 'string' && body.length <= 65_536, `body: ${String(body).length} of 65,536`);
  for (const text of [title, body]) rule(!hasLoneSurrogate(text), 'half a surrogate pair');
  if (!Array.isArray(labels)) return [...broken, 'labels: no list'];
  rule(labels.length <= 100, `labels: ${labels.length} of 100`);
  for (const label of labels as unknown[]) {
    rule(typeof label === 'string' && label.trim() !== '', 'label: blank');
    rule(typeof label === 'string' && label.length <= 50, `label: ${String(label).length} of 50`);
    rule(!hasLoneSurrogate(label), 'label: half a surrogate pair');
  }
  return broken;
}

function hasLoneSurrogate(text: unknown): boolean {
  return typeof text === 'string' && !text.isWellFormed();
}

export async function startServices(): Promise<Services> {
  const bodies: string[] = [];
  const broken: string[] = [];
  const issues: Issue[] = [];
  let messages = 0;

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      if (body !== '') bodies.push(body);
      const path = new URL(request.url ?? '/', 'http://localhost');
      if (path.pathname.startsWith('/services/')) return webhook(body, response);
      return github(
        `${request.method} ${path.pathname}`,
        Number(path.searchParams.get('page') ?? 1),
        body,
        response,
      );
    });
  });

  function webhook(body: string, response: ServerResponse): void {
    messages += 1;
    note(brokenLimits(JSON.parse(body) as Data), body);
    response.end('ok');
  }

  function github(route: string, page: number, body: string, response: ServerResponse): void {
    if (route === 'GET /user') return json(response, 200, { login: 'tocsin-bot' });
    if (route === 'GET /repos/acme/checkout')
      return json(response, 200, { full_name: 'acme/checkout', private: true, has_issues: true });
    if (route === 'GET /repos/acme/checkout/issues') {
      const newestFirst = issues.toReversed().slice((page - 1) * 100, page * 100);
      return json(response, 200, newestFirst.map(answer));
    }
    const given = (body === '' ? {} : JSON.parse(body)) as Data & Partial<Issue>;
    if (body !== '') note(brokenIssueLimits(given), body);
    if (route === 'POST /repos/acme/checkout/issues') {
      const issue = { number: issues.length + 1, title: given.title ?? '', body: given.body ?? '' };
      issues.push(issue);
      return json(response, 201, answer(issue));
    }
    const [, number] = /^(?:GET|PATCH) \/repos\/acme\/checkout\/issues\/(\d+)$/.exec(route) ?? [];
    const issue = issues[Number(number) - 1];
    return issue === undefined ? json(response, 404, {}) : json(response, 200, answer(issue));
  }

  function note(found: readonly string[], body: string): void {
    if (found.length > 0) broken.push(`${found.join('; ')}: ${body.slice(0, 2_000)}`);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    webhookUrl: `${url}/services/T0/B0/x`,
    githubUrl: url,
    bodies,
    broken,
    messages: () => messages,
    issues: () => issues.length,
    reset() {
      for (const list of [bodies, broken, issues]) list.length = 0;
      messages = 0;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer({ number, title, body }: Issue): Data {
  const link = `https://github.com/acme/checkout/issues/${number}`;
  return { number, title, body, html_url: link, state: 'open', user: { login: 'tocsin-bot' }, labels: [] };
}

function json(response: ServerResponse, status: number, data: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
