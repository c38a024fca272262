import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { Connection, frames, pcap, pcapng } from '../../packages/agent/src/replay/packets.case.ts';

const SONDE = join(import.meta.dirname, '../../sonde');
const EXCHANGES = 23;

const folder = mkdtempSync(join(tmpdir(), 'sonde-cli-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function replay(words: readonly string[], input?: Uint8Array): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(SONDE, ['replay', ...words], { timeout: 30_000, cwd: folder }, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? -1) : 0;
      resolve({ code, out: stripVTControlCharacters(stdout), err: stripVTControlCharacters(stderr) });
    });
    child.stdin?.end(input);
  });
}

function file(name: string, content: Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const connection = new Connection(40000, 6379);
const packets = connection.open();
for (let i = 0; i < EXCHANGES; i++) {
  packets.push(connection.send('client', `*2\r\n$3\r\nGET\r\n$6\r\nuser:${i % 10}\r\n`));
  packets.push(connection.send('server', i === 7 ? '-ERR wrong\r\n' : '$2\r\nok\r\n'));
}
const all = frames(packets);
const whole = file('whole.pcapng', pcapng(all));
const half = Math.floor(all.length / 2);
const halves = [file('a.pcap', pcap(all.slice(0, half))), file('b.pcap.gz', gzipSync(pcap(all.slice(half))))];

interface Line {
  readonly protocol: string;
  readonly target: string;
  readonly error: string;
  readonly complete: boolean;
}

const lines = ({ out }: Outcome) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('sonde replay', () => {
  test('prints a table, and what it read', async () => {
    const { code, out, err } = await replay([whole]);
    expect(code).toBe(0);
    const rows = out.trimEnd().split('\n');
    expect(rows[0]).toMatch(/^time \(UTC\) +duration +protocol +client +server +status +operation +target$/);
    expect(rows.length).toBe(1 + EXCHANGES);
    expect(rows[1]).toMatch(/ 1 ms +redis +192\.0\.2\.1:40000 +198\.51\.100\.2:6379 +OK +GET +user:\{id\}$/);
    expect(err).toBe(`${EXCHANGES} exchanges in 1 connection, ${packets.length} packets\n`);
  });

  test('prints JSON, one exchange a line', async () => {
    const found = lines(await replay(['--json', whole]));
    expect(found.length).toBe(EXCHANGES);
    expect(found.filter(({ error }) => error === 'ERR').length).toBe(1);
    expect(found[0]).toMatchObject({ protocol: 'redis', target: 'user:{id}', complete: true });
  });

  test('reads several files as one, and standard input', async () => {
    const wanted = (await replay(['--json', whole])).out;
    expect((await replay(['--json', ...halves])).out).toBe(wanted);
    expect((await replay(['--json', '-'], readFileSync(whole))).out).toBe(wanted);
    expect((await replay(['--json', halves[0], '-'], readFileSync(halves[1]))).out).toBe(wanted);
  });

  test('says which file is cut', async () => {
    const cut = file('cut.pcap', pcap(all).subarray(0, -5));
    const { code, err } = await replay([cut]);
    expect(code).toBe(0);
    expect(err).toContain(`${cut} is cut: what is before it was read`);
  });

  test.each([
    ['no file', [], 2, 'SONDE_CLI_USAGE'],
    ['a file that is not there', ['nowhere.pcap'], 1, 'SONDE_REPLAY_UNREADABLE: nowhere.pcap: ENOENT'],
    [
      'a file that is no capture',
      [file('text', Buffer.from('only a text, for more than a header'))],
      1,
      'SONDE_REPLAY_FORMAT',
    ],
    ['an address that is none', ['--to', 'nowhere', whole], 2, 'SONDE_CLI_USAGE'],
    ['to print and to send', ['--json', '--to', 'http://127.0.0.1:1', whole], 2, '--json prints and --to sends'],
    [
      'a server that is away',
      ['--to', 'http://127.0.0.1:1', whole],
      1,
      'SONDE_REPLAY_SERVER: http://127.0.0.1:1: ECONNREFUSED',
    ],
  ])('refuses %s with a code', async (_, words, code, reason) => {
    expect(await replay(words)).toMatchObject({ code, err: expect.stringContaining(reason) });
  });
});
