/** Frames taken of a log call: winston's own come first, then those of wrappers, then the application's. */
const maxFrames = 12;

/** The frames of a log call: V8 takes them down now, and tells of them when they are read. */
export class CallFrames {
  private readonly site: { stack?: unknown } = {};

  /** @param below The function that the caller's frames lie above. */
  constructor(below: (...values: never[]) => unknown) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = maxFrames;
    try {
      Error.captureStackTrace(this.site, below);
    } finally {
      Error.stackTraceLimit = limit;
    }
  }

  /** From the inside out. */
  get frames(): readonly NodeJS.CallSite[] {
    const { prepareStackTrace } = Error;
    // The frames themselves, not the text that is made of them: that costs ten times as much.
    Error.prepareStackTrace = (_, frames) => frames;
    try {
      const { stack } = this.site;
      return Array.isArray(stack) ? (stack as NodeJS.CallSite[]) : [];
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
  }
}
