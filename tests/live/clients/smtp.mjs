// node smtp.mjs PORT: 23 commands of nodemailer: five mails over one connection, the last one refused.
import { createTransport } from 'nodemailer';

const transport = createTransport({
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  name: 'client.test',
  pool: true,
  maxConnections: 1,
  ignoreTLS: true,
  auth: { user: 'shop', pass: 'secret' },
});
const mail = (to, size) => ({ from: 'shop@orders.test', to, subject: 'An order', text: 'x'.repeat(size) });

await transport.sendMail(mail('one@customers.test', 10));
await transport.sendMail(mail(['one@customers.test', 'two@elsewhere.test'], 100));
for (const size of [20, 30]) await transport.sendMail(mail('three@customers.test', size));
await transport.sendMail(mail('nobody@customers.test', 10)).catch(({ responseCode }) => console.log(responseCode));
transport.close();
