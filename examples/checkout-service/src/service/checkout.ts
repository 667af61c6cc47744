import type { Logger } from 'winston';
import { saveOrder } from './order-store.js';
import { type Card, chargeCard } from './payment-gateway.js';

export interface Order {
  readonly id: string;
  readonly customer: string;
  readonly cents: number;
}

const card: Card = { number: '4111 1111 1111 1111', holder: 'A. Customer' };

/** Fails deep in an asynchronous chain. */
export async function payOrder(order: Order, logger: Logger): Promise<void> {
  logger.info('Asking for the card to be charged', { cents: order.cents });
  await authorise(order);
}

async function authorise(order: Order): Promise<void> {
  await chargeCard(card, order.cents);
}

/** Fails in the database, wrapped by the application. */
export async function placeOrder(order: Order): Promise<void> {
  await saveOrder(order.id);
}

/** Fails because the warehouse's service is down. */
export async function askWarehouse(order: Order, warehouseUrl: string): Promise<void> {
  await fetch(`${warehouseUrl}/stock/${order.id}`);
}

/** Fails in a timer, long after the answer was sent. */
export function releaseReservationLater(order: Order, logger: Logger): void {
  setTimeout(() => {
    try {
      releaseReservation(order);
    } catch (error) {
      logger.error('A reservation could not be released', error);
    }
  }, 20);
}

function releaseReservation(order: Order): void {
  const reservations = new Map<string, { release(): void }>();
  reservations.get(order.id)!.release();
}
