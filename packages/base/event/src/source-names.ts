import { type TraceMap, traceSegment } from '@jridgewell/trace-mapping';
import type { MappedFile } from './source-maps.js';

interface Declaration {
  readonly source: string;
  readonly name: string;
}

interface Known {
  readonly lineStarts: readonly number[];
  /** By the identifier in the generated file. */
  readonly declarations: Map<string, readonly Declaration[]>;
}

const known = new WeakMap<TraceMap, Known>();
/** Identifiers that are remembered for one map, and declarations that are looked at for one identifier. */
const maxIdentifiers = 500;
const maxDeclarations = 50;

/**
 * A frame's function as its source calls it.
 *
 * Bundlers rename where two modules use one name, and V8 prints a class by the name that the bundle gives it,
 * also where names are kept (`PaymentService2.charge`). A name that could stand for several stays as it is.
 */
export function sourceFunction(name: string, source: string, file: MappedFile): string {
  if (name === '' || file.map.names.length === 0) return name;
  return name
    .split('.')
    .map((part, index) =>
      index === 0 || part.startsWith('#') ? (original(part, source, file) ?? part) : part,
    )
    .join('.');
}

function original(identifier: string, source: string, { map, generated }: MappedFile): string | undefined {
  if (!/^#?[\w$]{1,100}$/.test(identifier)) return undefined;
  const memory: Known = known.get(map) ?? { lineStarts: lineStarts(generated.text), declarations: new Map() };
  known.set(map, memory);
  let all = memory.declarations.get(identifier);
  if (all === undefined) {
    all = declarationsOf(identifier, generated.text, memory.lineStarts, map);
    if (memory.declarations.size >= maxIdentifiers) memory.declarations.clear();
    memory.declarations.set(identifier, all);
  }
  const here = all.filter((declared) => declared.source === source);
  const candidates = new Set((here.length > 0 ? here : all).map((declared) => declared.name));
  return candidates.size === 1 ? [...candidates][0] : undefined;
}

/** What the map says of each place where the generated file declares a class, function or member of that name. */
function declarationsOf(
  identifier: string,
  text: string,
  starts: readonly number[],
  map: TraceMap,
): readonly Declaration[] {
  const found: Declaration[] = [];
  for (const at of placesOf(identifier, text)) {
    const line = lineAt(starts, at);
    const segment = traceSegment(map, line, at - (starts[line] ?? 0));
    if (segment === null || segment.length === 1) continue;
    const source = map.resolvedSources[segment[1]];
    const name = segment.length === 5 ? map.names[segment[4]] : identifier;
    if (source !== undefined && name !== undefined) found.push({ source, name });
  }
  return found;
}

/** What stands around a name where it is declared: a private member, a class or a function. */
const memberForms = [['', '(']] as const;
const declaredForms = [
  ['class ', ''],
  ['function ', ''],
  ['function* ', ''],
  ['function*', ''],
  ['', '=class'],
  ['', ' = class'],
  ['', '=('],
  ['', ' = ('],
  ['', '=async'],
  ['', ' = async'],
  ['', '='],
  ['', ' = '],
] as const;

/** What follows an assignment of an arrow function with one parameter, which minifiers write without parentheses. */
const arrow = /[\w$]{1,100} ?=>/y;

/** Plain searches, since a bundle is large: an expression, or a walk over all mappings, takes 50 ms per MB. */
function* placesOf(identifier: string, text: string): Generator<number> {
  for (const [prefix, suffix] of identifier.startsWith('#') ? memberForms : declaredForms) {
    const needle = prefix + identifier + suffix;
    let count = 0;
    for (
      let at = text.indexOf(needle);
      at !== -1 && count < maxDeclarations;
      at = text.indexOf(needle, at + needle.length)
    ) {
      const end = at + needle.length;
      if (isWordPart(text[at - 1]) || (suffix === '' && isWordPart(text[end]))) continue;
      arrow.lastIndex = end;
      if (suffix.trim() === '=' && !arrow.test(text)) continue;
      count += 1;
      yield at + prefix.length;
    }
  }
}

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[\w$.#]/.test(character);
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The line (from 0) that holds an offset. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
