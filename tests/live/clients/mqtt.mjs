// node mqtt.mjs PORT: 23 operations in MQTT 5 and 3.1.1: publish at each quality of service, subscribe, deliver.
import { once } from 'node:events';
import mqtt from 'mqtt';

const url = `mqtt://127.0.0.1:${process.argv[2]}`;
const publisher = await mqtt.connectAsync(url, { protocolVersion: 5, clientId: 'publisher' });
const subscriber = await mqtt.connectAsync(url, { protocolVersion: 4, clientId: 'subscriber' });

let seen = 0;
subscriber.on('message', () => ++seen === 6 && subscriber.emit('enough'));
await subscriber.subscribeAsync('shop/+/state', { qos: 2 });
const enough = once(subscriber, 'enough');
for (const qos of [0, 1, 2]) {
  for (const id of [1, 22]) await publisher.publishAsync(`shop/${id}/state`, 'x'.repeat(id), { qos });
}
await enough;
for (const qos of [0, 0, 0, 1, 2]) await publisher.publishAsync('unheard', 'x', { qos });
await subscriber.unsubscribeAsync('shop/+/state');
await subscriber.endAsync();
await publisher.endAsync();
