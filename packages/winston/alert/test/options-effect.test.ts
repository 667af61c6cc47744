import type { AlertTransportOptions } from '@tocsin/alert';
import type { LogEvent } from '@tocsin/event';
import { expect } from 'chai';
import { dirname, join } from 'node:path';
import { RecordingNotifier } from './recording-notifier.js';
import { closeScenes, pause, scene, until } from './scene.js';

/** The one event that is alerted of what `log` logs. */
async function eventOf(
  options: Partial<AlertTransportOptions>,
  log: (logger: ReturnType<typeof scene>['logger']) => void,
): Promise<LogEvent> {
  const notifier = new RecordingNotifier();
  const { logger, transport } = scene({ notifiers: [notifier], ...options });
  log(logger);
  await transport.flush();
  expect(notifier.told).to.have.length(1);
  return notifier.told[0]!.event;
}

function wrapper(): Error {
  return new Error('made by a wrapper');
}

describe('what the options of AlertTransport do', () => {
  afterEach(closeScenes);

  it('level: alerts what is at least as severe', async () => {
    const notifier = new RecordingNotifier();
    const { logger, transport } = scene({ notifiers: [notifier], level: 'warn' });
    logger.level = 'silly';
    logger.info('too mild');
    logger.warn('severe enough');
    await transport.flush();
    expect(notifier.messages).to.deep.equal(['severe enough']);
  });

  it("level: is 'error' by default, whatever the logger's", async () => {
    const notifier = new RecordingNotifier();
    const { logger, transport } = scene({ notifiers: [notifier] });
    logger.level = 'silly';
    logger.warn('too mild');
    logger.error('severe enough');
    await transport.flush();
    expect(notifier.messages).to.deep.equal(['severe enough']);
  });

  it('service, environment, release and tags: are told', async () => {
    const options = { service: 'shop', environment: 'staging', release: '1.2.3', tags: ['blue', 'eu'] };
    const event = await eventOf(options, (logger) => logger.error('placed'));
    expect(event).to.deep.include(options);
  });

  it('root: paths are told relative to it', async () => {
    const event = await eventOf({ root: dirname(__dirname) }, (logger) => logger.error(new Error('here')));
    expect(event.location!.file).to.equal(join('test', 'options-effect.test.ts'));
  });

  it("ignoreFrames: an error does not come from the frames of one's wrappers", async () => {
    const own = await eventOf({}, (logger) => logger.error(wrapper()));
    expect(own.location!.file).to.match(/options-effect\.test\.ts$/);
    const ignored = await eventOf({ ignoreFrames: [/options-effect/] }, (logger) => logger.error(wrapper()));
    expect(ignored.location?.file ?? '').not.to.match(/options-effect/);
  });

  it('sensitiveFields: further fields are not told', async () => {
    const log = (logger: ReturnType<typeof scene>['logger']): void => {
      logger.error('leaky', { loyaltyNumber: 'L-4711', color: 'blue' });
    };
    expect((await eventOf({}, log)).context).to.include({ loyaltyNumber: 'L-4711', color: 'blue' });
    const { context } = await eventOf({ sensitiveFields: ['loyaltyNumber'] }, log);
    expect(JSON.stringify(context)).not.to.contain('L-4711');
    expect(context).to.include({ color: 'blue' });
  });

  it('grouping: says when two errors are one', async () => {
    const notifier = new RecordingNotifier();
    const { logger, transport } = scene({ notifiers: [notifier], grouping: ({ level }) => level });
    logger.error('one');
    logger.error('another');
    await transport.flush();
    expect(notifier.messages).to.deep.equal(['one']);
  });

  it('coalesceMs: adds up what follows the first', async () => {
    const notifier = new RecordingNotifier();
    const { logger, transport } = scene({
      notifiers: [notifier],
      coalesceMs: 100,
      policy: { everyNth: 1, countGapMs: 0 },
    });
    for (let index = 0; index < 6; index += 1) logger.error('quick');
    await until(() => notifier.told.length === 1);
    await pause(20);
    expect(notifier.told).to.have.length(1);
    await until(() => notifier.told.length === 2);
    expect(notifier.told.map(({ record }) => record.occurrences)).to.deep.equal([1, 6]);
    expect(await transport.flush()).to.equal(true);
  });

  it('queue: bounds what waits', async () => {
    const { logger, transport } = scene({ notifiers: [], queue: { maxEvents: 5, policy: 'drop-newest' } });
    for (let index = 0; index < 12; index += 1) logger.error('many');
    expect(transport.stats()).to.deep.include({ dropped: { 'queue-full': 7 } });
    expect(transport.stats().queue.events).to.equal(5);
    expect(await transport.flush()).to.equal(true);
  });

  it('minSeverity of a notifier: it hears of what is at least as severe', async () => {
    const pager = new RecordingNotifier('pager', 'channel', { minSeverity: 'critical' });
    const { logger, transport } = scene({ notifiers: [pager, new RecordingNotifier('chat')] });
    logger.error('mild');
    logger.error('bad', { severity: 'critical' });
    await transport.flush();
    expect(pager.messages).to.deep.equal(['bad']);
  });
});
