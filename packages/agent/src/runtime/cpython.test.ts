import { expect, test } from 'vitest';
import { findCPython, isPython } from './cpython.ts';

const LIBC = '/usr/lib/x86_64-linux-gnu/libc.so.6';
const find = (...files: string[]) => findCPython([...files, LIBC]);

test.skipIf(process.arch !== 'x64')('the interpreter of a process by the files it has mapped', () => {
  expect(find('/usr/bin/python3.11')).toEqual({
    name: 'cpython',
    kind: 1,
    fields: { threadId: 152, context: 224 },
    probes: [
      {
        program: 'cpython_context_copied',
        binary: '/usr/bin/python3.11',
        symbol: 'PyContext_CopyCurrent',
        onReturn: true,
      },
    ],
  });
  expect(find('/usr/local/bin/python3.12', '/usr/local/lib/libpython3.12.so.1.0')).toMatchObject({
    fields: { threadId: 136 },
    probes: [{ binary: '/usr/local/lib/libpython3.12.so.1.0' }],
  });
  expect(find('/usr/sbin/uwsgi', '/usr/lib/libpython3.9.so.1.0')?.fields.context).toBe(240);
  expect(find('/opt/python3.13t')?.fields.context).toBe(208);
});

test('other programs, other versions and other C libraries have none', () => {
  expect(find('/usr/bin/node')).toBeNull();
  expect(find('/usr/bin/python3.8')).toBeNull();
  expect(find('/usr/bin/python3.99')).toBeNull();
  expect(find('/usr/bin/python3.11-config')).toBeNull();
  expect(find('/usr/lib/python3.11/lib-dynload/_asyncio.cpython-311-x86_64-linux-gnu.so')).toBeNull();
  expect(findCPython(['/usr/bin/python3.11', '/lib/ld-musl-x86_64.so.1'])).toBeNull();
});

test('executables named like it', () => {
  expect(isPython('/usr/bin/python3.11')).toBe(true);
  expect(isPython('/usr/bin/perl')).toBe(false);
});
