const serialize = (value) => Buffer.from(JSON.stringify(value));
const deserialize = (bytes) => JSON.parse(bytes.toString());

const method = (name, requestStream, responseStream) => ({
  path: `/shop.Orders/${name}`,
  requestStream,
  responseStream,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
});

/** The definition of shop.Orders: a method of each kind, and one that the server does not have. */
export const orders = {
  Get: method('Get', false, false),
  List: method('List', false, true),
  Import: method('Import', true, false),
  Chat: method('Chat', true, true),
};
export const unknown = { Refund: method('Refund', false, false) };
