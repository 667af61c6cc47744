import { truncate } from '@tocsin/event';
import type { DigestMember, Sighting } from './records.js';

/** Longest title of a record, in UTF-16 units. */
const maxTitle = 200;

/** What people read of an error in a list or a digest: its type, the first line of its message, its place. */
export function describeSighting(sighting: Sighting): DigestMember {
  const { error, message, location } = sighting.sample;
  const [firstLine = ''] = (error?.message ?? message).trimStart().split('\n', 1);
  return {
    fingerprint: sighting.fingerprint,
    type: truncate(error?.type ?? 'message', maxTitle),
    title: truncate(firstLine, maxTitle),
    ...(location === undefined ? {} : { location: { ...location } }),
    severity: sighting.severity,
  };
}
