/** A question of a spreadsheet, understood; what it becomes in QTI is written in sheet-items.ts. */
export type SheetQuestion = {
  /** Line in the sheet, for problems. */
  line: number;
  section: string;
  text: string;
  points: number;
} & (
  | { type: 'single' | 'multiple'; options: string[]; correct: number[] }
  | { type: 'true-false'; correct: boolean }
  /** For each blank what is accepted; none for a blank that people mark. */
  | { type: 'text'; blanks: string[][] }
  | { type: 'essay' }
);

export type SheetType = SheetQuestion['type'];

/** Where a question has blanks inside its text. */
export const BLANK = /[_＿]{2,}|（\s{2,}）|\(\s{2,}\)/;
