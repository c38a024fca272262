// node kafka.mjs PORT: 23 requests of a Kafka client, those of its group and its looks at the cluster not counted.
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';

const kafka = new Kafka({ brokers: [`127.0.0.1:${process.argv[2]}`], clientId: 'shop', logLevel: logLevel.NOTHING, retry: { retries: 0 } });
const failure = (promise) => promise.then(() => console.log('no failure'), ({ type, name }) => console.log(type ?? name));

const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic: 'parts' }], waitForLeaders: false });
await admin.createTopics({ topics: [{ topic: 'parts' }], waitForLeaders: false });
await admin.listGroups();
await admin.deleteTopics({ topics: ['parts'] });
await admin.disconnect();

const producer = kafka.producer();
await producer.connect();
for (let i = 1; i <= 8; i++) await producer.send({ topic: 'orders', messages: [{ value: 'x'.repeat(100 * i) }] });
for (let i = 0; i < 6; i++) {
  const messages = Array.from({ length: 10 }, (_, key) => ({ key: `${key}`, value: 'x' }));
  await producer.send({ topic: 'orders', messages });
}
await producer.disconnect();

// A producer of its own: one that has several topics asks for them in any order.
const stranger = kafka.producer();
await stranger.connect();
await failure(stranger.send({ topic: 'secret', messages: [{ value: 'x' }] }));
await stranger.disconnect();

const consumer = kafka.consumer({ groupId: 'billing', maxWaitTimeInMs: 500 });
await consumer.connect();
await consumer.subscribe({ topic: 'orders', fromBeginning: true });
let seen = 0;
await new Promise((resolve) => {
  consumer.run({
    autoCommit: false,
    eachMessage: async () => {
      if (++seen === 68) resolve();
    },
  });
});
await consumer.commitOffsets([{ topic: 'orders', partition: 0, offset: '14' }]);
await sleep(100);
await consumer.disconnect();
