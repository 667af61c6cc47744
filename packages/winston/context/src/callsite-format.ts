import {
  type CallFrames,
  type CallSite,
  type CallSiteOptions,
  type FoundLine,
  configError,
  createCallSites,
  findLine,
  ownLine,
  readOptions,
  refuseUnknownOptions,
  takeFrames,
} from '@tocsin/event';
import type { Format, TransformableInfo } from 'logform';
import { LEVEL } from 'triple-beam';
import { lineFormat } from './line-format.js';
import { isToBeLeft } from './unknown-line.js';

/** What a line can tell of its call. */
export type CallsiteField = 'component' | 'file' | 'line' | 'column' | 'function' | 'integration';

/** Options of {@link callsiteFormat}. */
export interface CallsiteFormatOptions extends CallSiteOptions {
  /** Names of the levels whose lines tell their place. @default all */
  readonly levels?: readonly string[] | undefined;
  /**
   * What is told: `component` is file, line and function in one text, `integration` what the path belongs to.
   * @default ['component', 'integration']
   */
  readonly fields?: readonly CallsiteField[] | undefined;
}

const owner = 'callsiteFormat';
const allFields: readonly CallsiteField[] = [
  'component',
  'file',
  'line',
  'column',
  'function',
  'integration',
];

/**
 * A format that tells on each line where it was logged: `component: 'src/checkout.ts:42 charge'`, the path relative
 * to the root and mapped by source maps; and `integration` where the path lies in the folder of one. A field that the
 * line already has stands. Taking the place costs some microseconds a line: `levels` says for which it is worth it.
 *
 * Put it into the logger's own format, and call {@link bindContext} unless the logger has a Tocsin transport.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option
 */
export function callsiteFormat(options: CallsiteFormatOptions = {}): Format {
  const { levels, fields, ...sites } = readOptions(owner, () => resolve(options));
  const siteOf = createCallSites(sites);
  /** The loggers that know of it: the line that tells them may be of any level, and the next one may have to wait. */
  const asked = new WeakSet<object>();
  return lineFormat((info) => {
    const found = findLine(info);
    const { captured } = found;
    const isWanted = levels === undefined || levels.includes(info[LEVEL] ?? info.level);
    const logger = captured?.takenBy;
    if (logger !== undefined && !asked.has(logger)) {
      asked.add(logger);
      takeFrames(logger, levels);
    }
    if (!isWanted) return info;
    if (captured === undefined) isToBeLeft(owner, 'lines do not tell where they were logged');
    const site = placeOf(found, siteOf);
    return site === undefined ? info : tell(info, site, fields);
  });
}

function resolve(options: CallsiteFormatOptions): CallSiteOptions & {
  readonly levels: readonly string[] | undefined;
  readonly fields: readonly CallsiteField[];
} {
  if (typeof options !== 'object' || options === null)
    throw configError(owner, 'options', options, 'an object');
  const {
    levels,
    fields = ['component', 'integration'],
    root,
    ignoreFrames,
    integrationPatterns,
    ...rest
  } = options;
  refuseUnknownOptions(owner, '', Object.keys(rest), [
    'levels',
    'fields',
    'root',
    'ignoreFrames',
    'integrationPatterns',
  ]);
  checkList('levels', levels, isText, 'names of levels');
  checkList('fields', fields, (field) => allFields.includes(field as CallsiteField), allFields.join(', '));
  checkList('integrationPatterns', integrationPatterns, isText, 'folders');
  const isRule = (rule: unknown): boolean => isText(rule) || rule instanceof RegExp;
  checkList('ignoreFrames', ignoreFrames, isRule, 'strings and patterns');
  if (root !== undefined && !isText(root)) throw configError(owner, 'root', root, 'a path');
  return {
    levels: levels === undefined ? undefined : [...levels],
    fields: [...fields],
    ...(root === undefined ? {} : { root }),
    ...(ignoreFrames === undefined ? {} : { ignoreFrames: [...ignoreFrames] }),
    ...(integrationPatterns === undefined ? {} : { integrationPatterns: [...integrationPatterns] }),
  };
}

function checkList(
  option: string,
  value: unknown,
  holds: (entry: unknown) => boolean,
  allowed: string,
): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) throw configError(owner, option, value, `an array of ${allowed}`);
  const wrong = value.findIndex((entry) => !holds(entry));
  if (wrong !== -1) throw configError(owner, `${option}[${wrong}]`, value[wrong], allowed);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** The place of the line's call, by the frames of its capture, or, where they do not do, of the call under way. */
function placeOf(
  { captured, underWay }: FoundLine,
  siteOf: (frames: CallFrames) => CallSite | undefined,
): CallSite | undefined {
  const frames = captured?.frames;
  const site = frames === undefined ? undefined : siteOf(frames);
  if (site !== undefined || (frames !== undefined && !frames.areCut)) return site;
  const all = underWay?.logger.framesNow();
  return all === undefined ? undefined : siteOf(all);
}

function tell(info: TransformableInfo, site: CallSite, fields: readonly CallsiteField[]): TransformableInfo {
  const { file, line: row, function: name } = site;
  const told: Record<string, unknown> = {
    ...site,
    component: `${file}${row === undefined ? '' : `:${row}`}${name === undefined ? '' : ` ${name}`}`,
  };
  let line = info;
  for (const field of fields) {
    if (told[field] === undefined || Object.hasOwn(line, field)) continue;
    if (line === info) line = ownLine(info);
    line[field] = told[field];
  }
  return line;
}
