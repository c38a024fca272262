/** The bytes or the JSON are not the OTLP message they were said to be. The only error a decoder of this package throws. */
export class OtlpDecodeError extends Error {
  override readonly name = 'OtlpDecodeError';
}

/** Runs a decoder and turns whatever it throws into one `OtlpDecodeError` that says which message was expected. */
export function decoding<T>(message: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new OtlpDecodeError(`not a valid ${message}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
