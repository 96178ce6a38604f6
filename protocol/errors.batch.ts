/** Codes about batches, the exchange with headquarters, and the courier. */
import type { ErrorEntry } from './errors.entry.ts';

export const BATCH_ERRORS = {
  'batch/sealed': {
    status: 400,
    zh: '批次文件损坏，或不是为本总部加密的',
    en: 'The batch is damaged, or sealed for another headquarters',
    doZh: '请重新取得该文件；仍不行则由考点重新打包',
    doEn: 'Fetch the file again; if that fails, the site packs it anew',
  },
  'batch/form': {
    status: 400,
    zh: '批次文件格式不符',
    en: 'The batch is not in its form',
    doZh: '请核对考点软件版本，并让考点重新打包',
    doEn: 'Compare the versions, and have the site pack it anew',
  },
  'batch/too-large': {
    status: 413,
    zh: '批次超过上限',
    en: 'The batch is larger than is taken',
    doZh: '请让考点重新打包',
    doEn: 'Have the site pack it anew',
  },
  'batch/signature': {
    status: 400,
    zh: '批次签名无效',
    en: "The batch's signature is not valid",
    doZh: '批次已单独存放；请联系考点核实',
    doEn: 'It is put aside; ask the site about it',
  },
  'batch/other-hq': {
    status: 400,
    zh: '批次是为另一个总部打包的',
    en: 'The batch was made for another headquarters',
    doZh: '请交给对应的总部，或让考点重新打包',
    doEn: 'Take it to the headquarters meant, or have the site pack it anew',
  },
  'batch/root': {
    status: 400,
    zh: '批次内容与其哈希树不符',
    en: "The batch's events do not lead to its root",
    doZh: '批次已单独存放；请联系考点核实',
    doEn: 'It is put aside; ask the site about it',
  },
  'batch/checkpoint': {
    status: 400,
    zh: '批次中的存证点无效',
    en: 'A checkpoint in the batch is not valid',
    doZh: '批次已单独存放；请联系考点核实',
    doEn: 'It is put aside; ask the site about it',
  },
  'courier/form': {
    status: 400,
    zh: '信使文件格式不符或不完整',
    en: "The courier's file is not in its form, or not whole",
    doZh: '请重新复制该文件；仍不行则由考点重新写入',
    doEn: 'Copy the file again; if that fails, the site writes it anew',
  },
  'courier/signature': {
    status: 400,
    zh: '信使文件签名无效',
    en: "The courier's file is not signed by the box that it names",
    doZh: '请向考点核实该文件的来源',
    doEn: 'Ask the site where the file comes from',
  },
} as const satisfies Record<string, ErrorEntry>;
