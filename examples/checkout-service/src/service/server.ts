import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Logger } from 'winston';
import { askWarehouse, type Order, payOrder, placeOrder, releaseReservationLater } from './checkout.js';

/** The four things that go wrong in this service. */
export const routes = ['/pay', '/order', '/stock', '/reserve'] as const;

/** An HTTP service in which every request fails in the way that its path says. */
export function createService(logger: Logger, warehouseUrl: string): Server {
  return createServer((request, response) => {
    void answer(request, logger, warehouseUrl).then((status) => response.writeHead(status).end());
  });
}

async function answer(request: IncomingMessage, logger: Logger, warehouseUrl: string): Promise<number> {
  const { pathname, searchParams } = new URL(request.url!, 'http://service');
  const order: Order = {
    id: searchParams.get('order')!,
    customer: searchParams.get('customer')!,
    cents: 4_999,
  };
  const context = {
    orderId: order.id,
    customer: order.customer,
    route: pathname,
    authorization: request.headers.authorization,
  };
  try {
    if (pathname === '/pay') await payOrder(order);
    else if (pathname === '/order') await placeOrder(order);
    else if (pathname === '/stock') await askWarehouse(order, warehouseUrl);
    else releaseReservationLater(order, logger);
    return 202;
  } catch (error) {
    logger.error('The request failed', { ...context, error });
    return 500;
  }
}
