/** Codes about deleting data when its time has come (retention), on the box. */
import type { ErrorEntry } from './errors.entry.ts';

export const PURGE_ERRORS = {
  'purge/no-headquarters': {
    status: 409,
    zh: '本考点尚未连接总部，不能清除数据',
    en: 'This site is not connected to a headquarters: nothing may be deleted',
    doZh: '请先连接总部并完成上传；没有总部的回执，任何数据都不会清除',
    doEn: 'Connect to headquarters and send everything first; without its receipt nothing is ever deleted',
  },
  'purge/running': {
    status: 409,
    zh: '还有科次或作答没有结束',
    en: 'A sitting or an attempt is not over',
    doZh: '请等本服务器上所有科次结束、所有作答交卷或到时后再试',
    doEn: 'Wait until every sitting on this box has ended and every attempt is handed in or timed up',
  },
  'purge/not-acknowledged': {
    status: 409,
    zh: '总部尚未确认收到本场次的全部数据',
    en: 'Headquarters has not confirmed all data of this session',
    doZh: '请在“总部”页面查看上传进度，或用 U 盘传送并取回回执',
    doEn: 'See the page Headquarters, or carry the data by stick and bring back the receipts',
  },
  'purge/too-early': {
    status: 409,
    zh: '保存期限未满',
    en: 'The time of keeping is not over',
    doZh: '请在页面所示日期之后再清除',
    doEn: 'Come back after the day shown on the page',
  },
  'purge/asked-already': {
    status: 409,
    zh: '本场次已有人申请清除',
    en: 'Somebody has asked for this deletion already',
    doZh: '请由另一人确认',
    doEn: 'Let another person confirm it',
  },
  'purge/none-asked': {
    status: 409,
    zh: '没有待确认的清除申请',
    en: 'No deletion was asked for',
    doZh: '请先由一人说明理由提出申请',
    doEn: 'One person asks first, with a reason',
  },
  'purge/same-person': {
    status: 403,
    zh: '申请和确认须由两人完成',
    en: 'The one who asked cannot confirm',
    doZh: '请由另一位主考或考点管理员登录后确认',
    doEn: 'Let another chief invigilator or administrator sign in and confirm',
  },
  'purge/nothing-left': {
    status: 409,
    zh: '本场次没有可清除的数据',
    en: 'Nothing of this session is left to delete',
    doZh: '无需操作',
    doEn: 'Nothing to do',
  },
  'purge/answers-gone': {
    status: 410,
    zh: '该考生的作答已按保存期限清除',
    en: 'The answers of this candidate were deleted when their time of keeping was over',
    doZh: '请向总部调取；证据报告仍可制作',
    doEn: 'Ask headquarters for them; the evidence report can still be made',
  },
} as const satisfies Record<string, ErrorEntry>;
