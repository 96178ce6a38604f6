/**
 * Everything that seating can refuse or complain about: one code, words in both languages, what to do.
 *
 * A warning is what a person should see while drawing a room, yet nothing breaks if it stays.
 */
export interface SeatingFault {
  severity: 'error' | 'warning';
  zh: string;
  en: string;
  /** What to do about it. */
  doZh: string;
  doEn: string;
}

export const SEATING_FAULTS = {
  // floor plan
  'seating/bad-size': {
    severity: 'error',
    zh: '考场的行数或列数不对',
    en: 'The number of rows or columns of the room is not valid',
    doZh: '行数和列数都填 1 到 60 的整数',
    doEn: 'Enter whole numbers from 1 to 60 for rows and columns',
  },
  'seating/bad-cells': {
    severity: 'error',
    zh: '平面图的格子数与行列数不符',
    en: 'The floor plan does not have one cell for each row and column',
    doZh: '重新打开该考场的平面图，或按行列数重新绘制',
    doEn: 'Open the floor plan again, or draw it anew with its rows and columns',
  },
  'seating/unknown-cell-kind': {
    severity: 'error',
    zh: '平面图里有不认识的格子类型',
    en: 'The floor plan has a cell of an unknown kind',
    doZh: '把该格改成座位、过道、空缺、损坏或备用之一',
    doEn: 'Make the cell a seat, an aisle, missing, broken or spare',
  },
  'seating/unknown-front': {
    severity: 'error',
    zh: '没有说明讲台在哪一边',
    en: 'The side of the lectern is not known',
    doZh: '选择讲台在上、下、左或右',
    doEn: 'Choose top, bottom, left or right for the lectern',
  },
  'seating/bad-door': {
    severity: 'error',
    zh: '门不在考场的边上',
    en: 'The door is not at an edge of the room',
    doZh: '点最外一圈的格子来放门',
    doEn: 'Place the door by clicking a cell of the outermost ring',
  },
  'seating/door-needed': {
    severity: 'error',
    zh: '从门口编号，但平面图上没有门',
    en: 'Seats are numbered from the door, but the plan has no door',
    doZh: '在平面图上放门，或换一种编号方式',
    doEn: 'Place the door, or choose another way of numbering',
  },
  'seating/unknown-scheme': {
    severity: 'error',
    zh: '不认识的编号方式',
    en: 'Unknown way of numbering',
    doZh: '选择横排、横排蛇形、竖列、竖列蛇形或从门口编号',
    doEn: 'Choose rows, rows in a serpentine, columns, columns in a serpentine, or from the door',
  },
  'seating/bad-numbering': {
    severity: 'error',
    zh: '起始号或号码位数不对',
    en: 'The first number or the number of digits is not valid',
    doZh: '起始号填 0 到 9999 的整数，位数填 1 到 6',
    doEn: 'Enter a first number from 0 to 9999 and 1 to 6 digits',
  },
  'seating/override-off-seat': {
    severity: 'error',
    zh: '给没有座位的格子写了座位号',
    en: 'A seat label belongs to a cell without a seat',
    doZh: '删掉这个座位号，或把该格改成座位',
    doEn: 'Remove the label, or make the cell a seat',
  },
  'seating/bad-label': {
    severity: 'error',
    zh: '座位号写法不对',
    en: 'A seat label is not valid',
    doZh: '座位号用 1 到 16 个字母、汉字、数字或连字符，不含空格',
    doEn: 'Use 1 to 16 letters, digits or hyphens, without spaces',
  },
  'seating/duplicate-label': {
    severity: 'error',
    zh: '两个座位用了同一个座位号',
    en: 'Two seats have the same label',
    doZh: '改掉其中一个座位号',
    doEn: 'Change one of the two labels',
  },
  'seating/no-usable-seat': {
    severity: 'warning',
    zh: '考场里没有可用的座位',
    en: 'The room has no usable seat',
    doZh: '至少画一个座位',
    doEn: 'Draw at least one seat',
  },
  'seating/cell-off-plan': {
    severity: 'error',
    zh: '所指的位置不在平面图上',
    en: 'The position is outside the floor plan',
    doZh: '重新打开平面图再点一次',
    doEn: 'Open the floor plan again and click once more',
  },
  'seating/last-line': {
    severity: 'error',
    zh: '最后一行或最后一列不能删除',
    en: 'The last row or column cannot be removed',
    doZh: '不需要这个考场时，请删除整个考场',
    doEn: 'Delete the room itself if it is not needed',
  },
  // seating of people
  'seating/bad-mode': {
    severity: 'error',
    zh: '不认识的编排方式',
    en: 'Unknown way of seating',
    doZh: '选择顺序、随机或抽机号',
    doEn: 'Choose in order, random or drawn on entry',
  },
  'seating/bad-seed': {
    severity: 'error',
    zh: '随机种子不对',
    en: 'The seed is not valid',
    doZh: '种子用 1 到 128 个字符，不含控制字符',
    doEn: 'Use 1 to 128 characters without control characters',
  },
  'seating/bad-versions': {
    severity: 'error',
    zh: '试卷卷别缺少、空白、过长或重复',
    en: 'Paper versions are absent, blank, too long or repeated',
    doZh: '每科至少给出一个卷别，各不相同，不超过 8 个字符，例如 A、B',
    doEn: 'Give at least one version for each subject, all different, of at most 8 characters, such as A and B',
  },
  'seating/bad-room': {
    severity: 'error',
    zh: '考场编号空白、含控制字符或重复',
    en: 'A room identifier is blank, repeated or has control characters',
    doZh: '每个考场用不同的编号',
    doEn: 'Give every room an identifier of its own',
  },
  'seating/bad-capacity': {
    severity: 'error',
    zh: '考场容量不对',
    en: 'The capacity of a room is not valid',
    doZh: '容量填 0 或正整数，或留空',
    doEn: 'Enter 0 or a positive whole number, or leave it empty',
  },
  'seating/bad-person': {
    severity: 'error',
    zh: '报考记录缺少编号或科目，或含控制字符',
    en: 'An entry lacks its identifier or subject, or has control characters',
    doZh: '在名册里补全这条记录',
    doEn: 'Complete the entry in the roster',
  },
  'seating/duplicate-entry': {
    severity: 'error',
    zh: '同一条报考记录出现了两次',
    en: 'The same entry occurs twice',
    doZh: '从名册中去掉重复的一条',
    doEn: 'Remove the repeated entry from the roster',
  },
  'seating/unknown-seat': {
    severity: 'error',
    zh: '考场里没有这个座位',
    en: 'The room has no such seat',
    doZh: '核对座位号；平面图改过时请重新编排',
    doEn: 'Check the seat label; seat anew if the floor plan has changed',
  },
  'seating/no-free-seat': {
    severity: 'error',
    zh: '考场里没有空座位可抽了',
    en: 'No seat is left to draw in the room',
    doZh: '由主考启用备用座位，或安排到别的考场',
    doEn: 'Let the chief invigilator open a spare seat, or send the candidate to another room',
  },
  'seating/drawn-already': {
    severity: 'error',
    zh: '该考生已经抽过座位',
    en: 'The candidate has drawn a seat already',
    doZh: '使用已抽到的座位；确需更换时办理换机',
    doEn: 'Use the seat drawn; a machine change moves the candidate',
  },
} as const satisfies Record<string, SeatingFault>;

export type SeatingFaultCode = keyof typeof SEATING_FAULTS;

/** Where the trouble is; only what is known is set. Rows and columns count from 0 as in the plan. */
export interface SeatingFaultPlace {
  room?: string;
  row?: number;
  column?: number;
  label?: string;
  entry?: string;
  subject?: string;
}

export class SeatingError extends Error {
  readonly code: SeatingFaultCode;
  readonly place: SeatingFaultPlace;

  constructor(code: SeatingFaultCode, place: SeatingFaultPlace = {}) {
    super(`${code}: ${SEATING_FAULTS[code].en}`);
    this.name = 'SeatingError';
    this.code = code;
    this.place = place;
  }
}
