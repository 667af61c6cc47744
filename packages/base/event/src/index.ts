export type { Severity } from './severity.js';
export { severities, isKnownLevel, severityOf, isAtLeast } from './severity.js';
export type { LogEvent, ErrorDetails, StackFrame, SourceExcerpt, Breadcrumb, Location } from './log-event.js';
export type { TocsinErrorCode, TocsinErrorOptions } from './tocsin-error.js';
export { TocsinError, configError, readOptions } from './tocsin-error.js';
export { truncate } from './truncate.js';
export { uuidv7 } from './uuid.js';
export { isQuiet, runQuietly } from './quiet.js';
export type { Captured, CapturedLine, ShownFields } from './captured.js';
export { type CaptureOptions, captureAtCall } from './capture.js';
export { capturedFor, carryCaptured } from './capture-registry.js';
export { capturedOf } from './uncaught-context.js';
export type { ContextSource } from './context-source.js';
export {
  type BoundLogger,
  type FoundLine,
  type LineUnderWay,
  findLine,
  isAnyLoggerBound,
} from './line-under-way.js';
export { ownLine } from './own-line.js';
export { type Snapshot, snapshot } from './snapshot.js';
export type { ErrorSnapshot } from './error-snapshot.js';
export { type LogEventOptions, toLogEvent } from './to-log-event.js';
export type { ErrorDetailsOptions } from './error-details.js';
export { type ErrorField, type ErrorFormatOptions, errorFormat } from './error-format.js';
export { toSample } from './sample.js';
export { type CopyHook, type CopyLimits, plainCopy } from './plain-copy.js';
export { approximateBytes } from './approximate-bytes.js';
export { type RedactOptions, type Redaction, resolveRedaction } from './resolve-redaction.js';
export { redact, redactOwnFields } from './redact.js';
export { redactText } from './redact-text.js';
export { redactFormat } from './redact-format.js';
export { stripAnsi } from './strip-ansi.js';
export { type ShowControlOptions, showControl } from './show-control.js';
export { type ParseStackOptions, parseStack } from './parse-stack.js';
export { takeFrames } from './take-frames.js';
export { takeSpans } from './take-spans.js';
export { type CallSite, type CallSiteOptions, createCallSites } from './call-sites.js';
export type { CallFrames } from './call-frames.js';
export { locate } from './locate.js';
export { callChain } from './call-chain.js';
export { messageTemplate } from './message-template.js';
export { type FingerprintOptions, fingerprint, fingerprintKey } from './fingerprint.js';
export type { Grouping } from './grouping.js';
export { type WithSourcesOptions, withSources } from './with-sources.js';
export { type SourceFiles, type SourceFilesOptions, createSourceFiles } from './source-files.js';
export { findError } from './find-error.js';
export { refuseUnknownOptions } from './unknown-option.js';
export { causeLines, messageWithCause } from './causes.js';
export { warnOnce } from './warn-once.js';
