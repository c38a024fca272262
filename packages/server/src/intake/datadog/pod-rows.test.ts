import { expect, test } from 'vitest';
import { frame, POD, podsMessage, proto, SEEN } from './message.case.ts';
import type { PodsMessage } from './messages.ts';
import { rowsOfPods } from './pod-rows.ts';
import { readMessage } from './read.ts';

const NOW = 1_700_000_000;

const rowsOf = async (body: Buffer) => rowsOfPods((await readMessage(body, false, 100_000)) as PodsMessage, NOW);

const FACTS = {
  uid: POD.uid,
  name: POD.name,
  namespace: 'default',
  node: 'ck06',
  ip: SEEN.pod.ip,
  status: 'CrashLoopBackOff',
  ready: 1,
  containers: 2,
  restarts: 3,
  deleted: 0,
  ownerKind: 'Deployment',
  owner: 'test',
  containerIds: [SEEN.container],
  lastSeen: NOW,
};

test.each([0, 4, 5])('of both generations of agents, in encoding %d of the frame', async (encoding) => {
  const read = async (isNew: boolean) => (await rowsOf(frame(podsMessage({ isNew }), { encoding, type: 41 }))).intake;
  expect((await read(false)).pods).toEqual([{ ...FACTS, started: POD.created }]);
  expect((await read(true)).pods).toEqual([{ ...FACTS, started: POD.started }]);
});

test('as JSON, with 64-bit numbers as text and what is not known left out', async () => {
  const json = {
    pods: [
      {
        metadata: {
          name: 'a-0',
          uid: 'u',
          creationTimestamp: String(POD.created),
          ownerReferences: [{ kind: 'StatefulSet', name: 'a' }],
        },
        phase: 'Pending',
        containerStatuses: [{ containerID: '', ready: false, restartCount: 0 }],
      },
    ],
  };
  const body = Buffer.concat([frame(Buffer.alloc(0), { encoding: 0, type: 41 }), Buffer.from(JSON.stringify(json))]);
  body[1] = 1;
  expect((await rowsOf(body)).intake.pods).toMatchObject([
    { uid: 'u', name: 'a-0', namespace: '', status: 'Pending', ready: 0, containers: 1, ownerKind: 'StatefulSet' },
  ]);
});

test('without a uid are left out and counted, the others are kept; counts beyond all sense are none', async () => {
  const nameless = [6, proto([1, proto([1, 'who'])])] as const;
  const odd = [6, proto([1, proto([1, 'a'], [3, 'u-1'], [4, -5])], [6, -1])] as const;
  const { intake, rejected } = await rowsOf(frame(proto(nameless, odd), { type: 41 }));
  expect(intake.pods).toMatchObject([{ name: 'a', status: 'Unknown', restarts: 0, started: 0, containerIds: [] }]);
  expect([...rejected.reasons]).toEqual([['pods without a name or a uid', 1]]);
});
