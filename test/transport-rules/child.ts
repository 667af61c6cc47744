import winston from 'winston';
import type { MakeSubject } from './subject.js';

/** Plays one scene with a subject in a process of its own, and prints what was delivered when it ends. */
async function play(module: string, name: string, scene: string): Promise<void> {
  const subjects = (await import(module)) as Record<string, MakeSubject>;
  const subject = subjects[name]!({ handleExceptions: scene === 'exception', deliveryMs: 20 });
  const logger = winston.createLogger({ transports: [subject.transport] });
  process.on('exit', () => console.log(`delivered: ${subject.delivered().join(', ')}`));
  console.log('ready');
  if (scene === 'exception') {
    setTimeout(() => {
      throw new Error('unforeseen');
    }, 10);
  } else {
    logger.error('a last word');
    setTimeout(() => undefined, 300);
  }
}

const [module, name, scene] = process.argv.slice(2);
void play(module!, name!, scene!);
