/** The event contradicts what the ledger says already: it is refused, nothing of it is kept. */
export class ProjectionError extends Error {}
