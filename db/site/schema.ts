/** The site database: which table is which. Every table is in exactly one of the three lists (a test compares with the live schema). */
import * as ledger from './schema.ledger.ts';
import * as local from './schema.local.ts';
import * as projections from './schema.projections.ts';

export * from './schema.ledger.ts';
export * from './schema.local.ts';
export * from './schema.projections.ts';

export const LEDGER_TABLES = ledger;
export const LOCAL_TABLES = local;
export const PROJECTION_TABLES = projections;
