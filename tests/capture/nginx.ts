import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepts } from './ports.ts';
import type { Program, Sandbox } from './sandbox.ts';

const STATUSES = [200, 201, 204, 301, 400, 404, 500, 503];

/**
 * nginx with one worker that answers like the other test servers, on `port` of loopback; `/index.html` is a file of 612
 * bytes. `listen`: more words for that directive.
 */
export async function startNginx(sandbox: Sandbox, port: number, listen = ''): Promise<Program> {
  const { folder } = sandbox;
  const file = join(folder, 'nginx.conf');
  writeFileSync(join(folder, 'index.html'), 'x'.repeat(612));
  const locations = STATUSES.map((status) => {
    const body = status === 204 || status === 301 ? '' : ' "answer\\n"';
    return `location ~ ^/s${status}\\b { return ${status}${body}; }`;
  });
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
    events {}
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
      server { listen 127.0.0.1:${port} ${listen}; root ${folder}; ${locations.join('\n')} }
    }`,
  );
  const program = sandbox.run(['nginx', '-p', folder, '-c', file, '-e', 'stderr']);
  for (let i = 0; !(await accepts(port)); i++) {
    if (i > 200) throw new Error('nginx did not start');
    await sleep(20);
  }
  return program;
}
