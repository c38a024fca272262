import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { freePort } from '../capture/ports.ts';
import { accepting, converse, expectExactly, type Server, serve, skipReason } from './live.ts';

const fpm = globSync('/usr/sbin/php-fpm*').at(-1) ?? 'php-fpm';
const reason = skipReason('nginx', fpm);

/** nginx before PHP-FPM, which has one worker. */
const php: Server = {
  async start(sandbox, port) {
    const { folder } = sandbox;
    const script = join(folder, 'index.php');
    const configuration = join(folder, 'fpm.conf');
    const behind = await freePort();
    writeFileSync(
      script,
      `<?php http_response_code((int) ($_GET['status'] ?? 200)); echo str_repeat('x', (int) ($_GET['size'] ?? 10));`,
    );
    writeFileSync(
      configuration,
      `[global]\nerror_log = ${folder}/log\n[www]\nuser = root\nlisten = 127.0.0.1:${behind}\npm = static\npm.max_children = 1\n`,
    );
    await accepting(behind, serve(sandbox, [fpm, '-n', '-F', '-R', '-y', configuration]));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const file = join(folder, 'nginx.conf');
    writeFileSync(
      file,
      `daemon off; worker_processes 1; user root; pid ${folder}/nginx.pid; error_log stderr crit;
      events {}
      http {
        access_log off; ${temporary.join(' ')}
        server {
          listen 127.0.0.1:${port};
          location / {
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME ${script};
            fastcgi_pass 127.0.0.1:${behind};
          }
        }
      }`,
    );
    return serve(sandbox, ['nginx', '-p', folder, '-c', file, '-e', 'stderr']);
  },
};

describe.skipIf(reason !== '')(`FastCGI of nginx and PHP-FPM ${reason}`, () => {
  test('23 requests', async () => {
    const seen = await converse(php, 'fastcgi.mjs');
    const requests = (protocol: string) => ({
      [`${protocol}: GET /orders/{id} = 200`]: 3,
      [`${protocol}: POST /orders = 201`]: 3,
      [`${protocol}: GET /broken = 404`]: 2,
      [`${protocol}: GET /broken = 500`]: 1,
      [`${protocol}: GET /broken = 503`]: 1,
      [`${protocol}: GET /reports = 200`]: 3,
      [`${protocol}: GET /parts/{id} = 200`]: 10,
    });
    expectExactly(seen, requests('fastcgi'), {
      around: requests('http'),
      cut: ['fastcgi: GET /reports = 200'],
      processes: 3,
    });
  });
});
