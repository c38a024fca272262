import { z } from 'zod';
import { meta } from './schema.ts';

const reasons = z.array(z.object({ reason: z.string(), count: z.number() }));

/** Messages of Datadog agents since the server started; the range plays no part. */
export const importsResponse = z.object({
  meta,
  imports: z.object({
    stored: z.number(),
    repeated: z.number(),
    /** Messages of kinds that are not used. */
    ignored: z.number(),
    /** Messages refused, by error code. */
    refused: reasons,
    /** Parts of stored messages that could not be read. */
    unread: reasons,
  }),
});
