import type TransportStream from 'winston-transport';

/** What a rule is tried on: a transport whose deliveries can be watched and slowed. */
export interface Subject {
  readonly transport: TransportStream & { close(): unknown };
  /** Messages delivered so far, in order. */
  delivered(): readonly string[];
  /** Types of the errors delivered so far; '' for a line without an Error. */
  deliveredTypes(): readonly string[];
}

export interface SubjectOptions {
  /** How long a delivery takes. @default 0 */
  readonly deliveryMs?: number;
  /** Deliveries fail. @default false */
  readonly fails?: boolean;
  readonly level?: string;
  readonly handleExceptions?: boolean;
  readonly onError?: (error: unknown) => void;
}

export type MakeSubject = (options?: SubjectOptions) => Subject;

/** Words instead of numbers, since a number in a message is no difference between errors. */
export function word(index: number): string {
  return [...String(index)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
}
