// node mongo.mjs PORT: 23 commands of a MongoDB client.
import { MongoClient } from 'mongodb';

const url = `mongodb://127.0.0.1:${process.argv[2]}/?directConnection=true&maxPoolSize=1&heartbeatFrequencyMS=60000`;
const client = await new MongoClient(url).connect();
const shop = client.db('shop');
const orders = shop.collection('orders');
const failure = (promise) => promise.then(() => console.log('no failure'), ({ code }) => console.log(code));

for (const _id of [1, 22, 333]) await orders.insertOne({ _id, state: 'paid', note: 'x'.repeat(_id) });
await orders.insertMany(Array.from({ length: 20 }, (_, i) => ({ _id: i, note: 'x'.repeat(100) })));
for (const _id of [1, 22, 333, 4444]) await orders.findOne({ _id });
console.log((await orders.find({ state: 'paid' }, { limit: 3, batchSize: 2 }).toArray()).length);
await orders.updateOne({ _id: 1 }, { $set: { state: 'sent' } });
await orders.updateMany({ state: 'paid' }, { $set: { state: 'sent' } });
await orders.findOneAndUpdate({ _id: 1 }, { $set: { state: 'lost' } });
await orders.deleteOne({ _id: 1 });
await orders.distinct('state');
await orders.aggregate([{ $group: { _id: '$state' } }]).toArray();
await orders.countDocuments({ state: 'paid' });
await shop.listCollections().toArray();
await shop.command({ ping: 1 });
await failure(orders.insertOne({ _id: 'again' }));
await failure(shop.collection('forbidden').insertOne({ _id: 1 }));
await failure(shop.command({ noSuchCommand: 1 }));
await orders.createIndex({ state: 1 });
await client.close();
