import { expect, test } from 'vitest';
import { bothEnds } from './kernel.case.ts';
import { Observation } from './observation.case.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** HEADERS of stream 1: GET http /; an empty frame of DATA that ends it; the answer 200 (RFC 7541 appendix A). */
const HEADERS = Uint8Array.of(0, 0, 3, 1, 4, 0, 0, 0, 1, 0x82, 0x86, 0x84);
const END = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 1);
const RESPONSE = Uint8Array.of(0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88);

test('it is told with which read a server had a request, where that began with something else', () => {
  using it = new Observation();
  it.proc.run(20, 'users');
  const { server } = bothEnds(1000, 2000, 10, 20);
  it.kernel.segment(server, { from: 'client', bytes: PREFACE, time: 1000 });
  it.kernel.segment(server, { from: 'client', bytes: HEADERS, offset: PREFACE.length, time: 1000 });
  it.kernel.segment(server, { from: 'client', bytes: END, offset: PREFACE.length + HEADERS.length, time: 2000 });
  it.kernel.segment(server, { from: 'server', bytes: RESPONSE, time: 5000 });
  expect(it.read()).toMatchObject([{ side: 'server', times: [1000, 2000, 5000, 5000] }]);
  expect(it.told).toContain('24 of 1000 read with 36');
});
