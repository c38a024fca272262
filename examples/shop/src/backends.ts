import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, type Programs, run } from './programs.ts';

/** Options of `setpriv` that turn root into `account`. */
export function asAccount({ uid, gid }: Account): string[] {
  return [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
}

const SCHEMA = new URL('./services/schema.sql', import.meta.url);

/** Creates the data folder with the shop's tables in it; returns the command line of the server. */
export async function preparePostgres(programs: Programs, account: Account, folder: string, port: number) {
  const { setpriv, initdb, postgres } = programs;
  const data = join(folder, 'postgres');
  await mkdir(data, { mode: 0o700 });
  await chown(data, account.uid, account.gid);
  const as = asAccount(account);
  const options = { cwd: '/', timeout: 60_000 };
  const flags = ['--username=shop', '--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8'];
  await run(setpriv, [...as, initdb, '-D', data, ...flags], options);
  const settings = ['-c', 'fsync=off', '-c', 'dynamic_shared_memory_type=mmap', '-c', 'shared_buffers=16MB'];
  await load([...as, postgres, '--single', '-j', '-D', data, ...settings, 'postgres'], 'CREATE DATABASE shop;\n\n');
  await load([...as, postgres, '--single', '-j', '-D', data, ...settings, 'shop'], await readFile(SCHEMA, 'utf8'));

  function load(words: string[], sql: string) {
    const child = run(setpriv, words, options);
    child.child.stdin?.end(sql);
    return child;
  }

  const network = ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`, '-c', 'unix_socket_directories='];
  const limits = ['-c', 'max_connections=100', '-c', 'autovacuum=off', '-c', 'full_page_writes=off'];
  return [setpriv, ...as, postgres, '-D', data, ...settings, ...network, ...limits];
}

export function prepareRedis({ setpriv, redis }: Programs, account: Account, port: number): string[] {
  const network = ['--bind', '127.0.0.1', '--port', String(port)];
  return [setpriv, ...asAccount(account), redis, ...network, '--save', '', '--appendonly', 'no', '--dir', '/'];
}

/** Knows two hosts and where to bring mail to; asks nobody else. */
export function prepareDnsmasq({ setpriv, dnsmasq }: Programs, account: Account, port: number): string[] {
  const alone = ['--no-resolv', '--no-hosts', '--local=/shop.internal/', '--local=/example/'];
  const records = [
    '--host-record=payments.shop.internal,127.0.0.1',
    '--host-record=bank.example,192.0.2.7',
    '--mx-host=mail.example,mx.mail.example,10',
  ];
  const network = [`--port=${port}`, '--listen-address=127.0.0.1', '--bind-interfaces'];
  const files = ['--keep-in-foreground', '--conf-file=/dev/null', '--pid-file=', '--log-facility=-'];
  return [setpriv, ...asAccount(account), dnsmasq, ...files, ...alone, ...records, ...network];
}

export function prepareNats({ setpriv, nats }: Programs, account: Account, port: number): string[] {
  return [setpriv, ...asAccount(account), nats, '-a', '127.0.0.1', '-p', String(port)];
}

/** Writes the configuration of the edge into `folder`; returns the command line of nginx. */
export async function prepareNginx(
  { nginx }: Programs,
  account: Account,
  folder: string,
  ports: { edge: number; gateway: number },
  truth: string | undefined,
): Promise<string[]> {
  const home = join(folder, 'nginx');
  await mkdir(home);
  await writeFile(join(home, 'nginx.conf'), nginxConfig(account, home, ports, truth));
  return [nginx, '-p', home, '-e', join(home, 'error.log'), '-c', join(home, 'nginx.conf')];
}

function nginxConfig(account: Account, home: string, ports: { edge: number; gateway: number }, truth?: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
worker_processes 2;
user ${account.user} ${account.group};
pid ${home}/nginx.pid;
error_log ${home}/error.log;
events { worker_connections 512; }
http {
  ${temporary.map((name) => `${name}_temp_path ${home}/${name};`).join('\n  ')}
  log_format served escape=json '{"kind":"served","service":"edge","request":"$http_x_shop_request","call":"$http_x_shop_call",'
    '"parent":"","target":"","operation":"$request_method $request_uri","status":"$status","clientPort":$remote_port,'
    '"seconds":$request_time,"finished":$msec}';
  log_format called escape=json '{"kind":"called","service":"edge","request":"$http_x_shop_request","call":"$request_id",'
    '"parent":"$http_x_shop_call","target":"gateway","operation":"$request_method $request_uri","status":"$upstream_status",'
    '"clientPort":0,"seconds":$request_time,"finished":$msec}';
  access_log off;
  upstream gateway { server 127.0.0.1:${ports.gateway}; keepalive 32; }
  server {
    listen 127.0.0.1:${ports.edge};
    location = / { default_type text/plain; return 200 "shop\\n"; ${accessLog('served')} }
    location /api/ {
      proxy_pass http://gateway;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Shop-Call $request_id;
      ${accessLog('served')}
      ${accessLog('called')}
    }
  }
}
`;

  function accessLog(format: string): string {
    return truth ? `access_log ${truth}/edge.jsonl ${format};` : '';
  }
}
