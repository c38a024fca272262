import { client, type ProtocolCase, server } from './case.ts';

const EHLO = '250-mail.example.com\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n';
const MAIL = 'Subject: hello\r\n\r\nQUIT\r\n..dots\r\nbye.\r\n.\r\n';

export const smtpCases: readonly ProtocolCase[] = [
  {
    name: 'one message; addresses are kept by their domain alone',
    pieces: [
      server('220 mail.example.com ESMTP ready\r\n'),
      client('EHLO client.example.org\r\n'),
      server(EHLO),
      client('mail FROM:<anna@example.org> SIZE=40\r\n'),
      server('250 2.1.0 Ok\r\n'),
      client('RCPT TO:<bob@example.com>\r\n'),
      server('250 2.1.5 Ok\r\n'),
      client('DATA\r\n'),
      server('354 End data with <CR><LF>.<CR><LF>\r\n'),
      client(MAIL),
      server('250 2.0.0 Ok: queued as 14C525AC3206\r\n'),
      client('QUIT\r\n'),
      server('221 2.0.0 Bye\r\n'),
    ],
    calls: [
      { protocol: 'smtp', operation: 'greeting', status: '220', outcome: 'oneway' },
      { operation: 'EHLO', target: '', status: '250', responseBytes: EHLO.length, outcome: 'complete' },
      { operation: 'MAIL', target: 'example.org', status: '250' },
      { operation: 'RCPT', target: 'example.com', status: '250', requestBytes: 27, responseBytes: 14 },
      { operation: 'DATA', status: '354', error: '' },
      { operation: 'message', status: '250', requestBytes: MAIL.length, complete: true },
      { operation: 'QUIT', status: '221' },
    ],
  },
  {
    name: 'pipelining, refusals, DATA refused, chunks',
    pieces: [
      server('220 ESMTP\r\n'),
      client('EHLO c\r\nMAIL FROM:<a@x.org>\r\nRCPT TO:<nobody@y.org>\r\nDATA\r\n'),
      server('250 y\r\n250 Ok\r\n550 5.1.1 <nobody@y.org>: Recipient address rejected\r\n554 5.5.1 no valid recipients\r\n'),
      client('RSET\r\nMAIL FROM:<a@x.org>\r\nRCPT TO:<b@y.org>\r\nBDAT 7\r\nDATA\r\n.BDAT 2 LAST\r\nhi'),
      server('250 Ok\r\n250 Ok\r\n250 Ok\r\n250 7 bytes\r\n250 queued\r\n'),
      client('FROBNICATE\r\n'),
      server('502 5.5.2 not recognized\r\n'),
    ],
    calls: [
      { operation: 'greeting' },
      { operation: 'EHLO', status: '250' },
      { operation: 'MAIL', target: 'x.org' },
      { operation: 'RCPT', target: 'y.org', status: '550', error: '550' },
      { operation: 'DATA', status: '554', error: '554' },
      { operation: 'RSET', status: '250' },
      { operation: 'MAIL' },
      { operation: 'RCPT' },
      { operation: 'BDAT', status: '250', requestBytes: 15 },
      { operation: 'BDAT', status: '250', requestBytes: 15 },
      { operation: 'UNKNOWN', status: '502' },
    ],
  },
  {
    name: 'authentication in steps, then TLS',
    pieces: [
      client('EHLO c\r\n'),
      server(EHLO),
      client('AUTH LOGIN\r\n'),
      server('334 VXNlcm5hbWU6\r\n'),
      client('cXVpdA==\r\n'),
      server('535 5.7.8 Authentication credentials invalid\r\n'),
      client('STARTTLS\r\n'),
      server('220 Go ahead\r\n'),
    ],
    calls: [
      { operation: 'EHLO' },
      { operation: 'AUTH', target: '', status: '334', error: '' },
      { operation: 'AUTH', status: '535', error: '535' },
      { operation: 'STARTTLS', status: '220' },
    ],
  },
  {
    name: 'a message beyond the capture limit; a refusing server; joined in its middle',
    whole: 'bytes are missing',
    pieces: [
      server('250 Ok\r\n'),
      client('DATA\r\n'),
      server('354 go\r\n'),
      client('Subject: large\r\n\r\nxxxx', 90_000),
      server('250 queued\r\n'),
      client('QUIT\r\n'),
      server('221 Bye\r\n'),
    ],
    calls: [
      { operation: 'DATA', status: '354' },
      { operation: 'message', status: '250', requestBytes: 90_022 },
      { operation: 'QUIT', status: '221' },
    ],
  },
]; // biome-ignore format: one case reads as one block
