import { symbols } from '@sonde/protocols';
import { expect, test } from 'vitest';
import { TestProc } from '../enrich/proc.case.ts';
import { ProcessTable } from '../enrich/process-table.ts';
import { Identities } from './identities.ts';

test('one number for each service and instance, the same whenever it is asked for', () => {
  using proc = new TestProc();
  proc.run(10, 'shop');
  proc.run(11, 'shop');
  proc.run(12, 'cart');
  const identities = new Identities(new ProcessTable({ proc: proc.folder, hostName: 'here' }));
  const [shop, second, cart] = [10, 11, 12].map((pid) => identities.of(pid));
  expect(new Set([shop, second, cart]).size).toBe(3);
  expect(identities.of(10)).toBe(shop);
  expect(identities.get(shop)).toMatchObject({ pid: 10, serviceName: 'shop', instanceId: 'here:10' });
  expect(identities.get(second)).toMatchObject({ pid: 11, serviceName: 'shop', instanceId: 'here:11' });
  expect(identities.name(shop)).toBe(identities.name(second));
  expect(symbols.text(identities.name(cart))).toBe('cart');
});

test('a pid that runs another program is somebody else; the first keeps its number', () => {
  using proc = new TestProc();
  proc.run(10, 'first');
  const processes = new ProcessTable({ proc: proc.folder, hostName: 'here' });
  const identities = new Identities(processes);
  const first = identities.of(10);
  proc.run(10, 'second');
  processes.exec(10);
  const second = identities.of(10);
  expect(second).not.toBe(first);
  expect(identities.get(first).serviceName).toBe('first');
  expect(identities.get(second).serviceName).toBe('second');
});
