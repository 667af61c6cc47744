/**
 * Bounds of what a snapshot keeps. Texts are kept at twice what an event shows, so that a secret is whole when the
 * redaction looks at it and not cut in two at the event's end.
 */
export const snapshotLimits = {
  /** Characters of a message. */
  message: 16_384,
  /** Characters of a stack. */
  stack: 32_768,
  /** Characters of a type, a code, a key, a tag. */
  name: 256,
  /** Own fields of an error, fields of a line. */
  fields: 64,
  /** Characters of all those fields together. */
  fieldText: 65_536,
  /** Steps along `cause`. */
  causes: 5,
  /** Members of an AggregateError. */
  members: 10,
  /** Errors of one line, causes and members together. */
  errors: 24,
  /** Tags of a line. */
  tags: 20,
} as const;
