import { cloneLine } from './clone-line.js';
import { isError } from './is-error.js';
import { findLine } from './line-under-way.js';

/**
 * The line as an object that a format may write onto: the caller's own objects and Errors, and what another logger
 * hands on, are copied first. Winston's own formats write onto whatever they get.
 */
export function ownLine<T extends object>(info: T): T {
  if (typeof info !== 'object' || info === null) return info;
  const { captured, underWay } = findLine(info);
  if (underWay?.formatting === true) {
    if (underWay.own === info) return info;
    const copy = copyOf(info);
    underWay.own = copy;
    return copy;
  }
  // A transport gives its format a copy.
  return captured === undefined ? copyOf(info) : info;
}

/** As a child logger copies, where a copy that behaves the same cannot be had. */
function copyOf<T extends object>(info: T): T {
  try {
    const copy = cloneLine(info);
    if (copy !== undefined) return copy;
    const { message, stack, cause } = info as Partial<Error>;
    return Object.assign({}, info, isError(info) ? { message, stack, cause } : {});
  } catch {
    // What cannot be read cannot be copied.
    return info;
  }
}
