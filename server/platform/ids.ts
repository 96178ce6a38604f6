/** New identifiers, as the whole box makes them. */
export { newId } from '#node/ids/new-id.ts';
