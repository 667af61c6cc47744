export type { AlertPolicy } from './alert-policy.js';
export { defaultPolicy } from './alert-policy.js';
export type { AlertStore, ErrorQuery, RecordChange, RecoveredClaim } from './alert-store.js';
export { applyChange } from './change.js';
export {
  assertChange,
  assertKey,
  assertOutcome,
  assertQuery,
  assertSighting,
  assertText,
} from './check-input.js';
export { assertNotifier, assertStore } from './check-plugin.js';
export type { ClaimRecovery } from './claims.js';
export { recoverClaim, renewClaim, settleClaim } from './claims.js';
export type { Decision } from './decide.js';
export { decide } from './decide.js';
export { addToDigest, digestKey, minuteOf } from './digest.js';
export type { MemoryStoreOptions } from './memory-store.js';
export { MemoryStore } from './memory-store.js';
export type { Alert, Delivery, Notifier, Pace } from './notifier.js';
export { recordState } from './record-state.js';
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
export { assertPolicy, resolvePolicy } from './resolve-policy.js';
export type { HttpAnswer } from './http-failure.js';
export { answerFailure, requestFailure } from './http-failure.js';
export { parseRetryAfter } from './retry-after.js';
export { backgroundFetch } from './background-fetch.js';
export type { CommonNotifierOptions } from './notifier-options.js';
export { checkToken, commonNotifierOptions, isSafeUrl, secretOptionError } from './notifier-options.js';
