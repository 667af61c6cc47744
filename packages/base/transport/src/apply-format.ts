import { carryCaptured } from '@tocsin/event';
import type { Format, TransformableInfo } from 'logform';

/** The line as a transport's own format gives it. The format works on a copy, since all transports share the line. */
export function applyFormat(format: Format | undefined, info: unknown): unknown {
  if (format === undefined) return info;
  const copy = Object.assign({}, info) as TransformableInfo;
  carryCaptured(info, copy);
  return format.transform(copy, (format as { options?: object }).options);
}
