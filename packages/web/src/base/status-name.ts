/** Status codes of gRPC (https://github.com/grpc/grpc/blob/master/doc/statuscodes.md), by number. */
const GRPC = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** Numbers that mean success where the protocol gives no name for it. */
const SUCCESS: Readonly<Record<string, string>> = { dubbo: '20', sofarpc: '0', kafka: '0', mqtt: '0', rocketmq: '0' };

/** A status as people call it: the name of its error, else the name of its number, else as it stands. */
export function statusName(protocol: string, status: string, error: string): string {
  if (error !== '') return error;
  if (protocol === 'grpc') return GRPC[Number(status)] ?? status;
  return SUCCESS[protocol] === status ? 'OK' : status;
}
