/** The list and watch of pods as an API server speaks them, over real HTTP, with the pods a test gives it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubernetesAccess } from './api.ts';
import type { Pod } from './pod-facts.ts';

/** A pod as the API server writes it, recorded from a cluster's form and cut to what matters. */
export function podOf(name: string, change: Partial<Pod['status']> & { readonly node?: string } = {}): Pod {
  const { node = 'node-1', ...status } = change;
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: '2026-11-20T10:00:00Z',
      ownerReferences: [{ kind: 'ReplicaSet', name: name.slice(0, name.lastIndexOf('-')), controller: true }],
    },
    spec: { nodeName: node, containers: [{ name: 'app' }] },
    status: {
      phase: 'Running',
      podIP: '10.244.1.7',
      startTime: '2026-11-20T10:00:02Z',
      containerStatuses: [
        {
          name: 'app',
          ready: true,
          restartCount: 0,
          containerID: `containerd://${name.length.toString(16).padStart(2, '0').repeat(32)}`,
          state: { running: {} },
        },
      ],
      ...status,
    },
  };
}

export class TestCluster implements AsyncDisposable {
  /** Paths asked for, oldest first. */
  readonly asked: string[] = [];
  /** Objects a page of a list has at most. */
  page = 500;
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #pods = new Map<string, Pod>();
  readonly #watching = new Set<ServerResponse>();
  #version = 100;
  #forgotten = 0;

  static async start(...pods: readonly Pod[]): Promise<TestCluster> {
    const cluster = new TestCluster();
    for (const pod of pods) cluster.put(pod);
    await new Promise<void>((resolve) => cluster.#server.listen(0, '127.0.0.1', resolve));
    return cluster;
  }

  access(token = 'secret'): KubernetesAccess {
    const { port } = this.#server.address() as AddressInfo;
    return { url: new URL(`http://127.0.0.1:${port}`), ca: null, token: () => token };
  }

  get watchers(): number {
    return this.#watching.size;
  }

  put(pod: Pod): void {
    const name = pod.metadata?.name ?? '';
    this.#tell(this.#pods.has(name) ? 'MODIFIED' : 'ADDED', pod);
    this.#pods.set(name, pod);
  }

  remove(name: string): void {
    const pod = this.#pods.get(name)!;
    this.#pods.delete(name);
    this.#tell('DELETED', pod);
  }

  /** Says nothing of the removal; what came before is forgotten, and watches end with 410. */
  forget(name: string): void {
    this.#pods.delete(name);
    this.#forgotten = ++this.#version;
    for (const response of this.#watching)
      response.end(`${JSON.stringify({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })}\n`);
  }

  /** Ends all watches, as an API server does now and then. */
  cut(): void {
    for (const response of this.#watching) response.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #tell(type: string, pod: Pod): void {
    this.#version++;
    const object = { ...pod, metadata: { ...pod.metadata, resourceVersion: String(this.#version) } };
    const line = `${JSON.stringify({ type, object })}\n`;
    // In chunks: an object may come in as many as the network likes.
    for (const response of this.#watching) for (const part of [line.slice(0, 40), line.slice(40)]) response.write(part);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(request.url ?? '');
    const { searchParams: query, pathname } = new URL(request.url ?? '', 'http://x');
    const refuse = (status: number) => {
      response.writeHead(status).end();
    };
    if (request.headers.authorization !== 'Bearer secret') refuse(401);
    else if (pathname !== '/api/v1/pods') refuse(404);
    else if (!query.has('watch')) this.#list(query, response);
    else if (Number(query.get('resourceVersion')) < this.#forgotten) refuse(410);
    else this.#watch(response);
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const node = /^spec\.nodeName=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
    const all = [...this.#pods.values()].filter(({ spec }) => node === undefined || spec?.nodeName === node);
    const from = Number(query.get('continue') ?? 0);
    const rest = from + this.page < all.length ? { continue: String(from + this.page) } : {};
    const metadata = { resourceVersion: String(this.#version), ...rest };
    response.end(JSON.stringify({ kind: 'PodList', metadata, items: all.slice(from, from + this.page) }));
  }

  #watch(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    this.#watching.add(response);
    response.once('close', () => this.#watching.delete(response));
  }
}
