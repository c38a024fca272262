import { expect, test } from 'vitest';
import { EventView } from './event-view.ts';
import { TestKernel } from './kernel.case.ts';

function viewOf(fill: (view: DataView) => void) {
  const kernel = new TestKernel(64);
  const record = new Uint8Array(32);
  fill(new DataView(record.buffer));
  kernel.write(record);
  return { view: new EventView(kernel.ring), at: 8 };
}

test('numbers of every width, where they lie', () => {
  const { view, at } = viewOf((record) => {
    record.setUint8(3, 0xff);
    record.setUint16(4, 0xbeef, true);
    record.setUint32(8, 0xdead_beef, true);
    record.setBigUint64(16, 123_456_789_012_345n, true);
  });
  expect(view.u8(at + 3)).toBe(0xff);
  expect(view.u16(at + 4)).toBe(0xbeef);
  expect(view.u32(at + 8)).toBe(0xdead_beef);
  expect(view.u64(at + 16)).toBe(123_456_789_012_345);
});

test.each([0n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n])('%d is exact', (value) => {
  const { view, at } = viewOf((record) => record.setBigUint64(8, value, true));
  expect(BigInt(view.u64(at + 8))).toBe(value);
});

test('a record that begins at the end of the ring goes on past it', () => {
  const kernel = new TestKernel(64);
  kernel.write(new Uint8Array(32));
  kernel.ring.drain(() => {});
  const record = new Uint8Array(40);
  new DataView(record.buffer).setBigUint64(32, 77n, true);
  kernel.write(record);
  const view = new EventView(kernel.ring);
  const found: number[] = [];
  kernel.ring.drain((at) => found.push(at, view.u64(at + 32)));
  expect(found).toEqual([48, 77]);
});
