/**
 * The client, as the server serves it beside this page: browsers resolve no bare names, so its place is named here, and its types are
 * those of the package.
 */
import type * as clientPackage from '@attune/client';

const place = '../client/index.js';

export const { createClient, AttuneApiError } = (await import(place)) as typeof clientPackage;
