import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';

/** How the API server of the cluster this process runs in is reached. */
export interface KubernetesAccess {
  readonly url: URL;
  /** PEM; `null` for what the system trusts. */
  readonly ca: string | null;
  /** Read anew for each request: the kubelet renews it. */
  readonly token: () => string | null;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/**
 * What every pod is given by the kubelet; `null` outside of clusters.
 * Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod.
 */
export function inCluster(
  environment: Readonly<Record<string, string | undefined>>,
  folder = SERVICE_ACCOUNT,
): KubernetesAccess | null {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  const token = () => readText(join(folder, 'token'));
  if (!host || token() === null) return null;
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: new URL(`https://${name}:${port}`), ca: readText(join(folder, 'ca.crt')), token };
}

/** The API server said no. */
export class KubernetesRefusal extends Error {
  readonly status: number;

  constructor(status: number, path: string) {
    super(`the Kubernetes API answered ${status} to ${path}`);
    this.status = status;
  }
}

/** The body of a GET that was answered with 200. Rejects with `KubernetesRefusal`, or what the network said. */
export function get(access: KubernetesAccess, path: string, stop: AbortSignal): Promise<IncomingMessage> {
  const url = new URL(path, access.url);
  const token = access.token();
  const headers = { accept: 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const ca = access.ca === null ? {} : { ca: access.ca };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, { headers, signal: stop, ...ca }, (response) => {
      if (response.statusCode === 200) return resolve(response);
      response.resume();
      reject(new KubernetesRefusal(response.statusCode ?? 0, path));
    });
    request.once('error', reject);
    request.end();
  });
}

/** Most bytes of one list: some ten thousand pods. */
const MAX_LIST = 256 * 2 ** 20;

export async function json<T>(response: IncomingMessage): Promise<T> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_LIST) throw new RangeError(`the Kubernetes API answered with over ${MAX_LIST} bytes`);
  }
  return JSON.parse(Buffer.concat(chunks).toString()) as T;
}

/** One JSON object a line, as they come. A line longer than any object is an error. */
export async function* lines<T>(response: IncomingMessage, longest = 16 * 2 ** 20): AsyncGenerator<T> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > longest) throw new RangeError('the Kubernetes API sent a line without end');
    for (const part of parts) if (part !== '') yield JSON.parse(part) as T;
  }
}
