import type { Json } from '@tocsin/decision';
import type { Repository } from './repository.js';

/** Where the issue is: kept in the record, so that it is found again without looking. */
export interface IssueRefs {
  readonly repository: string;
  readonly number: number;
}

/**
 * The refs that were kept; undefined for those of another repository and for what is none: a record may have
 * been written by an older version, or by hand.
 */
export function readRefs(refs: Json | undefined, { fullName }: Repository): IssueRefs | undefined {
  if (typeof refs !== 'object' || refs === null) return undefined;
  const { repository, number } = refs as { readonly repository?: Json; readonly number?: Json };
  if (typeof repository !== 'string' || repository.toLowerCase() !== fullName.toLowerCase()) return undefined;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) return undefined;
  return { repository, number };
}
