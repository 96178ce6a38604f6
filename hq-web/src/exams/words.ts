import type { Answer } from '../api/call.ts';

export type ExamDetail = Answer<'GET /api/v1/officer/exams/:exam'>;
export type SessionRow = ExamDetail['sessions'][number];
export type PaperRow = ExamDetail['papers'][number];
