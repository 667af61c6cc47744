import { eachMapping, type TraceMap } from '@jridgewell/trace-mapping';
import type { MappedFile } from './source-maps.js';

/** What a class or function is called in the generated file → source and name in each source. */
type Names = ReadonlyMap<string, readonly { readonly source: string; readonly name: string }[]>;

const known = new WeakMap<TraceMap, Names>();

/**
 * A frame's function as its source calls it.
 *
 * Bundlers rename where two modules use one name, and V8 prints a class by the name that the bundle gives it,
 * also where names are kept (`PaymentService2.charge`). A name that could stand for several stays as it is.
 */
export function sourceFunction(name: string, source: string, { map, generated }: MappedFile): string {
  if (name === '' || map.names.length === 0) return name;
  let names = known.get(map);
  if (names === undefined) known.set(map, (names = declaredNames(map, generated.text)));
  const parts = name.split('.');
  return parts
    .map((part, index) =>
      index === 0 || part.startsWith('#') ? (original(names, part, source) ?? part) : part,
    )
    .join('.');
}

function original(names: Names, identifier: string, source: string): string | undefined {
  const all = names.get(identifier) ?? [];
  const here = all.filter((declared) => declared.source === source);
  const candidates = new Set((here.length > 0 ? here : all).map((declared) => declared.name));
  return candidates.size === 1 ? [...candidates][0] : undefined;
}

function declaredNames(map: TraceMap, text: string): Names {
  const names = new Map<string, { source: string; name: string }[]>();
  const starts = lineStarts(text);
  const identifier = /#?[\w$]{1,100}/y;
  eachMapping(map, ({ generatedLine, generatedColumn, source, name }) => {
    const start = starts[generatedLine - 1];
    if (name === null || source === null || start === undefined) return;
    const at = start + generatedColumn;
    identifier.lastIndex = at;
    const found = identifier.exec(text)?.[0];
    if (found === undefined || !isDeclared(text, at, found)) return;
    const list = names.get(found) ?? [];
    list.push({ source, name });
    names.set(found, list);
  });
  return names;
}

/** Whether an identifier names a class, a function or a private member there, and is not just used. */
function isDeclared(text: string, at: number, identifier: string): boolean {
  if (identifier.startsWith('#')) return true;
  if (/(?:class|function\*?)\s$|function\*$/.test(text.slice(Math.max(0, at - 12), at))) return true;
  const end = at + identifier.length;
  return /^\s?=\s?(?:class|async|function|\(|[\w$]{1,20}\s?=>)/.test(text.slice(end, end + 32));
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
