import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTimeOf } from './enrich/process-facts.ts';
import { AgentError } from './errors.ts';

const NAME = 'agent.lock';

/**
 * Takes a spool's folder for this process; the answer gives it back. What a process left that is no more counts for
 * nothing.
 * @throws AgentError SONDE_AGENT_SPOOL_IN_USE
 */
export function lockSpool(folder: string): () => void {
  const path = join(folder, NAME);
  const own = `${process.pid} ${startTimeOf('/proc', process.pid)}\n`;
  for (;;) {
    try {
      writeFileSync(path, own, { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid, startTime] = readFileSync(path, 'utf8').split(' ').map(Number);
    if (pid > 0 && startTimeOf('/proc', pid) === startTime) {
      throw new AgentError('SONDE_AGENT_SPOOL_IN_USE', `${folder}, by process ${pid}`);
    }
    rmSync(path, { force: true });
  }
}
