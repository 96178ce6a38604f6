/**
 * Where the stories begin: headquarters with an exam, a roster, a sealed paper and a session with release codes 2 of 3; a site
 * that was enrolled over its line; the cards in the officers' hands.
 */
import type { Test } from 'tap';
import { TestTime as HqTime, startTestHq, type TestHq, type TestOfficer } from '#hq/test/harness.ts';
import { addExam, addPaper, addRoster, ID_NUMBERS, list, sessionBody } from '#hq/test/preparation.testing.ts';
import { readPdf } from '#node/pdf/read-pdf.testing.ts';
import { TestTime } from '#server/test/box.testing.ts';
import { Line } from './line.testing.ts';
import { openSite, type Person, type StorySite } from './site.testing.ts';

export const SITE = '5401-001';
const MINUTE = 60_000;
const GROUP = /^[0-9A-HJKMNP-TV-Z]{5}$/;

export interface Story {
  hq: TestHq;
  director: TestOfficer;
  line: Line;
  site: StorySite;
  time: { pass(ms: number): void };
  box: TestTime;
  exam: string;
  session: string;
  paper: string;
  /** What stands on the three cards. */
  codes: string[];
  administrator: Person;
  chief: Person;
  technician: Person;
}

export interface StoryOptions {
  /** Shared with further replicas. */
  database?: Parameters<typeof startTestHq>[1] extends infer O
    ? O extends { database?: infer D }
      ? D
      : never
    : never;
  /** Minutes until the planned start. */
  startsIn?: number;
}

export async function prepareStory(t: Test, { database, startsIn = 120 }: StoryOptions = {}): Promise<Story> {
  const hqTime = new HqTime();
  const hq = await startTestHq(t, { time: hqTime, ...(database ? { database } : {}) });
  const url = await hq.hq.listen();
  const line = await Line.open(t, Number(new URL(url).port));
  const director = await hq.officer('director');
  await director.call(
    'POST /api/v1/officer/sites',
    {},
    { body: { site: SITE, name: '拉萨第一考点', region: '西藏' } },
  );
  const exam = await addExam(director);
  const roster = [
    `26070001,买买提·艾力,${ID_NUMBERS[0]},yw,语文,一中`,
    `26070002,欧阳雨桐,${ID_NUMBERS[1]},yw,语文,二中`,
  ];
  await addRoster(director, exam, SITE, list(...roster));
  const paper = await addPaper(director, exam, 'yw');
  const plannedStart = hqTime.wall() + startsIn * MINUTE;
  const body = sessionBody(hq, paper, { plannedStart });
  const { session } = await director.call('POST /api/v1/officer/exams/:exam/sessions', { exam }, { body });

  const box = new TestTime();
  const folder = t.testdir({ site: {} });
  const site = await openSite(t, `${folder}/site`, box);
  const administrator = await site.person('administrator', '达娃');
  const chief = await site.person('chief', '央金');
  const technician = await site.person('technician', '次仁');
  const { code } = await director.call('POST /api/v1/officer/sites/:site/enrolment-code', { site: SITE });
  await site.call(technician, 'POST /api/v1/console/hq', {}, { url: line.url, code });
  await director.call(
    'POST /api/v1/officer/exams/:exam/packages',
    { exam },
    { body: { kind: 'full', sites: 'all' } },
  );
  const cards = await director.raw(
    'POST /api/v1/officer/sessions/:session/codes',
    { session },
    { body: { renew: false } },
  );
  const groups = (await readPdf(new Uint8Array(cards.rawPayload)))
    .flatMap(({ runs }) => runs.map(({ text }) => text.trim()))
    .filter((text) => GROUP.test(text));
  const codes = [0, 1, 2].map((i) => groups.slice(i * 16, i * 16 + 16).join(' '));
  return {
    hq,
    director,
    line,
    site,
    box,
    time: {
      pass(ms) {
        box.pass(ms);
        hqTime.now += ms;
      },
    },
    exam,
    session,
    paper,
    codes,
    administrator,
    chief,
    technician,
  };
}

/** One exchange from its beginning: where one is under way, the one after it. */
export async function exchange({ site }: Story): Promise<void> {
  const { service } = site.app.services.sync;
  await service.exchange();
  await service.exchange();
}

/** The site takes the package that headquarters published, over the line. */
export async function takePackage(story: Story): Promise<void> {
  const { site, administrator, exam } = story;
  await exchange(story);
  const { fault } = await site.call(administrator, 'GET /api/v1/console/hq');
  if (fault) throw new Error(`the exchange failed: ${JSON.stringify(fault)}`);
  const { offers } = await site.call(administrator, 'GET /api/v1/console/packages');
  const offer = offers.find((one) => one.exam === exam);
  if (!offer) throw new Error('nothing is offered');
  const { token } = await site.call(
    administrator,
    'POST /api/v1/console/packages/fetch',
    {},
    { package: offer.package },
  );
  await site.call(administrator, 'POST /api/v1/console/packages/confirm', {}, { token });
}

/** A room of two seats, the sitting, the seating, entry open. Answers the room. */
export async function seatEverybody({ site, administrator, chief, session, paper }: Story): Promise<string> {
  const { room } = await site.call(
    administrator,
    'POST /api/v1/console/rooms',
    {},
    {
      name: '第一考场',
      plan: {
        rows: 1,
        columns: 2,
        front: 'top',
        door: null,
        cells: ['seat', 'seat'],
        numbering: { scheme: 'row', start: 1, width: 2 },
      },
    },
  );
  const papers = [{ version: 'A', paper }];
  const sittings = [{ subject: 'yw', room, papers, durationMs: 7_200_000 }];
  await site.call(administrator, 'PUT /api/v1/console/sessions/:session/sittings', { session }, { sittings });
  await site.call(
    administrator,
    'POST /api/v1/console/sessions/:session/seating',
    { session },
    {
      mode: 'order',
      keepApart: { schools: false, versions: false },
    },
  );
  await site.call(chief, 'POST /api/v1/console/sessions/:session/open-entry', { session });
  return room;
}
