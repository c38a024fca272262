export interface ReplayErrorCode {
  readonly cause: string;
  readonly hint: string;
}

/** Every error of reading captures. What a damaged or cut file still holds is replayed, and is no error. */
export const REPLAY_ERRORS = {
  SONDE_REPLAY_UNREADABLE: {
    cause: 'the capture file cannot be opened or read',
    hint: 'it must exist and be readable; `-` reads standard input',
  },
  SONDE_REPLAY_FORMAT: {
    cause: 'the file is not a capture Sonde can read',
    hint: 'pcap and pcapng are read, plain, gzip or zstd; `editcap -F pcap` converts others',
  },
  SONDE_REPLAY_SERVER: {
    cause: 'the server that exchanges are sent to does not take them',
    hint: 'it must take OTLP over HTTP there (4318 on a Sonde server), and know the token, if one is needed',
  },
} as const satisfies Record<string, ReplayErrorCode>;

export type ReplayErrorName = keyof typeof REPLAY_ERRORS;

export class ReplayError extends Error {
  readonly code: ReplayErrorName;
  readonly hint: string;

  constructor(code: ReplayErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = REPLAY_ERRORS[code].hint;
  }
}
