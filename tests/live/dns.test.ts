import { describe, test } from 'vitest';
import { converse, expectExactly, type Server, serve, skipReason } from './live.ts';

const reason = skipReason('dnsmasq');

/** Knows shop.test, and asks nobody else. */
const dnsmasq: Server = {
  start(sandbox, port) {
    const files = [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--user=root',
      '--pid-file=',
      '--log-facility=/dev/null',
    ];
    const alone = ['--no-resolv', '--no-hosts', '--local=/shop.test/'];
    const records = [
      '--host-record=orders.shop.test,192.0.2.1,2001:db8::1',
      '--host-record=prices.shop.test,192.0.2.2',
      '--mx-host=shop.test,orders.shop.test,10',
      '--srv-host=_http._tcp.shop.test,orders.shop.test,80',
      '--cname=www.shop.test,orders.shop.test',
      '--txt-record=short.shop.test,hello',
      `--txt-record=long.shop.test,${Array.from({ length: 10 }, () => 'x'.repeat(200))}`,
    ];
    const listen = ['--listen-address=127.0.0.1', '--bind-interfaces', `--port=${port}`];
    return serve(sandbox, ['dnsmasq', ...files, ...alone, ...records, ...listen]);
  },
};

describe.skipIf(reason !== '')(`DNS of dnsmasq ${reason}`, () => {
  test('23 lookups of Node', async () => {
    const seen = await converse(dnsmasq, 'dns.mjs');
    expectExactly(seen, {
      'dns: A orders.shop.test = NOERROR': 4,
      'dns: AAAA orders.shop.test = NOERROR': 3,
      'dns: A prices.shop.test = NOERROR': 6,
      'dns: MX shop.test = NOERROR': 1,
      'dns: SRV _http._tcp.shop.test = NOERROR': 1,
      'dns: TXT short.shop.test = NOERROR': 1,
      'dns: CNAME www.shop.test = NOERROR': 1,
      'dns: PTR 1.2.0.192.in-addr.arpa = NOERROR': 1,
      'dns: A nothing.shop.test = NXDOMAIN': 1,
      'dns: AAAA prices.shop.test = NOERROR': 1,
      'dns: A elsewhere.test = REFUSED': 1,
      // Cut short over UDP, then asked again over TCP.
      'dns: TXT long.shop.test = NOERROR': 2,
    });
  });
});
