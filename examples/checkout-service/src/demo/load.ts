import { Agent, request } from 'node:http';
import { routes } from '../service/server.js';

/**
 * Sends `total` requests, a quarter to each route, at most `concurrent` at a time.
 *
 * @param onProgress Told the number of answers so far.
 */
export async function sendRequests(
  port: number,
  total: number,
  concurrent: number,
  onProgress: (answers: number) => void,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrent });
  let next = 0;
  let answers = 0;
  const worker = async (): Promise<void> => {
    while (next < total) {
      const index = next;
      next += 1;
      await send(
        agent,
        port,
        `${routes[index % routes.length]}?order=ord-${index}&customer=cus-${index % 97}`,
      );
      answers += 1;
      onProgress(answers);
    }
  };
  await Promise.all(Array.from({ length: concurrent }, worker));
  agent.destroy();
}

function send(agent: Agent, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: 'Bearer a-secret-that-must-not-leave' };
    const outgoing = request({ agent, host: '127.0.0.1', port, path, headers }, (response) => {
      response.on('end', resolve).resume();
    });
    outgoing.on('error', reject).end();
  });
}
