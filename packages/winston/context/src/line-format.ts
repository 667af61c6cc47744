import { format, type Format, type TransformableInfo } from 'logform';

/**
 * A format that leaves a line as it is where `transform` fails: one that cannot be read, or with a context of the
 * application's own source that cannot be, is still a line, and whoever logs must not see the failure.
 */
export function lineFormat(transform: (info: TransformableInfo) => TransformableInfo): Format {
  return format((info) => {
    if (typeof info !== 'object' || info === null) return info;
    try {
      return transform(info);
    } catch {
      return info;
    }
  })();
}
