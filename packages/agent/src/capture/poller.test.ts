import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bothEnds } from './kernel.case.ts';
import { Observation } from './observation.case.ts';
import { Poller } from './poller.ts';

const HTTP = { request: 'GET / HTTP/1.1\r\n\r\n', response: 'HTTP/1.1 204 No Content\r\n\r\n' };
const { client } = bothEnds(1, 2, 10, 20);

let it: Observation;
let poller: Poller;
/** What the kernel was asked to hand over, in order. */
let flushed: string[];
let held: (() => void)[];

beforeEach(() => {
  it = new Observation();
  flushed = [];
  held = [];
  const flush = (name: string) => {
    flushed.push(name);
    for (const write of held.splice(0)) write();
  };
  const probes = { flushIdle: () => flush('idle'), flushAll: () => flush('all') };
  poller = new Poller(probes, it.reader);
});
afterEach(() => {
  poller.stop();
  it[Symbol.dispose]();
});

test('nothing is read before the start', async () => {
  it.kernel.exchange(client, HTTP);
  await sleep(60);
  expect(it.seen).toEqual([]);
});

test('records are read within a moment, and more of them after that', async () => {
  poller.start();
  for (let round = 1; round <= 3; round++) {
    it.kernel.exchange(client, HTTP);
    await vi.waitFor(() => expect(it.seen).toHaveLength(round), { interval: 5 });
  }
});

test('turns that are over but held back are asked for, again and again', async () => {
  poller.start();
  await vi.waitFor(() => expect(flushed).toEqual(['idle']));
  held.push(() => it.kernel.exchange(client, HTTP));
  await vi.waitFor(() => expect(it.seen).toHaveLength(1), { timeout: 2000 });
  expect(flushed).toEqual(['idle', 'idle']);
});

test('the end reads what is left, and what the kernel still held; then nothing more', async () => {
  poller.start();
  it.kernel.exchange(client, HTTP);
  held.push(() => it.kernel.exchange(client, HTTP));
  poller.stop();
  expect(it.seen).toHaveLength(2);
  expect(flushed).toEqual(['all']);
  it.kernel.exchange(client, HTTP);
  await sleep(60);
  expect(it.seen).toHaveLength(2);
});

test('a flood is read to its end', async () => {
  poller.start();
  let written = 0;
  while (written < 2000) {
    while (it.kernel.hasRoom(400)) {
      it.kernel.exchange(client, HTTP);
      written++;
    }
    await sleep(1);
  }
  await vi.waitFor(() => expect(it.seen).toHaveLength(written));
});
