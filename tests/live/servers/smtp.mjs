// node smtp.mjs PORT: takes any mail but for nobody@, from those who know the password, where they log in.
import { SMTPServer } from 'smtp-server';

const refused = Object.assign(new Error('no such mailbox'), { responseCode: 550 });
new SMTPServer({
  authOptional: true,
  allowInsecureAuth: true,
  disabledCommands: ['STARTTLS'],
  onAuth: ({ username, password }, _, done) =>
    done(password === 'secret' ? null : Object.assign(new Error('wrong'), { responseCode: 535 }), { user: username }),
  onRcptTo: ({ address }, _, done) => done(address.startsWith('nobody@') ? refused : null),
  onData(stream, _, done) {
    stream.on('end', () => done()).resume();
  },
}).listen(Number(process.argv[2]), '127.0.0.1');
