/** A stable error code: what went wrong, why, and what to do about it. docs/reference/errors.md lists exactly these. */
export interface ErrorCode {
  readonly status: number;
  readonly cause: string;
  readonly hint: string;
}

export const ERRORS = {
  SONDE_API_BAD_QUERY: {
    status: 400,
    cause: 'a query parameter is not of the form the route takes',
    hint: 'see /api/v1/openapi.json for the parameters of the route',
  },
  SONDE_API_BAD_RANGE: {
    status: 400,
    cause: '`from` is not before `to`, or one of them is not a time',
    hint: 'give epoch milliseconds, an ISO time, or a form such as now-15m',
  },
  SONDE_API_NOT_FOUND: {
    status: 404,
    cause: 'there is no such route or object',
    hint: 'look at /api/v1/openapi.json; a service exists only in a range in which it was seen',
  },
  SONDE_API_BAD_DASHBOARD: {
    status: 400,
    cause: 'what was sent is no dashboard, or one that comes with Sonde was to be changed',
    hint: 'the message names the panel and what is wrong with it; export a dashboard to see the form',
  },
  SONDE_API_INTERNAL: {
    status: 500,
    cause: 'the server failed to answer',
    hint: 'the server log has the cause under the same request id',
  },
  SONDE_INTAKE_BAD_PAYLOAD: {
    status: 400,
    cause: 'the body is not the OTLP message the path and the content type promise',
    hint: 'send ExportTraceServiceRequest, ExportMetricsServiceRequest or ExportLogsServiceRequest, as protobuf or JSON',
  },
  SONDE_INTAKE_TOO_LARGE: {
    status: 413,
    cause: 'the body, or what it decompresses to, is over the limit',
    hint: 'send smaller batches, or raise server.intake.maxBytes',
  },
  SONDE_INTAKE_UNSUPPORTED_TYPE: {
    status: 415,
    cause: 'the content type or encoding is not supported',
    hint: 'use application/x-protobuf or application/json, plain or gzip',
  },
  SONDE_INTAKE_UNAUTHORIZED: {
    status: 401,
    cause: 'the server takes data only with a token, and none or a wrong one was sent',
    hint: 'send `authorization: Bearer <token>` with one of server.intake.tokens',
  },
  SONDE_INTAKE_BAD_BATCH_ID: {
    status: 400,
    cause: 'the header x-sonde-batch is not of the form <source>/<sequence>',
    hint: 'leave the header out, or give a name and a whole number never used before by that name',
  },
  SONDE_INTAKE_BAD_FRAME: {
    status: 400,
    cause: 'the body is not a framed message of a Datadog process-agent, or one Sonde cannot read',
    hint: 'send CollectorConnections (type 22) or CollectorPod (type 41) as plain protobuf, zstd 1.x or JSON',
  },
  SONDE_LINKER_BAD_MESSAGES: {
    status: 400,
    cause: 'the body is not what servers that link together send each other',
    hint: 'the route is for them alone; give them all the same version',
  },
  SONDE_LINKER_OTHER_SHARDS: {
    status: 409,
    cause: 'another server links by a different list of servers',
    hint: 'give server.linker.shards the same value at all of them',
  },
  SONDE_STORE_REFUSED: {
    status: 500,
    cause: 'the store refused the rows made from this request and will refuse them again',
    hint: 'the rows are kept in the folder `journal/rejected` of the store; the server log has the cause',
  },
  SONDE_STORE_UNAVAILABLE: {
    status: 503,
    cause: 'the store does not take writes or answer queries now',
    hint: 'retry; the agent keeps its data until then',
  },
} as const satisfies Record<string, ErrorCode>;

export type ErrorCodeName = keyof typeof ERRORS;
