/**
 * Words of the page for checking papers, apart from the other messages: those come in one module with the kiosk's first
 * load, which must not grow by a page that no candidate opens.
 */
import { getLocale } from '../paraglide/runtime.js';

type Words = readonly [zh: string, en: string];

export const WORDS = {
  title: ['核验文件', 'Check a paper'],
  words: [
    '扫描纸面上的二维码，或选择 PDF 文件，即可核验它是否由本考点出具。任何人都可以核验。',
    'Scan the QR code on the paper, or choose the PDF, to see whether this site issued it. Anyone may check.',
  ],
  genuine: ['真实', 'Genuine'],
  changed: ['已被改动', 'Changed'],
  unknown: ['无法确认', 'Unknown'],
  file: ['文件与本考点出具的完全一致', 'The file is, to the byte, what this site issued'],
  fileOffline: [
    '文件带有本考点的有效签名，签名之后未被改动',
    'The file bears a valid signature of this site and was not changed since',
  ],
  mark: ['二维码由本考点签发，并有出具记录', 'This site signed the QR code and has a record of the paper'],
  markOffline: ['二维码由本考点的服务器签发', "This site's server signed the QR code"],
  compare: [
    '二维码可以被复印到别的纸上：请逐项核对纸面，或核验 PDF 文件',
    'A QR code can be copied onto another paper: compare the paper line by line, or check the PDF',
  ],
  mustSay: ['纸面上应写明', 'The paper must say'],
  original: ['本考点出具的原件', 'The original that this site issued'],
  kind: ['文件', 'Paper'],
  site: ['考点', 'Site'],
  copy: ['份号', 'Copy'],
  made: ['出具时间', 'Made at'],
  pages: ['页数', 'Pages'],
  requester: ['申请人', 'Asked for by'],
  number: ['编号', 'Number'],
  choose: ['选择 PDF 文件', 'Choose a PDF'],
  drop: ['也可以把文件拖到页面上', 'Or drop the file anywhere on this page'],
  sent: ['文件只在本考点的服务器上核验，不会保留', "The file is checked on this site's server and not kept"],
  stays: ['文件只在本设备上核验，不会发送到任何地方', 'The file is checked on this device and sent nowhere'],
  text: ['二维码内容或回执码', 'Text of the QR code, or a receipt code'],
  textOffline: ['二维码内容', 'Text of the QR code'],
  offlineNote: [
    '本页保存于 {time}，不连接服务器：只能核验签名，查不到出具记录，也不知道此后发生的事；交卷回执须在考点网络内核验',
    "This page was saved at {time} and asks no server: it checks signatures, has no record of what was issued, and cannot know what happened later. Receipts are checked in the site's network.",
  ],
  save: ['保存离线核验页', 'Save a page for checking offline'],
  saveWords: [
    '一个网页文件，离开考点网络后也能核验文件的签名',
    "One web page as a file: it checks signatures outside the site's network too",
  ],
  tooLarge: ['文件太大', 'The file is too large'],
  tooLargeDo: ['请选择不超过 64 MB 的 PDF 文件', 'Choose a PDF of at most 64 MB'],
  noPdf: ['这个文件不是 PDF', 'This file is no PDF'],
  noPdfDo: ['请选择考点出具的 PDF 文件', 'Choose the PDF that the site issued'],
  notMark: ['这不是考点文件的二维码', 'This is not the QR code of a paper'],
  notMarkDo: [
    '请重新扫描纸面上的二维码，或核验 PDF 文件',
    'Scan the QR code on the paper again, or check the PDF',
  ],
} as const satisfies Record<string, Words>;

/** In the language of the screen; whatever shows it shows it anew when the language changes. */
export function say(key: keyof typeof WORDS, values: Record<string, string> = {}): string {
  const [zh, en] = WORDS[key];
  return (getLocale() === 'en' ? en : zh).replace(/\{([a-z]+)\}/g, (_, name: string) => values[name] ?? '');
}
