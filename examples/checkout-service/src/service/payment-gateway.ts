/** A typed error, as an application has them. */
export class PaymentDeclinedError extends Error {
  override readonly name = 'PaymentDeclinedError';
  readonly code = 'card_declined';

  constructor(
    readonly provider: string,
    readonly declineReason: string,
  ) {
    super(`The card was declined by ${provider}: ${declineReason}`);
  }
}

export interface Card {
  readonly number: string;
  readonly holder: string;
}

/** The provider's client: the innermost of four calls. */
export async function chargeCard(card: Card, cents: number): Promise<string> {
  await answerOfProvider();
  if (cents > 0) throw new PaymentDeclinedError('acquirer-7', 'insufficient_funds');
  return `charged ${card.holder}`;
}

function answerOfProvider(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
