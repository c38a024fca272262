import { createClient } from '@sonde/api';

/** The API of the server the pages came from. */
export const client = createClient();
