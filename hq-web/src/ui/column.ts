/** A column of a table. `sort`: the word by which headquarters sorts it; without it the column is not sorted. */
export interface Column {
  key: string;
  label: string;
  sort?: string;
  /** Numbers stand at the right. */
  right?: boolean;
}
