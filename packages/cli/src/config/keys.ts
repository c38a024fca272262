import { z } from 'zod';

/** The part of a JSON Schema that a leaf of a configuration uses. */
export interface LeafSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: LeafSchema;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, LeafSchema>>;
  /** Set by `.meta({ secret: true })`: never printed. */
  readonly secret?: boolean;
}

/** One value of the configuration and its three names. */
export interface ConfigKey {
  /** `agent.spool.maxBytes`, as in the file. */
  readonly path: string;
  /** `SONDE_AGENT_SPOOL_MAX_BYTES` */
  readonly environment: string;
  /** `agent-spool-max-bytes` */
  readonly flag: string;
  readonly schema: LeafSchema;
}

/** Every leaf of an object schema, in the order of the schema. */
export function configKeys(schema: z.ZodObject): ConfigKey[] {
  return leaves(z.toJSONSchema(schema, { io: 'input' }) as LeafSchema, []);
}

function leaves(schema: LeafSchema, path: readonly string[]): ConfigKey[] {
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([name, child]) => leaves(child, [...path, name]));
  }
  const words = path.map((name) => name.replaceAll('_', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  const flag = words.join('-');
  return [{ path: path.join('.'), environment: `SONDE_${flag.replaceAll('-', '_').toUpperCase()}`, flag, schema }];
}

/** What a value has to be, in words: `whole number from 1 to 65535`. */
export function describeType(schema: LeafSchema): string {
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  const types = [schema.type ?? 'string'].flat();
  return types.map((type) => describeSingle(type, schema)).join(' or ');
}

function describeSingle(type: string, schema: LeafSchema): string {
  switch (type) {
    case 'array':
      return `list of ${describeType(schema.items ?? {})}`;
    case 'object':
      return 'objects';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `whole number${bounds(schema)}`;
    case 'number':
      return `number${bounds(schema)}`;
    case 'null':
      return 'null';
    default:
      return schema.format === 'uri' ? 'URL' : 'text';
  }
}

function bounds({ minimum, exclusiveMinimum, maximum = Infinity }: LeafSchema): string {
  const low = minimum ?? (exclusiveMinimum === undefined ? -Infinity : exclusiveMinimum + 1);
  const unbounded = maximum >= Number.MAX_SAFE_INTEGER;
  if (low <= Number.MIN_SAFE_INTEGER) return unbounded ? '' : ` up to ${maximum}`;
  return unbounded ? ` from ${low}` : ` from ${low} to ${maximum}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * The value that a text from the environment or a flag stands for; lists are separated by commas, lists of objects are JSON.
 * A text that does not fit comes back as it is, for the schema to refuse.
 */
export function parseText(text: string, schema: LeafSchema): unknown {
  const types = [schema.type ?? 'string'].flat();
  if (types.includes('array') && schema.items?.type === 'object') return parseJson(text);
  if (types.includes('array')) {
    const items = text.split(',').map((item) => item.trim());
    return items.filter((item) => item !== '').map((item) => parseText(item, schema.items ?? {}));
  }
  if (types.includes('null') && text === 'null') return null;
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  const numeric = types.includes('integer') || types.includes('number');
  return numeric && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
