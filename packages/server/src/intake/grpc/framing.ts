const PREFIX_BYTES = 5;

/** A message with its prefix: one byte that says whether it is compressed, four bytes of length. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.alloc(PREFIX_BYTES + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  return framed;
}

/** The one message of a unary call; throws what `problem` makes of the reason where it is not one. */
export function readFrame(
  body: Buffer,
  problem: (reason: string) => unknown,
): { readonly message: Buffer; readonly isCompressed: boolean } {
  if (body.length < PREFIX_BYTES) throw problem('there is no message');
  const flag = body[0];
  if (flag > 1) throw problem(`${flag} is no compressed flag`);
  if (body.readUInt32BE(1) !== body.length - PREFIX_BYTES) throw problem('it does not hold exactly one whole message');
  return { message: body.subarray(PREFIX_BYTES), isCompressed: flag === 1 };
}

/** The form of `grpc-message`: printable ASCII save `%` as it is, all else as escaped UTF-8. */
export function percentEncode(text: string): string {
  return text.toWellFormed().replaceAll(/[^\x20-\x24\x26-\x7e]/gu, encodeURIComponent);
}
