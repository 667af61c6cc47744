import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const rounds = 11;
/** How long one case runs in one round, about. */
const roundMs = 150;

/**
 * Compares cases side by side: each in a process of its own (cases that share inline caches mislead), all of them in
 * turns, so that whatever else the machine does meets them alike.
 *
 * @param {{ title: string, url: string, cases: Record<string, () => Promise<Measured>> }} question `url` is the file's
 *   own `import.meta.url`; a case's function prepares. The first case is the one that the others are compared with.
 * @typedef {{ run: () => unknown, inside?: (loop: () => unknown) => unknown }} Measured `run` is what is measured, and
 *   may give a promise; `inside` calls the loop of a round, so that what it opens around it is not measured.
 */
export async function compare({ title, url, cases }) {
  const [asked, name] = process.argv.slice(2);
  if (process.send !== undefined) return asked === title ? await work(cases[name]) : undefined;
  const names = Object.keys(cases);
  const workers = names.map((name) =>
    fork(fileURLToPath(url), [title, name], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
  for (const worker of workers) await once(worker, 'message');
  const times = names.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    // Each round begins with another case.
    for (let turn = 0; turn < names.length; turn += 1) {
      const index = (round + turn) % names.length;
      workers[index].send('run');
      const [nanoseconds] = await once(workers[index], 'message');
      times[index].push(nanoseconds);
    }
  }
  for (const worker of workers) worker.disconnect();
  print(title, names, times);
}

async function work(prepare) {
  const measured = await prepare();
  let count = 1_000;
  // Warm, and as many that a round takes its time.
  for (let warm = 0; warm < 12; warm += 1) {
    const each = await time(measured, count);
    count = Math.max(100, Math.round((roundMs * 1e6) / each));
  }
  process.on('message', async () => process.send(await time(measured, count)));
  process.send('ready');
}

/** Nanoseconds for one. */
async function time({ run, inside = (loop) => loop() }, count) {
  return await inside(async () => {
    const start = process.hrtime.bigint();
    for (let done = 0; done < count; done += 1) {
      const given = run();
      if (given instanceof Promise) await given;
    }
    return Number(process.hrtime.bigint() - start) / count;
  });
}

function print(title, names, times) {
  console.log(
    `\n## ${title}\n\nNode ${process.version}, ${rounds} rounds in turns, each case in a process of its own\n`,
  );
  console.log('| case | median | range | × the first |\n|---|---|---|---|');
  for (const [index, name] of names.entries()) {
    const own = times[index];
    const ratios = own.map((value, round) => value / times[0][round]);
    const sorted = own.toSorted((one, other) => one - other);
    const range = `${show(sorted[0])} to ${show(sorted.at(-1))}`;
    const { low, high } = interval(ratios);
    const ratio =
      index === 0 ? '1' : `${median(ratios).toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
    console.log(`| ${name} | ${show(median(own))} | ${range} | ${ratio} |`);
  }
}

function show(nanoseconds) {
  return nanoseconds < 1_000 ? `${nanoseconds.toFixed(0)} ns` : `${(nanoseconds / 1_000).toFixed(2)} µs`;
}

function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The 95 % interval of the median: of 11 values, from the second to the tenth (binomial). */
function interval(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return { low: sorted[1], high: sorted.at(-2) };
}
