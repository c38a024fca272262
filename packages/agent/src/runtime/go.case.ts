import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const PATH = `${process.env.PATH}:/usr/lib/go/bin:/usr/local/go/bin`;

/** Why Go programs cannot be built here, '' where they can. */
export const goSkipReason = spawnSync('which', ['go'], { env: { PATH } }).status === 0 ? '' : 'needs go';

/** Builds a program of one source file into a folder; returns its file. `flags` are the linker's. */
export function buildGo(source: string, folder: string, { as = 'program', flags = '' } = {}): string {
  const file = join(folder, as);
  const env = { PATH, HOME: folder, GOCACHE: join(folder, 'go-cache'), GO111MODULE: 'off' };
  const args = ['build', '-ldflags', flags, '-o', file, source];
  execFileSync('go', args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  return file;
}
