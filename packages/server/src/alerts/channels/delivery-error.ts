export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** Whether the receiver was there and did not want it, so that repeating it hardly helps. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean, options?: ErrorOptions) {
    super(message, options);
    this.refused = refused;
  }
}
