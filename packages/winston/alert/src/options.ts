import {
  type AlertPolicy,
  type AlertStore,
  type Alert,
  assertNotifier,
  assertStore,
  MemoryStore,
  type Notifier,
  resolvePolicy,
} from '@tocsin/decision';
import {
  configError,
  type Grouping,
  type LogEvent,
  readOptions,
  refuseUnknownOptions,
  resolveRedaction,
} from '@tocsin/event';
import { checkWhole, type NonBlockingTransportOptions, transportOptionNames } from '@tocsin/transport';
import { NoStore } from './no-store.js';

/** What is never alerted: a class of errors, a pattern for `type: message`, or a rule. */
export type IgnoreRule = (abstract new (...args: never[]) => Error) | RegExp | ((event: LogEvent) => boolean);

/** Sends the events that `when` holds for to the notifiers named. */
export interface Route {
  readonly when: (event: LogEvent) => boolean;
  /** Names of notifiers. */
  readonly notifiers: readonly string[];
}

/** Options of {@link AlertTransport}, with those of every transport. */
export interface AlertTransportOptions extends NonBlockingTransportOptions {
  /** Least severe level that is alerted. @default 'error' */
  readonly level?: string | undefined;
  /** What the application is called; part of each error's identity. */
  readonly service: string;
  /** Where it runs; part of each error's identity. @default NODE_ENV, else 'development' */
  readonly environment?: string | undefined;
  /** Version or commit that is running. @default none: any later sighting of a closed error is a regression */
  readonly release?: string | undefined;
  /** Told in every alert. @default [] */
  readonly tags?: readonly string[] | undefined;
  /** Who is told. Trackers are told before channels. */
  readonly notifiers: readonly Notifier[];
  /**
   * Where the fleet decides together. `'none'`: no record is kept and every error alerts, paced only.
   * @default a MemoryStore: this process decides for itself
   */
  readonly store?: AlertStore | 'none' | undefined;
  /** When an alert is due; the rest of the policy is the default. @default defaultPolicy of @tocsin/decision */
  readonly policy?: Partial<AlertPolicy> | undefined;
  /** When two errors are the same error. @default 'function' */
  readonly grouping?: Grouping | undefined;
  /** The union of the routes that match is told; all notifiers where none matches or none is given. @default [] */
  readonly routes?: readonly Route[] | undefined;
  /** What is never alerted; counted as `ignored`. A rule that throws or answers with a promise ignores nothing. @default [] */
  readonly ignore?: readonly IgnoreRule[] | undefined;
  /** The last word on an alert: the alert, a changed copy, or `null` to keep silent. At most 5 s. @default every alert is sent as it is */
  readonly beforeAlert?: ((alert: Alert) => Alert | null | Promise<Alert | null>) | undefined;
  /** Folder that paths are told relative to. @default process.cwd() */
  readonly root?: string | undefined;
  /** Frames of wrappers that are not the application's own: parts of paths, or patterns. @default [] */
  readonly ignoreFrames?: readonly (string | RegExp)[] | undefined;
  /** Further names of fields that hold secrets. @default [] */
  readonly sensitiveFields?: readonly string[] | undefined;
  /**
   * Tell with each alert the last 20 lines of the same request, at any level: see @tocsin/context for what a request
   * is. Each line logged in a request then costs a bounded copy of its fields. @default false
   */
  readonly breadcrumbs?: boolean | undefined;
  /** How long equal errors are added up before the store is told, in milliseconds. @default 250 */
  readonly coalesceMs?: number | undefined;
}

export interface ResolvedAlertOptions {
  readonly service: string;
  readonly environment: string;
  readonly notifiers: readonly Notifier[];
  readonly store: AlertStore;
  readonly policy: AlertPolicy;
  readonly coalesceMs: number;
  readonly routes: readonly Route[];
  readonly ignore: readonly IgnoreRule[];
}

const owner = 'AlertTransport';
/** Stores refuse longer names. */
const maxText = 1_000;
const groupings: readonly unknown[] = ['function', 'line', 'stack', 'message'];
const optionNames = [
  ...transportOptionNames,
  'service',
  'environment',
  'release',
  'tags',
  'notifiers',
  'store',
  'policy',
  'grouping',
  'routes',
  'ignore',
  'beforeAlert',
  'root',
  'ignoreFrames',
  'sensitiveFields',
  'coalesceMs',
  'breadcrumbs',
];

/** Checks each option by name and fills in the defaults. Throws `TOCSIN_CONFIG_INVALID`. */
export function resolveOptions(options: AlertTransportOptions): ResolvedAlertOptions {
  return readOptions(owner, () => resolve(options));
}

