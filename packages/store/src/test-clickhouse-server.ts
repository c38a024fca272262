/**
 * A ClickHouse server for tests: the HTTP interface of the embedded engine
 * (https://clickhouse.com/docs/interfaces/http), as far as `@clickhouse/client` uses it, over the folder given, until it
 * is killed. Prints its URL as one line of JSON.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createChdbConnection } from 'chdb/connection';

const connection = createChdbConnection({ path: process.argv[2] });

const NO_SETTINGS = new Set(['query', 'query_id', 'database', 'session_id', 'role']);

/** Settings and parameters of a query; `SET` takes both, and reads backslashes once more than the interface does. */
function settingsOf(search: URLSearchParams): Record<string, string> {
  const settings = [...search].filter(([key]) => !NO_SETTINGS.has(key));
  return Object.fromEntries(settings.map(([key, value]) => [key, value.replaceAll('\\', '\\\\')]));
}

async function answer(request: IncomingMessage): Promise<Buffer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/ping') return Buffer.from('Ok.\n');
  const body = (await buffer(request)).toString();
  const query = [searchParams.get('query'), body].filter(Boolean).join('\n');
  const { stream } = await connection.exec({ query, clickhouse_settings: settingsOf(searchParams) });
  return buffer(stream);
}

const server = createServer((request, response) => {
  answer(request).then(
    (body) => response.end(body),
    (error) => {
      const code = String(error?.code ?? 0);
      response.writeHead(500, { 'x-clickhouse-exception-code': code });
      response.end(`Code: ${code}. DB::Exception: ${error?.message} (${error?.type ?? 'UNKNOWN'})`);
    },
  );
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
