import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process file system in a temporary folder that is made with the first process. OTEL_SERVICE_NAME names services. */
export class TestProc implements Disposable {
  readonly folder = join(tmpdir(), `sonde-proc-${randomUUID()}`);

  /** Starts a process, or has it run another program. */
  run(pid: number, service: string, startTime = pid): void {
    const base = join(this.folder, String(pid));
    this.end(pid);
    mkdirSync(base, { recursive: true });
    const fields = ['S', 1, ...Array<number>(17).fill(0), startTime, 0];
    writeFileSync(join(base, 'stat'), `${pid} (${service}) ${fields.join(' ')}`);
    symlinkSync(`/usr/bin/${service}`, join(base, 'exe'));
    writeFileSync(join(base, 'cmdline'), `/usr/bin/${service}\0`);
    writeFileSync(join(base, 'environ'), `OTEL_SERVICE_NAME=${service}\0`);
    writeFileSync(join(base, 'cgroup'), '0::/system.slice/x.service\n');
  }

  end(pid: number): void {
    rmSync(join(this.folder, String(pid)), { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