function resolve(options: AlertTransportOptions): ResolvedAlertOptions {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null) throw configError(owner, 'options', given, 'an object');
  // A copy, so that every option is read here: what cannot be read must not fail later.
  refuseUnknownOptions(owner, '', Object.keys({ ...options }), optionNames);
  const environment = options.environment ?? (process.env['NODE_ENV'] || 'development');
  checkText('service', options.service);
  checkText('environment', environment);
  if (options.release !== undefined) checkText('release', options.release);
  if (options.root !== undefined) checkText('root', options.root);
  for (const name of ['tags', 'sensitiveFields'] as const) checkTexts(name, options[name]);
  checkList('ignoreFrames', options.ignoreFrames, isTextOrPattern, 'an array of strings and patterns');
  checkList('ignore', options.ignore, isIgnoreRule, 'an array of error classes, patterns and functions');
  const coalesceMs = options.coalesceMs ?? 250;
  checkWhole(owner, 'coalesceMs', coalesceMs, 0);
  if (options.breadcrumbs !== undefined && typeof options.breadcrumbs !== 'boolean') {
    throw configError(owner, 'breadcrumbs', options.breadcrumbs, 'true or false');
  }
  if (options.beforeAlert !== undefined && typeof options.beforeAlert !== 'function') {
    throw configError(owner, 'beforeAlert', options.beforeAlert, 'a function');
  }
  if (
    options.grouping !== undefined &&
    typeof options.grouping !== 'function' &&
    !groupings.includes(options.grouping)
  ) {
    throw configError(
      owner,
      'grouping',
      options.grouping,
      "'function', 'line', 'stack', 'message' or a function",
    );
  }
  resolveRedaction(options.sensitiveFields === undefined ? {} : { sensitiveFields: options.sensitiveFields });
  const notifiers = resolveNotifiers(options.notifiers);
  return {
    service: options.service,
    environment,
    notifiers,
    store: resolveStore(options.store),
    policy: resolvePolicy(owner, options.policy),
    coalesceMs: options.store === 'none' ? 0 : coalesceMs,
    routes: resolveRoutes(options.routes, notifiers),
    ignore: options.ignore ?? [],
  };
}

function resolveNotifiers(notifiers: unknown): readonly Notifier[] {
  if (!Array.isArray(notifiers)) throw configError(owner, 'notifiers', notifiers, 'an array of notifiers');
  const names = new Set<string>();
  for (const [index, notifier] of (notifiers as unknown[]).entries()) {
    assertNotifier(owner, notifier, `notifiers[${index}]`);
    if (names.has(notifier.name)) {
      throw configError(
        owner,
        'notifiers',
        notifier.name,
        'names that differ: give one of the two another `name`',
      );
    }
    names.add(notifier.name);
  }
  return [...(notifiers as Notifier[])];
}

function resolveStore(store: AlertStore | 'none' | undefined): AlertStore {
  if (store === 'none') return new NoStore();
  if (store === undefined) return new MemoryStore();
  if (typeof store === 'string') throw configError(owner, 'store', store, "an AlertStore, or 'none'");
  assertStore(owner, store);
  return store;
}

function resolveRoutes(routes: unknown, notifiers: readonly Notifier[]): readonly Route[] {
  if (routes === undefined) return [];
  if (!Array.isArray(routes)) throw configError(owner, 'routes', routes, 'an array of { when, notifiers }');
  const names = notifiers.map((notifier) => notifier.name);
  for (const [index, route] of (routes as unknown[]).entries()) {
    const { when, notifiers: to } = (route ?? {}) as { when?: unknown; notifiers?: unknown };
    if (typeof when !== 'function')
      throw configError(owner, `routes[${index}].when`, when, 'a function of the event');
    if (!Array.isArray(to))
      throw configError(owner, `routes[${index}].notifiers`, to, 'an array of names of notifiers');
    for (const name of to as unknown[]) {
      if (!names.includes(name as string)) {
        throw configError(
          owner,
          `routes[${index}].notifiers`,
          name,
          `names of notifiers: ${names.join(', ')}`,
        );
      }
    }
  }
  return [...(routes as Route[])];
}

function checkText(option: string, value: unknown): void {
  if (typeof value !== 'string' || value.trim() === '' || value.length > maxText)
    throw configError(owner, option, value, 'a text of 1 to 1,000 characters that is not blank');
}

function checkTexts(option: string, value: unknown): void {
  checkList(option, value, (entry) => typeof entry === 'string', 'an array of strings');
}

function checkList(
  option: string,
  value: unknown,
  holds: (entry: unknown) => boolean,
  allowed: string,
): void {
  if (value === undefined) return;
  if (!Array.isArray(value) || !value.every(holds)) throw configError(owner, option, value, allowed);
}

function isTextOrPattern(entry: unknown): boolean {
  return typeof entry === 'string' || entry instanceof RegExp;
}

function isIgnoreRule(entry: unknown): boolean {
  return typeof entry === 'function' || entry instanceof RegExp;
}
