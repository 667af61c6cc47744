export type { AlertPolicy } from './alert-policy.js';
export { defaultPolicy } from './alert-policy.js';
export type { AlertStore, ErrorQuery, RecordChange, RecoveredClaim } from './alert-store.js';
export type { Alert, Delivery, Notifier, Pace } from './notifier.js';
export type {
  AlertReason,
  Claim,
  DigestMember,
  ErrorKey,
  ErrorRecord,
  Json,
  NotifierOutcome,
  Sighting,
  StoredClaim,
  SuppressReason,
  TrackerState,
  Verdict,
} from './records.js';
export type { HttpAnswer } from './http-failure.js';
export { answerFailure, requestFailure } from './http-failure.js';
export { parseRetryAfter } from './retry-after.js';
