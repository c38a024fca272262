import { endpointText } from '@sonde/agent/replay';
import type { Exchange } from '@sonde/model';

/**
 * One exchange as a line of JSON. `start` is nanoseconds since 1970-01-01 UTC and has more digits than a double: readers
 * that need them all must not parse it into one. `duration` is nanoseconds.
 */
export function exchangeJson(exchange: Exchange): string {
  const { protocol, start, duration, operation, target, statement, status, error, outcome, complete } = exchange;
  const { requestBytes, responseBytes } = exchange;
  const client = endpointText(exchange.client);
  const server = endpointText(exchange.server);
  const head = JSON.stringify({ protocol, client, server });
  const rest = JSON.stringify({
    duration,
    operation,
    target,
    statement,
    status,
    error,
    outcome,
    requestBytes,
    responseBytes,
    complete,
  });
  return `${head.slice(0, -1)},"start":${start},${rest.slice(1)}\n`;
}
