import { z } from 'zod';
import { agent, meta, measures as numbers, rangeQuery } from './schema.ts';

const milliseconds = z.number().nullable();

/** A pod as the Kubernetes API told of it last. */
export const pod = z.object({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  node: z.string(),
  ip: z.string(),
  /** What made it: `Deployment checkout`; '' where nothing did. */
  owner: z.string(),
  deleted: milliseconds,
});

/**
 * One instance of a service: a pod, a container, a process. `null` is what nobody told: `source` says who was asked.
 * `kubernetes`: the API server; `process`: what the agent read of the process that leads it; `none`: nobody.
 */
export const instance = z.object({
  service: z.string(),
  /** '' of a pod that served nothing. */
  instance: z.string(),
  host: z.string(),
  container: z.string(),
  containerName: z.string(),
  executable: z.string(),
  commandLine: z.string(),
  source: z.enum(['kubernetes', 'process', 'none']),
  /** Of a pod as kubectl prints it; of a process `running`, or `silent` where it was not seen at the end of the range. */
  status: z.string().nullable(),
  /** Containers of the pod, and how many of them are ready. */
  ready: z.number().int().nullable(),
  containers: z.number().int().nullable(),
  /** Of a process: how often the same was started before on this host, as far as it was seen. */
  restarts: z.number().int().nullable(),
  started: milliseconds,
  lastSeen: milliseconds,
  pod: pod.nullable(),
  /** Share of the requests, and of the errors, of all instances listed, 0..1. */
  requestShare: z.number().nullable(),
  errorShare: z.number().nullable(),
  ...numbers,
});

export const instancesQuery = rangeQuery;

export const instancesResponse = z.object({ meta, instances: z.array(instance) });

export const hostResponse = z.object({
  meta,
  host: z.object({
    name: z.string(),
    /** Agents on it in the range. */
    agents: z.array(agent),
    /** What ran on it; shares are of all requests served there. */
    instances: z.array(instance),
  }),
});

export type Pod = z.infer<typeof pod>;
export type Instance = z.infer<typeof instance>;
export type Host = z.infer<typeof hostResponse>['host'];
