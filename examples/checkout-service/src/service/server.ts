import { context, traceIdFrom } from '@tocsin/context';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Logger } from 'winston';
import { askWarehouse, type Order, payOrder, placeOrder, releaseReservationLater } from './checkout.js';

/** The four things that go wrong in this service. */
export const routes = ['/pay', '/order', '/stock', '/reserve'] as const;

/** An HTTP service in which every request fails in the way that its path says. */
export function createService(logger: Logger, warehouseUrl: string): Server {
  return createServer((request, response) => {
    const fields = { requestId: traceIdFrom(request.headers), authorization: request.headers.authorization };
    // What is logged in here, by whatever code and however much later, has this request's fields.
    const answered = context.run(fields, () => answer(request, logger, warehouseUrl));
    void answered.then((status) => response.writeHead(status).end());
  });
}

async function answer(request: IncomingMessage, logger: Logger, warehouseUrl: string): Promise<number> {
  const { pathname, searchParams } = new URL(request.url!, 'http://service');
  const order: Order = {
    id: searchParams.get('order')!,
    customer: searchParams.get('customer')!,
    cents: 4_999,
  };
  context.add({ route: pathname, orderId: order.id, customer: order.customer });
  logger.info('Request received');
  try {
    if (pathname === '/pay') await payOrder(order, logger);
    else if (pathname === '/order') await placeOrder(order);
    else if (pathname === '/stock') await askWarehouse(order, warehouseUrl);
    else releaseReservationLater(order, logger);
    return 202;
  } catch (error) {
    logger.error('The request failed', { error });
    return 500;
  }
}
