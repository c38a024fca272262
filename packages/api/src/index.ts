export * from './api-error.ts';
export * from './client.ts';
export * from './errors.ts';
export * from './imports.ts';
export * from './openapi.ts';
export * from './range.ts';
export * from './routes.ts';
export * from './schema.ts';
