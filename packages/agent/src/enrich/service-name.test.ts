import { expect, test } from 'vitest';
import type { ProcessFacts } from './process-facts.ts';
import { serviceName, workloadName } from './service-name.ts';

interface Case {
  readonly line: string;
  readonly exe?: string;
  readonly comm?: string;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly unit?: string;
  readonly files?: Record<string, string>;
}

const CONTAINER = 'c'.repeat(64);

/** A process by its command line, arguments split at spaces, or one argument where it starts with `title:`. */
function facts({ line, exe, comm, cwd = '/', env = {}, unit = '', files = {} }: Case, inPod = false): ProcessFacts {
  const args = line.startsWith('title:') ? [line.slice(6)] : line.split(' ');
  return {
    pid: 1,
    parentPid: 0,
    startTime: 1,
    comm: comm ?? args[0].split('/').at(-1)?.slice(0, 15) ?? '',
    executable: exe ?? args[0],
    args,
    workingDirectory: cwd,
    environment: new Map(Object.entries(env)),
    cgroup: { path: '/', containerId: inPod ? CONTAINER : '', containerName: '', kubernetes: inPod, systemdUnit: unit },
    readFile: (path) => files[path] ?? null,
  };
}

const cases: [string, string, Case][] = [
  [
    'told',
    'otel',
    { line: 'node x.js', env: { OTEL_SERVICE_NAME: 'told', OTEL_RESOURCE_ATTRIBUTES: 'service.name=b' } },
  ],
  ['a,b', 'otel', { line: 'node x.js', env: { OTEL_RESOURCE_ATTRIBUTES: 'k=v, service.name=a%2Cb' } }],
  ['shop', 'systemd', { line: 'node x.js', unit: 'shop' }],
  ['x', 'script', { line: 'node x.js', unit: 'user@1000' }],
  ['x', 'script', { line: 'node x.js', unit: 'pm2-root' }],
  ['nginx', 'executable', { line: 'title:nginx: worker process', exe: '/usr/sbin/nginx' }],
  [
    'nginx',
    'executable',
    { line: 'title:nginx: master process /usr/sbin/nginx -g daemon off;', exe: '/usr/sbin/nginx' },
  ],
  [
    'postgres',
    'executable',
    { line: 'title:postgres: shop shop 127.0.0.1(5) SELECT', exe: '/usr/lib/postgresql/15/bin/postgres' },
  ],
  [
    'redis-server',
    'executable',
    { line: 'title:/usr/bin/redis-server *:6379', exe: '/usr/bin/redis-check-rdb', comm: 'redis-server' },
  ],
  ['httpd', 'executable', { line: 'httpd -f', exe: '/bin/busybox', comm: 'httpd' }],
  ['a-program-with-a-long-name', 'executable', { line: '/bin/a-program-with-a-long-name', exe: '/bin/multi' }],
  ['php-fpm8.2', 'executable', { line: 'title:php-fpm: pool www', exe: '/usr/sbin/php-fpm8.2' }],
  ['catalog', 'script', { line: 'python3 catalog.py --port 1', exe: '/usr/bin/python3.11' }],
  ['catalog', 'script', { line: 'python3 -u -X dev -W ignore /srv/catalog.py', exe: '/usr/bin/python3.11' }],
  ['python3', 'executable', { line: 'python3 -c print(1)', exe: '/usr/bin/python3.11' }],
  ['http', 'script', { line: 'python3 -m http.server 80', exe: '/usr/bin/python3.11' }],
  ['orders', 'script', { line: 'python3 -m uvicorn orders.main:app --port 1', exe: '/usr/bin/python3' }],
  ['shop', 'script', { line: 'python3 /usr/bin/gunicorn -w 4 shop.wsgi:application', exe: '/usr/bin/python3' }],
  [
    'billing',
    'script',
    { line: 'python3 /venv/bin/uvicorn main:app', exe: '/usr/bin/python3', cwd: '/srv/billing/src' },
  ],
  ['mail', 'script', { line: 'python3 /venv/bin/celery -A mail worker', exe: '/usr/bin/python3' }],
  ['store', 'script', { line: 'python3 /venv/bin/flask run', exe: '/usr/bin/python3', env: { FLASK_APP: 'store.py' } }],
  ['intranet', 'script', { line: 'python3 manage.py runserver', exe: '/usr/bin/python3', cwd: '/srv/intranet' }],
  ['shop', 'script', { line: 'title:gunicorn: worker [shop.wsgi:app]', exe: '/usr/bin/python3.11' }],
  ['gunicorn', 'script', { line: 'title:gunicorn: master', exe: '/usr/bin/python3.11' }],
  ['orders', 'script', { line: 'node --max-old-space-size=100 -r dotenv/config /x/orders/server.js' }],
  ['orders', 'script', { line: 'node dist/index.js', cwd: '/srv/orders' }],
  ['cart', 'script', { line: 'node /app/dist/main.js', files: { '/app/package.json': '{"name":"@shop/cart"}' } }],
  ['server', 'script', { line: 'node /app/server.js' }],
  ['server', 'script', { line: 'node /app/server.js', files: { '/app/package.json': '{broken' } }],
  ['orders', 'script', { line: 'node /app/orders.mjs' }],
  ['node', 'executable', { line: 'node -e 1', comm: 'MainThread' }],
  ['node', 'executable', { line: 'node', comm: 'MainThread' }],
  ['title', 'executable', { line: 'title:title', exe: '/usr/bin/node' }],
  ['api', 'script', { line: 'deno run -A api.ts' }],
  ['shop', 'script', { line: 'title:puma 6.4.0 (tcp://0.0.0.0:3000) [shop]', exe: '/usr/bin/ruby3.1' }],
  ['worker', 'script', { line: 'ruby -I lib worker.rb', exe: '/usr/bin/ruby3.1' }],
  ['orders', 'script', { line: 'java -Xmx1g -jar /opt/orders-1.2.3-SNAPSHOT.jar --x' }],
  ['named', 'script', { line: 'java -Dspring.application.name=named -jar app.jar' }],
  ['orders', 'script', { line: 'java -cp a.jar:b.jar com.acme.orders.Main' }],
  ['Kafka', 'script', { line: 'java -Xms1g -cp x kafka.Kafka server.properties' }],
  ['catalina', 'script', { line: 'java -classpath x org.apache.catalina.startup.Bootstrap start' }],
  ['Orders.Api', 'script', { line: 'dotnet exec /app/Orders.Api.dll' }],
  ['shop', 'script', { line: 'php -S 0.0.0.0:80 -t public shop.php', exe: '/usr/bin/php8.2' }],
  ['backup', 'script', { line: '/bin/bash /opt/backup.sh' }],
  ['bash', 'executable', { line: 'bash -c ls' }],
  ['bash', 'executable', { line: 'bash /dev/fd/3' }],
  ['tool', 'executable', { line: '/opt/tool run', exe: '/memfd:x', comm: 'x' }],
  ['kworker/0:1', 'executable', { line: '', exe: '', comm: 'kworker/0:1' }],
];

