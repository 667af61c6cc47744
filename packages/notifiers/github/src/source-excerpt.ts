import type { ErrorDetails, LogEvent, StackFrame } from '@tocsin/event';

/** Source around the place of the error, and the language of its fence. */
export interface Excerpt {
  readonly text: string;
  readonly language: string;
}

/** The lines around the event's location, with their numbers and a mark before the line itself. */
export function sourceExcerpt({ error, location }: LogEvent): Excerpt | undefined {
  const frames = framesOf(error).filter(({ source }) => source !== undefined);
  const frame =
    frames.find(({ file, line }) => file === location?.file && line === location?.line) ??
    frames.find(({ inApp }) => inApp);
  if (frame?.source === undefined) return undefined;
  const { startLine, lines } = frame.source;
  const width = String(startLine + lines.length - 1).length;
  const numbered = lines.map((text, index) => {
    const number = startLine + index;
    return `${number === frame.line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`;
  });
  const [, extension = ''] = /\.([a-z]{1,4})$/.exec(frame.file ?? '') ?? [];
  return { text: numbered.join('\n'), language: extension };
}

/** Of the error and its causes, outermost first. */
function framesOf(error: ErrorDetails | undefined): StackFrame[] {
  const frames: StackFrame[] = [];
  for (
    let current = error, depth = 0;
    current !== undefined && depth < 10;
    current = current.cause, depth += 1
  ) {
    frames.push(...current.frames);
  }
  return frames;
}
