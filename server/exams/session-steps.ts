/** The guided path to a session: what is done, what is missing, what to look at, in words. Facts in, words out. */
import type { Step } from '#protocol/console.ts';

export interface StepFacts {
  subjects: { code: string; name: string; candidates: number }[];
  /** People with more than one subject in the session. */
  twice: number;
  /** Papers on the box by subject code. */
  papers: ReadonlyMap<string, number>;
  /** Labels of papers that sittings use and whose seal is broken. */
  damaged: string[];
  /** The papers came from headquarters and cannot be opened yet: release codes needed and issued, 0 where there are none. */
  unreleased: { n: number; m: number } | null;
  /** Rooms of the whole site. */
  rooms: number;
  sittings: { subject: string; roomName: string; papers: number }[];
  /** Rooms whose sitting has another duration or other papers than headquarters planned. */
  unlikePlan: string[];
  /** Usable seats of the rooms that the sittings use. */
  places: number;
  people: number;
  drawn: boolean;
  /** Seats are drawn at the door. */
  atDoor: boolean;
  seated: number;
  /** Seats whose paper version or place is no longer there since the draw. */
  stale: number;
  /** Assigned seats that have a machine. */
  seatsWithMachine: number;
  /** Machines in the rooms that the sittings use. */
  machinesInRooms: number;
  chiefs: number;
  /** Names of rooms of the session without an invigilator. */
  roomsWithoutInvigilator: string[];
  clockConfirmed: boolean;
}

type Words = [state: Step['state'], zh: string, en: string];

export function sessionSteps(facts: StepFacts): Step[] {
  const step = (key: Step['key'], [state, zh, en]: Words): Step => ({ key, state, zh, en });
  return [
    step('roster', roster(facts)),
    step('papers', papers(facts)),
    step('rooms', rooms(facts)),
    step('sittings', sittings(facts)),
    step('seating', seating(facts)),
    step('machines', machines(facts)),
    step('staff', staff(facts)),
    // Only a trouble has a place here: on an ordinary day nobody confirms a clock.
    ...(facts.clockConfirmed
      ? []
      : [
          step('clock', [
            'todo',
            '断电后的时间尚未确认，请主考确认',
            'The time after the power cut is not confirmed: the chief must confirm it',
          ]),
        ]),
  ];
}

const namesZh = (names: readonly string[]) =>
  `${names.slice(0, 5).join('、')}${names.length > 5 ? ` 等 ${names.length} 个` : ''}`;
const namesEn = (names: readonly string[]) =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;

function roster({ subjects, people, twice }: StepFacts): Words {
  if (subjects.length === 0) return ['todo', '场次还没有科目', 'The session has no subject yet'];
  const empty = subjects.filter(({ candidates }) => candidates === 0).map(({ name }) => name);
  if (people === 0)
    return ['todo', '没有考生，请先导入名单', 'There are no candidates: import the roster first'];
  if (empty.length > 0)
    return ['warning', `没有考生的科目：${namesZh(empty)}`, `Subjects without candidates: ${namesEn(empty)}`];
  if (twice > 0)
    return [
      'warning',
      `有 ${twice} 名考生在本场次有两个科目`,
      `Candidates with two subjects in this session: ${twice}`,
    ];
  return [
    'done',
    `${people} 个报考，${subjects.length} 个科目`,
    `${people} entries in ${subjects.length} subjects`,
  ];
}

function papers({ subjects, papers, damaged, unreleased }: StepFacts): Words {
  if (damaged.length > 0)
    return [
      'todo',
      `密封试卷校验失败，请重新导入：${namesZh(damaged)}`,
      `Sealed papers are damaged, import them again: ${namesEn(damaged)}`,
    ];
  const without = subjects.filter(({ code }) => (papers.get(code) ?? 0) === 0).map(({ name }) => name);
  if (subjects.length === 0 || without.length > 0)
    return ['todo', `没有试卷的科目：${namesZh(without)}`, `Subjects without a paper: ${namesEn(without)}`];
  // Entry may be opened without it; the start may not.
  if (unreleased)
    return unreleased.n === 0
      ? [
          'warning',
          '试卷的开启密钥尚未取得：开考前须从总部取得',
          'The papers are not released yet: before the start the release must come from headquarters',
        ]
      : [
          'warning',
          `试卷的开启密钥尚未取得：开考前须从总部取得，或由 ${unreleased.n} 名持卡人各输入一个启封码`,
          `The papers are not released yet: before the start the release must come from headquarters, or ${unreleased.n} officers enter ${unreleased.n} release codes`,
        ];
  const count = subjects.reduce((sum, { code }) => sum + (papers.get(code) ?? 0), 0);
  return ['done', `${count} 份密封试卷`, `${count} sealed papers`];
}

