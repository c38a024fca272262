import { z } from 'zod';
import { NO_POD } from './decode-pods.ts';
import { integer } from './json.ts';
import type { DatadogPod, PodsMessage } from './messages.ts';

const text = z.string().default('');

const pod = z
  .object({
    metadata: z
      .object({
        name: text,
        namespace: text,
        uid: text,
        creationTimestamp: integer.default(0),
        ownerReferences: z.array(z.object({ kind: text, name: text })).default([]),
      })
      .nullish(),
    IP: text,
    nodeName: text,
    phase: text,
    restartCount: integer.default(0),
    containerStatuses: z
      .array(z.object({ containerID: text, ready: z.boolean().default(false), restartCount: integer.default(0) }))
      .default([]),
    status: text,
    startTime: integer.default(0),
  })
  .transform(({ metadata, ...read }): DatadogPod => {
    const { creationTimestamp = 0, ownerReferences = [], ...named } = metadata ?? {};
    return {
      ...NO_POD,
      ...named,
      created: creationTimestamp,
      owners: ownerReferences,
      ip: read.IP,
      node: read.nodeName,
      phase: read.phase,
      restarts: read.restartCount,
      containers: read.containerStatuses.map(({ containerID, ready, restartCount }) => {
        return { id: containerID, ready, restarts: restartCount };
      }),
      status: read.status,
      started: read.startTime,
    };
  });

const message = z.object({ hostName: text, pods: z.array(pod).default([]) });

/** `CollectorPod` as JSON. Throws ZodError. */
export function podsOfJson(value: unknown): PodsMessage {
  return { kind: 'pods', ...message.parse(value) };
}
