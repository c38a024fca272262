import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepts } from './ports.ts';
import type { Program, Sandbox } from './sandbox.ts';

const STATUSES = [200, 201, 204, 301, 400, 404, 500, 503];

/** nginx with one worker that hands every request on to the HTTP server on `back`, over connections it keeps. */
export function startNginxProxy(sandbox: Sandbox, port: number, back: string): Promise<Program> {
  const upstream = `upstream back { server 127.0.0.1:${back}; keepalive 300; keepalive_requests 1000000; }`;
  const pass = 'proxy_pass http://back/s200$request_uri; proxy_http_version 1.1; proxy_set_header Connection "";';
  return start(sandbox, port, `${upstream} server { listen 127.0.0.1:${port} backlog=512; location / { ${pass} } }`);
}

/**
 * nginx with one worker that answers like the other test servers, on `port` of loopback; `/index.html` is a file of 612
 * bytes. `listen`: more words for that directive.
 */
export function startNginx(sandbox: Sandbox, port: number, listen = ''): Promise<Program> {
  const { folder } = sandbox;
  writeFileSync(join(folder, 'index.html'), 'x'.repeat(612));
  const locations = STATUSES.map((status) => {
    const body = status === 204 || status === 301 ? '' : ' "answer\\n"';
    return `location ~ ^/s${status}\\b { return ${status}${body}; }`;
  });
  const locationText = locations.join('\n');
  return start(sandbox, port, `server { listen 127.0.0.1:${port} ${listen}; root ${folder}; ${locationText} }`);
}

async function start(sandbox: Sandbox, port: number, servers: string): Promise<Program> {
  const { folder } = sandbox;
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
    events { worker_connections 2000; }
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
      ${servers}
    }`,
  );
  const program = sandbox.run(['nginx', '-p', folder, '-c', file, '-e', 'stderr']);
  for (let i = 0; !(await accepts(port)); i++) {
    if (i > 200) throw new Error('nginx did not start');
    await sleep(20);
  }
  return program;
}
