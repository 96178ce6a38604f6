/** Apart from the drawing itself, so that who starts the process need not load what draws. */

/**
 * Options of Node for a process that draws. Drawing leaves much behind that dies at once; a small nursery that is swept
 * often, and a heap that does not run ahead, take nearly half off the memory and cost a quarter of the time.
 */
export const DRAWING_OPTIONS: readonly string[] = ['--max-semi-space-size=1', '--optimize-for-size'];
