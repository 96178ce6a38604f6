/** Codes about what a site asks of headquarters. */
import type { ErrorEntry } from './errors.entry.ts';

export const REQUEST_ERRORS = {
  'request/asked-already': {
    status: 409,
    zh: '已经为该考生申请过重考',
    en: 'A re-sit was asked for already',
    doZh: '请在“申请”页查看答复',
    doEn: 'Look at the answer on the page Requests',
  },
  'request/not-over': {
    status: 409,
    zh: '该考生的作答还没有结束',
    en: 'The attempt is not over yet',
    doZh: '请先交卷或结束考试；设备故障请用换机',
    doEn: 'Hand in or end the sitting first; for a broken PC, change the machine',
  },
  'request/not-absent': {
    status: 409,
    zh: '该考生没有被记为缺考',
    en: 'This candidate is not recorded as absent',
    doZh: '请先关闭入场，或选择其已结束的作答',
    doEn: 'Close entry first, or choose the attempt that is over',
  },
  'request/entry': {
    status: 400,
    zh: '考生信息有误',
    en: 'The candidate’s data are not right',
    doZh: '请按提示逐项更正',
    doEn: 'Correct what is named',
  },
  'request/unchanged': {
    status: 409,
    zh: '与名单中的信息完全相同',
    en: 'This is what the roster says already',
    doZh: '请填写需要更正的内容',
    doEn: 'Enter what is to be corrected',
  },
  'request/id-taken': {
    status: 409,
    zh: '该证件号属于名单中的另一名考生',
    en: 'This ID number belongs to somebody else on the roster',
    doZh: '请核对证件',
    doEn: 'Check the document',
  },
  'request/ticket-taken': {
    status: 409,
    zh: '该准考证号属于名单中的另一名考生',
    en: 'This ticket number belongs to somebody else on the roster',
    doZh: '请核对准考证号',
    doEn: 'Check the ticket number',
  },
  'request/text': {
    status: 400,
    zh: '请写明要改什么',
    en: 'What is to be changed must be said',
    doZh: '请写一两句说明',
    doEn: 'Write a sentence or two',
  },
  'request/decided': {
    status: 409,
    zh: '该申请已有答复',
    en: 'The request has its answer already',
    doZh: '请刷新列表',
    doEn: 'Reload the list',
  },
  'request/own': {
    status: 403,
    zh: '不能批准自己提出的申请',
    en: 'Nobody decides a request of one’s own',
    doZh: '请由另一位主考答复',
    doEn: 'Another chief invigilator decides it',
  },
  'request/above': {
    status: 403,
    zh: '重考须由总部批准',
    en: 'A re-sit is granted by headquarters',
    doZh: '请等待总部答复；可在“总部”页立即交换',
    doEn: 'Wait for the answer; an exchange can be started on the page Headquarters',
  },
  'request/decision': {
    status: 400,
    zh: '答复不是总部签署的，或不属于本考点',
    en: 'The decision is not signed by headquarters, or not for this site',
    doZh: '请联系总部；申请仍未答复',
    doEn: 'Ask headquarters; the request stays open',
  },
} as const satisfies Record<string, ErrorEntry>;