function rooms({ rooms }: StepFacts): Words {
  return rooms === 0
    ? ['todo', '还没有考场，请先画出考场', 'There is no room yet: draw one first']
    : ['done', `${rooms} 个考场`, `${rooms} rooms`];
}

function sittings({ subjects, sittings, unlikePlan, people, places }: StepFacts): Words {
  if (sittings.length === 0) return ['todo', '还没有科次', 'There are no sittings yet'];
  const without = subjects
    .filter(({ code, candidates }) => candidates > 0 && !sittings.some(({ subject }) => subject === code))
    .map(({ name }) => name);
  if (without.length > 0)
    return [
      'todo',
      `没有安排考场的科目：${namesZh(without)}`,
      `Subjects without a room: ${namesEn(without)}`,
    ];
  const bare = sittings.filter(({ papers }) => papers === 0).map(({ roomName }) => roomName);
  if (bare.length > 0)
    return [
      'todo',
      `没有指定试卷的科次：${namesZh(bare)}`,
      `Sittings without a paper, in rooms: ${namesEn(bare)}`,
    ];
  if (unlikePlan.length > 0)
    return [
      'warning',
      `时长或试卷与总部的计划不同的科次：${namesZh(unlikePlan)}`,
      `Sittings whose duration or papers are not as headquarters planned, in rooms: ${namesEn(unlikePlan)}`,
    ];
  if (places < people)
    return [
      'warning',
      `座位不够：${people} 个报考，${places} 个座位`,
      `Too few seats: ${people} entries, ${places} seats`,
    ];
  return [
    'done',
    `${sittings.length} 个科次，${places} 个座位`,
    `${sittings.length} sittings, ${places} seats`,
  ];
}

function seating({ drawn, atDoor, seated, people, stale }: StepFacts): Words {
  if (atDoor && stale === 0)
    return [
      'done',
      `入场时抽机号，已抽 ${seated} / ${people}`,
      `Seats are drawn at the door: ${seated} of ${people} so far`,
    ];
  if (!drawn || seated === 0) return ['todo', '尚未编排座位', 'No seats have been assigned'];
  if (stale > 0)
    return [
      'todo',
      `编排之后卷别或平面图有改动，涉及 ${stale} 个座位，请重新编排`,
      `Paper versions or plans have changed since the draw (${stale} seats): draw again`,
    ];
  if (seated < people)
    return [
      'warning',
      `${people} 个报考中 ${people - seated} 个没有座位`,
      `${people - seated} of ${people} entries have no seat`,
    ];
  return ['done', `已编排 ${seated} 个座位`, `${seated} seats assigned`];
}

function machines({ atDoor, machinesInRooms, seated, seatsWithMachine }: StepFacts): Words {
  if (atDoor)
    return machinesInRooms === 0
      ? ['todo', '考场里还没有登记考试机', 'No machine has been enrolled in these rooms']
      : ['done', `${machinesInRooms} 台考试机可抽`, `${machinesInRooms} machines to be drawn`];
  if (seatsWithMachine === 0)
    return ['todo', '座位上还没有登记考试机', 'No machine has been enrolled on these seats'];
  if (seatsWithMachine < seated)
    return [
      'warning',
      `${seated} 个座位中 ${seated - seatsWithMachine} 个没有考试机`,
      `${seated - seatsWithMachine} of ${seated} seats have no machine`,
    ];
  return ['done', `${seatsWithMachine} 台考试机`, `${seatsWithMachine} machines`];
}

function staff({ chiefs, roomsWithoutInvigilator }: StepFacts): Words {
  if (chiefs === 0)
    return ['todo', '没有主考，无人可以开考', 'There is no chief invigilator: nobody could start the exam'];
  if (roomsWithoutInvigilator.length > 0)
    return [
      'warning',
      `没有监考员的考场：${namesZh(roomsWithoutInvigilator)}`,
      `Rooms without an invigilator: ${namesEn(roomsWithoutInvigilator)}`,
    ];
  return ['done', '主考和各考场监考员已安排', 'Chief and invigilators are assigned'];
}
