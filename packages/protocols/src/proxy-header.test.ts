import { expect, it } from 'vitest';
import { behindProxyHeader } from './proxy-header.ts';

const text = (value: string) => Uint8Array.from(value, (char) => char.charCodeAt(0));
const V2 = '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0cAAAABBBBppqq';

it.each([
  ['version 1', 'PROXY TCP4 192.0.2.1 198.51.100.2 40000 443\r\nGET', 45],
  ['version 1, unknown', 'PROXY UNKNOWN\r\nGET', 15],
  ['version 2', `${V2}GET`, V2.length],
  ['none', 'GET / HTTP/1.1\r\n', 0],
  ['a line without end', 'PROXY TCP4 192.0.2.1 198', 0],
  ['another family', 'PROXY me please\r\n', 0],
  ['version 2, cut', V2.slice(0, 20), 0],
  ['version 2 of another kind', `\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0`, 0],
  ['nothing', '', 0],
])('%s', (_, bytes, index) => expect(behindProxyHeader(text(bytes), 0, bytes.length)).toBe(index));
