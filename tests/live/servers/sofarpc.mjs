// node sofarpc.mjs PORT: an RPC server of sofa-rpc-node.
import sofa from 'sofa-rpc-node';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const server = new sofa.server.RpcServer({ logger: quiet, port: Number(process.argv[2]), host: '127.0.0.1' });
server.addService(
  { interfaceName: 'com.shop.Orders', version: '1.0' },
  {
    find: async (id) => ({ id, state: 'paid' }),
    total: async (...amounts) => amounts.reduce((sum, amount) => sum + amount, 0),
    cancel: async () => {
      throw new Error('sent already');
    },
  },
);
await server.start();
