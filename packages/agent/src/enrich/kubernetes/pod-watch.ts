import { setTimeout as sleep } from 'node:timers/promises';
import { get, json, type KubernetesAccess, KubernetesRefusal, lines } from './api.ts';
import { type Pod, type PodFacts, podFacts } from './pod-facts.ts';

interface PodList {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly Pod[];
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Pod & { readonly code?: number };
}

export interface PodWatchOptions {
  /** Only pods of this node; of all nodes where it is ''. */
  readonly node: string;
  /** First wait after a failure in ms; it doubles up to a minute. */
  readonly retry?: number;
}

const PAGE = 500;
/** Told pods are kept so long after their end, in ms, so that their last words go out. */
const KEEP_DELETED = 300_000;
const LONGEST_WAIT = 60_000;
/** Seconds a watch lasts before the API server ends it. */
const WATCH_SECONDS = 240;

/**
 * Pods as the Kubernetes API tells of them: listed once, then watched, listed again when the API server has forgotten
 * what came since (410). Where that fails it says why and tries again: without pods an agent does all else.
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes.
 */
export class PodWatch {
  /** The last failure, '' while all is well. */
  problem = '';
  readonly #access: KubernetesAccess;
  readonly #filter: string;
  readonly #retry: number;
  readonly #pods = new Map<string, PodFacts>();
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(access: KubernetesAccess, { node, retry = 1000 }: PodWatchOptions) {
    this.#access = access;
    this.#filter = node === '' ? '' : `&fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}`;
    this.#retry = retry;
    this.#done = this.#run();
  }

  /** Pods there are, and those deleted lately. */
  pods(now = Date.now()): readonly PodFacts[] {
    for (const [uid, { deleted }] of this.#pods) {
      if (deleted !== '' && now - Date.parse(deleted) > KEEP_DELETED) this.#pods.delete(uid);
    }
    return [...this.#pods.values()];
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let wait = this.#retry;
    let version = '';
    while (!signal.aborted) {
      try {
        if (version === '') version = await this.#list(signal);
        this.problem = '';
        version = await this.#watch(version, signal);
        wait = this.#retry;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof KubernetesRefusal && error.status === 410) version = '';
        this.problem = (error as Error).message;
        await sleep(wait, undefined, { signal }).catch(() => {});
        wait = Math.min(LONGEST_WAIT, wait * 2);
      }
    }
  }

  /** Takes what is there for all there is; the version to watch from. */
  async #list(signal: AbortSignal): Promise<string> {
    const seen = new Set<string>();
    let version = '';
    let rest = '';
    do {
      const path = `/api/v1/pods?limit=${PAGE}${this.#filter}${rest}`;
      const { metadata, items }: PodList = await json(await get(this.#access, path, signal));
      for (const pod of items) seen.add(this.#put(pod));
      version = metadata.resourceVersion;
      rest = metadata.continue ? `&continue=${encodeURIComponent(metadata.continue)}` : '';
    } while (rest !== '');
    for (const uid of this.#pods.keys()) if (!seen.has(uid)) this.#delete(uid);
    return version;
  }

  /** Until the API server ends the watch; the version to go on from. */
  async #watch(from: string, signal: AbortSignal): Promise<string> {
    let version = from;
    const path = `/api/v1/pods?watch=1&allowWatchBookmarks=true&timeoutSeconds=${WATCH_SECONDS}&resourceVersion=${from}${this.#filter}`;
    for await (const { type, object } of lines<WatchEvent>(await get(this.#access, path, signal))) {
      if (type === 'ERROR') throw new KubernetesRefusal(object.code ?? 0, path);
      version = object.metadata?.resourceVersion ?? version;
      if (type === 'BOOKMARK') continue;
      const uid = this.#put(object);
      if (type === 'DELETED') this.#delete(uid);
    }
    return version;
  }

  #put(pod: Pod): string {
    const facts = podFacts(pod);
    if (facts === null) return '';
    this.#pods.set(facts.uid, facts);
    return facts.uid;
  }

  #delete(uid: string): void {
    const facts = this.#pods.get(uid);
    if (facts === undefined || facts.deleted !== '') return;
    this.#pods.set(uid, { ...facts, deleted: new Date().toISOString() });
  }
}
