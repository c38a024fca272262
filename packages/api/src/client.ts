import type { z } from 'zod';
import { ApiError, isErrorCode } from './api-error.ts';
import { METHODS, PATHS } from './paths.ts';
import type { ROUTES } from './routes.ts';
import type { errorResponse } from './schema.ts';

export type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & PathParameters<Rest>
  : unknown;

type Routes = typeof ROUTES;

/** What a call takes: the parameters in the path and those of the query. */
export type RouteInput<Name extends keyof Routes> = PathParameters<Routes[Name]['path']> &
  Readonly<Partial<z.input<Routes[Name]['query']>>> &
  (Routes[Name] extends { readonly body: infer Body extends z.ZodType } ? { readonly body: z.input<Body> } : unknown);

export type RouteOutput<Name extends keyof Routes> = z.output<Routes[Name]['response']>;

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export type Client = {
  readonly [Name in keyof Routes]: (input: RouteInput<Name>, options?: CallOptions) => Promise<RouteOutput<Name>>;
};

/**
 * A client with one method a route. `baseUrl` is the server's origin, '' for the page's own.
 * A method throws `ApiError` for every answer that is not the route's, and what `fetch` throws where there is none.
 */
export function createClient(baseUrl = '', send: typeof fetch = (input, init) => fetch(input, init)): Client {
  const call =
    (path: string, method = 'GET') =>
    async ({ body: sent, ...input }: Record<string, unknown>, options: CallOptions = {}): Promise<unknown> => {
      const response = await send(baseUrl + urlOf(path, input), {
        method,
        headers: { accept: 'application/json', ...(sent === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      const body: unknown = await response.json().catch(() => null);
      if (response.ok && body !== null) return body;
      throw errorOf(response.status, body);
    };
  const methods: Partial<Record<string, string>> = METHODS;
  return Object.fromEntries(
    Object.entries(PATHS).map(([name, path]) => [name, call(path, methods[name])]),
  ) as unknown as Client;
}

function urlOf(path: string, input: Record<string, unknown>): string {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(rest.get(name) ?? '');
    rest.delete(name);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams(
    Object.fromEntries([...rest].map(([key, value]) => [key, String(value)])),
  ).toString();
  return query === '' ? filled : `${filled}?${query}`;
}

function errorOf(status: number, body: unknown): ApiError {
  const error = (body as z.infer<typeof errorResponse> | null)?.error;
  if (error !== undefined && isErrorCode(error.code)) return new ApiError(error.code, error.message, error.details);
  return new ApiError('SONDE_API_INTERNAL', `the server answered ${status} with something that is no Sonde answer`);
}
