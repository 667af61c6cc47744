/** Fields for every line that is logged while they hold. */
export type ContextFields = Readonly<Record<string, unknown>>;
