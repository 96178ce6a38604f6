/** One entry of the error catalogue (errors.ts). */
export interface ErrorEntry {
  /** HTTP status; over a socket it only tells whose fault it is. */
  status: number;
  zh: string;
  en: string;
  /** What to do next. */
  doZh: string;
  doEn: string;
}