test.each(cases)('%s (%s): $line', (name, source, given) => {
  expect(serviceName(facts(given), null)).toEqual({ name, source });
});

test('a container by its name, a pod by its workload', () => {
  const process = facts({ line: 'node x.js', env: { HOSTNAME: 'host' } });
  const named = { name: 'cart', podName: '', namespaceName: '' };
  expect(serviceName(process, named)).toEqual({ name: 'cart', source: 'container' });
  expect(serviceName(process, { ...named, podName: 'orders-7d9f8b6c5d-x2x4z' })).toEqual({
    name: 'orders',
    source: 'container',
  });
  const pod = facts({ line: 'node x.js', env: { HOSTNAME: 'billing-0' } }, true);
  expect(serviceName(pod, null)).toEqual({ name: 'billing', source: 'container' });
  expect(
    serviceName({ ...process, cgroup: { ...process.cgroup, containerId: CONTAINER, systemdUnit: 'containerd' } }, null),
  ).toEqual({
    name: 'x',
    source: 'script',
  });
});

test.each([
  ['orders-7d9f8b6c5d-x2x4z', 'orders'],
  ['my-orders-api-5f4d6c7b8-zzzzz', 'my-orders-api'],
  ['fluentd-9xk2p', 'fluentd'],
  ['redis-0', 'redis'],
  ['backup-28391231-bcdfg', 'backup'],
  ['plain', 'plain'],
  ['my-proxy', 'my-proxy'],
])('pod %s is of %s', (pod, workload) => expect(workloadName(pod)).toBe(workload));
