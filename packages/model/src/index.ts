export * from './brand.ts';
export * from './connection.ts';
export * from './dns.ts';
export * from './exchange.ts';
export * from './histogram.ts';
export * from './protocol.ts';
export * from './semconv.ts';
export * from './time.ts';
