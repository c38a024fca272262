import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process file system in a temporary folder, as `readProcess` reads it. Services are named by OTEL_SERVICE_NAME. */
export class TestProc implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'sonde-proc-'));

  /** Starts a process, or has it run another program. */
  run(pid: number, service: string, startTime = pid): void {
    const base = join(this.folder, String(pid));
    this.end(pid);
    mkdirSync(base);
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
    rmSync(this.folder, { recursive: true });
  }
}
