import winston from 'winston';

/**
 * How an Error arrives: each row is a way of logging it, each column a format of the user's, each cell what the
 * event must tell. A row states what all columns must give; a column that winston makes different says so, and why.
 */

export interface Expected {
  /** `event.message`: what the caller said. */
  readonly says: string;
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  /** The function of the first frame; `undefined` where there is no stack. */
  readonly thrownIn: string | undefined;
  /** `name: message` along `cause`. */
  readonly causes: readonly string[];
  /** `name: message` of the members of an AggregateError. */
  readonly members: readonly string[];
  readonly own: Readonly<Record<string, unknown>>;
  /** What else was logged with the line. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
  readonly uncaught: 'exception' | 'rejection' | undefined;
}

export type FormatName = keyof typeof formats;

export interface Row {
  readonly call: string;
  readonly log: (logger: winston.Logger) => void;
  readonly expected: Expected;
  readonly except?: {
    readonly [F in FormatName]?: { readonly because: string; readonly expected: Partial<Expected> };
  };
}

export const formats = {
  none: () => winston.format((info) => info)(),
  json: () => winston.format.json(),
  errors: () => winston.format.errors({ stack: true }),
  splat: () => winston.format.splat(),
  colorize: () => winston.format.colorize({ all: true }),
};

class PaymentError extends Error {
  override get name(): string {
    return 'PaymentError';
  }
}

/** An Error that has everything: a name and code of its own, a cause, an own field. */
export function chargeCard(message = 'card declined'): Error {
  const cause = new TypeError('socket hang up');
  return Object.assign(new PaymentError(message, { cause }), { code: 'E_DECLINED', orderId: 42 });
}

function askBothBanks(): AggregateError {
  return new AggregateError([new RangeError('bank one'), new TypeError('bank two')], 'no bank answered');
}

function openTheVault(): Error {
  return Object.assign(new Error('vault is shut'), { code: 423, lock: { bolts: 3 } });
}

function checkout(): Error {
  return new Error('checkout', { cause: chargeCard() });
}

function abort(): DOMException {
  return new DOMException('given up', 'AbortError');
}

/** What the rows with {@link chargeCard} give. */
const charged: Expected = {
  says: 'payment failed',
  name: 'PaymentError',
  message: 'card declined',
  code: 'E_DECLINED',
  thrownIn: 'chargeCard',
  causes: ['TypeError: socket hang up'],
  members: [],
  own: { orderId: 42 },
  context: {},
  isError: true,
  uncaught: undefined,
};
const bare = {
  code: undefined,
  causes: [],
  members: [],
  own: {},
  context: {},
  isError: true,
  uncaught: undefined,
};

/** Winston's own way from a thrown value to a line: its handler makes the info and logs it. */
function throwUncaught(logger: winston.Logger, thrown: unknown): void {
  logger.log(logger.exceptions.getAllInfo(thrown as Error) as winston.LogEntry);
}
function rejectUnhandled(logger: winston.Logger, reason: unknown): void {
  logger.log(logger.rejections.getAllInfo(reason as Error) as winston.LogEntry);
}

export const rows: readonly Row[] = [
  {
    call: 'error(err)',
    log: (logger) => logger.error(chargeCard()),
    expected: { ...charged, says: 'card declined' },
  },
  {
    call: "error('payment failed', err)",
    log: (logger) => logger.error('payment failed', chargeCard()),
    expected: charged,
  },
  {
    call: "error('payment failed', { err })",
    log: (logger) => logger.error('payment failed', { err: chargeCard() }),
    expected: charged,
  },
  {
    call: "error('payment failed', { error, cart })",
    log: (logger) => logger.error('payment failed', { error: chargeCard(), cart: 7 }),
    expected: { ...charged, context: { cart: 7 } },
  },
  {
    call: "error({ message: 'payment failed', err })",
    log: (logger) => logger.error({ message: 'payment failed', err: chargeCard() }),
    expected: charged,
  },
  {
    call: 'error({ message: err })',
    log: (logger) => logger.error({ message: chargeCard() }),
    expected: { ...charged, says: 'card declined' },
  },
  {
    call: 'error(err, { cart })',
    log: (logger) => logger.error(chargeCard() as unknown as string, { cart: 7 }),
    expected: { ...charged, says: 'card declined', context: { cart: 7 } },
  },
  {
    call: "error('payment failed', { cart }, err)",
    log: (logger) => logger.error('payment failed', { cart: 7 }, chargeCard()),
    expected: { ...charged, context: { cart: 7 } },
  },
  {
    call: "error('payment failed', err, { cart })",
    log: (logger) => logger.error('payment failed', chargeCard(), { cart: 7 }),
    expected: { ...charged, context: { cart: 7 } },
  },
  {
    call: "error('payment failed: %s', err)",
    log: (logger) => logger.error('payment failed: %s', chargeCard()),
    expected: { ...charged, says: 'payment failed: %s' },
    except: {
      splat: {
        because:
          'only format.splat() fills the token in; it puts the stack there, which is cut at its first frame',
        expected: { says: 'payment failed: PaymentError: card declined' },
      },
    },
  },
  {
    call: "error(new Error(''))",
    log: (logger) => logger.error(chargeCard('')),
    expected: { ...charged, says: '', message: '' },
  },
  {
    call: 'child.error(err)',
    log: (logger) => logger.child({ request: 'r1' }).error(chargeCard()),
    expected: { ...charged, says: 'card declined', context: { request: 'r1' } },
  },
  {
    call: "child.error('payment failed', err)",
    log: (logger) => logger.child({ request: 'r1' }).error('payment failed', chargeCard()),
    expected: { ...charged, context: { request: 'r1' } },
  },
  {
    call: 'child.child.error(err)',
    log: (logger) => logger.child({ request: 'r1' }).child({ step: 2 }).error(chargeCard()),
    expected: { ...charged, says: 'card declined', context: { request: 'r1', step: 2 } },
  },
  {
    call: "log('error', err)",
    log: (logger) => logger.log('error', chargeCard()),
    expected: { ...charged, says: 'card declined' },
  },
  {
    call: "log('error', 'payment failed', err)",
    log: (logger) => logger.log('error', 'payment failed', chargeCard()),
    expected: charged,
  },
  {
    call: 'log({ level, message: err })',
    log: (logger) => logger.log({ level: 'error', message: chargeCard() as unknown as string }),
    expected: { ...charged, says: 'card declined' },
  },
  {
    call: "log({ level, message: 'payment failed', error })",
    log: (logger) => logger.log({ level: 'error', message: 'payment failed', error: chargeCard() }),
    expected: charged,
  },
  {
    call: "error('payment failed', { reason: err })",
    log: (logger) => logger.error('payment failed', { reason: chargeCard() }),
    expected: charged,
  },
  {
    call: 'error(aggregateError)',
    log: (logger) => logger.error(askBothBanks()),
    expected: {
      ...bare,
      says: 'no bank answered',
      name: 'AggregateError',
      message: 'no bank answered',
      thrownIn: 'askBothBanks',
      members: ['RangeError: bank one', 'TypeError: bank two'],
    },
  },
  {
    call: "error('payment failed', errorWithCauseOfCause)",
    log: (logger) => logger.error('payment failed', checkout()),
    expected: {
      ...bare,
      says: 'payment failed',
      name: 'Error',
      message: 'checkout',
      thrownIn: 'checkout',
      causes: ['PaymentError: card declined', 'TypeError: socket hang up'],
    },
  },
  {
    call: 'error(errorWithOwnFieldsAndNumericCode)',
    log: (logger) => logger.error(openTheVault()),
    expected: {
      ...bare,
      says: 'vault is shut',
      name: 'Error',
      message: 'vault is shut',
      code: '423',
      thrownIn: 'openTheVault',
      own: { lock: { bolts: 3 } },
    },
  },
  {
    call: "error('payment failed', frozenError)",
    log: (logger) => logger.error('payment failed', Object.freeze(chargeCard())),
    expected: charged,
  },
  {
    call: "error('payment failed', abortError)",
    log: (logger) => logger.error('payment failed', abort()),
    expected: {
      ...bare,
      says: 'payment failed',
      name: 'AbortError',
      message: 'given up',
      code: '20',
      thrownIn: 'DOMException',
    },
  },
  {
    call: 'an uncaught exception',
    log: (logger) => throwUncaught(logger, chargeCard()),
    expected: { ...charged, says: 'uncaughtException: card declined', uncaught: 'exception' },
  },
  {
    call: 'an unhandled rejection',
    log: (logger) => rejectUnhandled(logger, chargeCard()),
    expected: { ...charged, says: 'unhandledRejection: card declined', uncaught: 'rejection' },
  },
  {
    call: "throw 'out of coffee', uncaught",
    log: (logger) => throwUncaught(logger, 'out of coffee'),
    expected: {
      ...bare,
      says: 'uncaughtException: out of coffee',
      name: 'string',
      message: 'out of coffee',
      thrownIn: undefined,
      isError: false,
      uncaught: 'exception',
    },
  },
  {
    call: 'Promise.reject(null), unhandled',
    log: (logger) => rejectUnhandled(logger, null),
    expected: {
      ...bare,
      says: 'unhandledRejection: (no error message)',
      name: 'null',
      message: 'null',
      thrownIn: undefined,
      isError: false,
      uncaught: 'rejection',
    },
  },
  {
    call: "nest-winston: error('payment failed', { context, stack: [err] })",
    log: (logger) => logger.error('payment failed', { context: 'Checkout', stack: [chargeCard()] }),
    expected: { ...charged, context: { context: 'Checkout' } },
  },
  {
    call: "error('payment failed', { errorType, errorMessage, stackTrace })",
    log: (logger) => {
      const { name, message, stack } = chargeCard();
      logger.error('payment failed', { errorType: name, errorMessage: message, stackTrace: stack, cart: 7 });
    },
    expected: {
      ...charged,
      code: undefined,
      causes: [],
      own: {},
      context: { cart: 7 },
    },
  },
];
