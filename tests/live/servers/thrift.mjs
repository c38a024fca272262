// node thrift.mjs PORT binary|compact|buffered
import thrift from 'thrift';
import { options, Processor } from './warehouse.mjs';

const handler = {
  get: (id) => (id === 404 ? new Error('not here') : 'x'.repeat(id)),
  count: (name) => name.length,
  note() {},
};
thrift.createServer(Processor, handler, options[process.argv[3]]).listen(Number(process.argv[2]), '127.0.0.1');
