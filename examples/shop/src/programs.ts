import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);

/** The programs of the system the shop is made of. */
export interface Programs {
  readonly nginx: string;
  readonly redis: string;
  readonly python: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly setpriv: string;
  readonly dnsmasq: string;
  readonly nats: string;
}

const CANDIDATES: Record<keyof Programs, readonly string[]> = {
  nginx: ['nginx'],
  redis: ['redis-server', 'valkey-server'],
  python: ['python3'],
  initdb: ['initdb'],
  postgres: ['postgres'],
  setpriv: ['setpriv'],
  dnsmasq: ['dnsmasq'],
  nats: ['nats-server'],
};

/** Where each program is, and the names of those that are nowhere. */
export function findPrograms(): { programs: Programs; missing: string[] } {
  const folders = ['/usr/bin', '/usr/sbin', ...postgresFolders(), ...(process.env.PATH ?? '').split(delimiter)];
  const found: Record<string, string> = {};
  const missing: string[] = [];
  for (const [key, names] of Object.entries(CANDIDATES)) {
    const path = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
    if (path) found[key] = path;
    else missing.push(names[0] as string);
  }
  return { programs: found as unknown as Programs, missing };
}

/** Debian keeps the server's programs out of PATH, one folder a version; the newest comes first. */
function postgresFolders(): string[] {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, 'bin'));
}

export interface Account {
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** The account without rights that nginx's workers and every server but nginx run under. */
export function unprivilegedAccount(): Account {
  const [user = 'nobody', , uid, gid] = row('/etc/passwd', (fields) => fields[0] === 'nobody');
  const [group = 'nogroup'] = row('/etc/group', (fields) => fields[2] === gid);
  return { user, group, uid: Number(uid), gid: Number(gid) };
}

function row(file: string, test: (fields: string[]) => boolean): string[] {
  const rows = readFileSync(file, 'utf8').split('\n');
  const found = rows.map((line) => line.split(':')).find(test);
  if (!found) throw new Error(`${file} has no line for the account nobody`);
  return found;
}
