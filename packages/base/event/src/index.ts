export type { Severity } from './severity.js';
export { severities, severityOf, isAtLeast } from './severity.js';
export type { LogEvent, ErrorDetails, StackFrame, SourceExcerpt, Breadcrumb, Location } from './log-event.js';
export type { TocsinErrorCode, TocsinErrorOptions } from './tocsin-error.js';
export { TocsinError, configError } from './tocsin-error.js';
export { truncate } from './truncate.js';
export { uuidv7 } from './uuid.js';
