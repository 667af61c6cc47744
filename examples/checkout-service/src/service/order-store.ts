/** What a database driver throws: a code, the statement, its parameters. */
class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code = '23505';
  readonly constraint = 'orders_number_key';

  constructor(readonly parameters: readonly unknown[]) {
    super('duplicate key value violates unique constraint "orders_number_key"');
  }
}

/** What the application makes of it. */
export class OrderNotSavedError extends Error {
  override readonly name = 'OrderNotSavedError';

  constructor(orderId: string, cause: Error) {
    super(`Order ${orderId} could not be saved`, { cause });
  }
}

export async function saveOrder(orderId: string): Promise<void> {
  try {
    await insert('orders', [orderId]);
  } catch (error) {
    throw new OrderNotSavedError(orderId, error as Error);
  }
}

async function insert(_table: string, parameters: readonly unknown[]): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  throw new DatabaseError(parameters);
}
