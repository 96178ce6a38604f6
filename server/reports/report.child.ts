/** The process that makes one report (see report-process.ts): takes a job, writes the PDF, answers, and ends. */
import { codeOfRefusal, makeReport, makeTestPage } from './make-report.ts';
import type { ReportAnswer, ReportJob, TestPageJob } from './report-job.ts';

async function answer(job: ReportJob | TestPageJob): Promise<ReportAnswer> {
  try {
    return { t: 'made', made: await ('testPage' in job ? makeTestPage(job) : makeReport(job)) };
  } catch (error) {
    const refusal = codeOfRefusal(error);
    // What is no refusal is a fault of ours: its trace goes to the log, without the facts.
    if (refusal.code === 'report/failed') console.error(error instanceof Error ? error.stack : error);
    return { t: 'refused', ...refusal };
  }
}

process.once('message', (job: ReportJob | TestPageJob) => {
  void answer(job).then((told) => process.send?.(told, () => process.exit(0)));
});
