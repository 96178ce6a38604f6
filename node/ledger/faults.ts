/**
 * What a verification may find: codes with words for people. docs/ledger.md lists the same codes. A list of faults is
 * bounded: damage in one place may show in thousands.
 */
export const LEDGER_FAULTS = {
  'ledger/missing': { zh: '找不到数据库', en: 'There is no database in this folder' },
  'ledger/unreadable': { zh: '数据库无法读取', en: 'The database cannot be read' },
  'ledger/newer': { zh: '数据来自更新的版本', en: 'The data is from a newer version' },
  'ledger/older': {
    zh: '数据来自较早的版本，请先启动一次服务器',
    en: 'The data is from an earlier version: start the server on it once',
  },
  'ledger/diverged': {
    zh: '数据库结构与本版本不符',
    en: "The database's history differs from this version's",
  },
  'ledger/structure': { zh: '数据库文件结构损坏', en: "The database file's structure is damaged" },
  'ledger/schema': { zh: '表结构被改动', en: 'A table or index is not as this version makes it' },
  'event/missing': { zh: '事件缺失', en: 'An event is missing' },
  'event/encoding': { zh: '事件不是有效的 UTF-8 文本', en: 'An event is not UTF-8 text' },
  'event/form': { zh: '事件不是规范的 JSON', en: 'An event is not canonical JSON' },
  'event/envelope': { zh: '事件封套有误', en: "An event's envelope is wrong" },
  'event/kind': { zh: '事件类型不符', en: "An event's kind is unknown or differs from its row" },
  'event/body': { zh: '事件内容不符合格式', en: "An event's body does not have its shape" },
  'event/previous': {
    zh: '作答事件链接不符',
    en: "The link to the attempt's event before is wrong",
  },
  'event/contradiction': { zh: '事件与此前账目矛盾', en: 'An event contradicts those before it' },
  'purge/kind': {
    zh: '不允许清除的事件缺少内容',
    en: 'An event of a kind that is never deleted has lost its content',
  },
  'purge/unnamed': {
    zh: '事件内容缺失，且没有相应的清除记录',
    en: "An event's content is gone, and no recorded deletion names its attempt",
  },
  'purge/count': {
    zh: '清除记录与缺失的事件数不符',
    en: 'A recorded deletion names another number of events than have lost their content',
  },
  'tile/differs': { zh: '哈希块与事件不符', en: 'A stored tile differs from the events' },
  'tile/missing': { zh: '缺少哈希块', en: 'A tile is missing' },
  'tile/surplus': { zh: '有多余的哈希块', en: 'There is a tile that no events make' },
  'checkpoint/form': { zh: '存证点格式有误', en: 'A checkpoint is not in the right form' },
  'checkpoint/size': { zh: '存证点的大小不符', en: "A checkpoint's size is wrong or beyond the ledger" },
  'checkpoint/time': { zh: '存证点的时间不符', en: "A checkpoint's time is not that of its last event" },
  'checkpoint/origin': { zh: '存证点来源不符', en: "A checkpoint's origin is not this box's" },
  'checkpoint/root': { zh: '存证点与事件不符', en: "A checkpoint's root differs from the events" },
  'checkpoint/signature': { zh: '存证点签名无效', en: "A checkpoint's signature is not the box's" },
  'key/unknown': {
    zh: '没有可用于核对签名的服务器公钥',
    en: 'No box key is known to check a signature with',
  },
  'key/changed': {
    zh: '账本中服务器身份或密钥改变',
    en: "The box's identity or key changes within the ledger",
  },
  'key/folder': { zh: '密钥目录与账本不符', en: "The keys folder's key is not the ledger's" },
  'stream/unknown': { zh: '作答流未登记', en: 'A stream was never opened' },
  'stream/epoch': { zh: '换机序号不连续', en: "An attempt's epochs are not 1, 2, 3 …" },
  'stream/machine': { zh: '考试机未登记', en: 'A machine was never enrolled' },
  'stream/attempt': { zh: '作答流不属于该作答', en: "A stream is not of the event's attempt" },
  'stream/rev': { zh: '修订序号不连续', en: 'A revision is missing or doubled' },
  'stream/chain': { zh: '修订链断裂', en: 'A revision does not continue the chain of hashes' },
  'stream/kept': { zh: '冲突记录与链不符', en: 'A recorded conflict names another hash than the chain has' },
  'head/differs': { zh: '签名的链头与修订链不符', en: 'A signed head is not in the chain' },
  'head/signature': { zh: '链头签名无效', en: "A head's signature is not the machine's" },
  'submission/head': { zh: '交卷的链头与修订链不符', en: "A submission's head is not in the chain" },
  'submission/signature': { zh: '交卷签名无效', en: "A submission's signature is not the machine's" },
  'receipt/subject': { zh: '回执与交卷不符', en: 'A receipt is of another attempt or box' },
  'receipt/streams': { zh: '回执列出的作答流不符', en: "A receipt's streams are not those of the ledger" },
  'receipt/digest': {
    zh: '回执摘要与作答不符',
    en: "A receipt's digest is not that of the answers",
  },
  'receipt/code': { zh: '回执码与作答不符', en: "A receipt's short code is not that of its answers" },
  'receipt/counts': {
    zh: '回执上的题数或修订数不符',
    en: "A receipt's numbers of answered items or revisions are wrong",
  },
  'receipt/signature': { zh: '回执签名无效', en: "A receipt's signature is not the box's" },
  'projection/differs': {
    zh: '数据表与账本重建的结果不符',
    en: 'A table differs from what the ledger adds up to',
  },
  'projection/stopped': {
    zh: '因账目矛盾，数据表未能比较',
    en: 'Tables were not compared, for events contradict each other',
  },
  'export/target': { zh: '导出目录不可用', en: 'The folder to export to is not empty or cannot be written' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type LedgerFaultCode = keyof typeof LEDGER_FAULTS;

export interface LedgerFault {
  code: LedgerFaultCode;
  /** What exactly, for the log; in English, without answers. */
  detail: string;
  /** The event concerned. */
  seq?: number;
}

/** Nothing can be verified at all: no database, not a database, another version's. */
export class LedgerUnreadable extends Error {
  readonly fault: LedgerFault;

  constructor(code: LedgerFaultCode, detail: string, cause?: unknown) {
    super(`${code}: ${detail}`, { cause });
    this.fault = { code, detail };
  }
}

/** Faults kept of each code; the rest are counted. */
const KEPT_EACH = 20;

export class FaultList {
  readonly kept: LedgerFault[] = [];
  readonly #counts = new Map<LedgerFaultCode, number>();

  add(code: LedgerFaultCode, detail: string, seq?: number): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count <= KEPT_EACH) this.kept.push(seq === undefined ? { code, detail } : { code, detail, seq });
  }

  /** Forgets everything, to begin again. */
  clear(): void {
    this.kept.length = 0;
    this.#counts.clear();
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}
