/**
 * Header names that registries, schools and spreadsheets use for the fields of a roster, in the form that `headerKey` gives them
 * (NFKC, lower case, without blanks and punctuation).
 *   strong: means this field and nothing else
 *   weak:   may mean this field; taken where no column claims the field strongly
 *   pattern: a part of a longer header that points to the field; never where `not` matches
 */
import type { RosterField } from './table.ts';

export type HeaderNames = {
  readonly strong: readonly string[];
  readonly weak: readonly string[];
  readonly pattern: RegExp;
  readonly not: RegExp;
};

const words = (list: string): readonly string[] => list.split(/\s+/).filter((word) => word !== '');

export const HEADER_NAMES: { readonly [F in RosterField]: HeaderNames } = {
  ticket: {
    strong:
      words(`准考证号 准考证号码 准考证 准考证编号 准考号 准考证件号 考号 考生考号 考试号 考试证号 准考證號 準考證號 准考證號碼
      ticket ticketno ticketnumber ticketid ticketcode admissionno admissionnumber admissionticket admissionticketno
      admissionticketnumber admissionid admissioncardno examticket examticketno examticketnumber testticket hallticket
      hallticketno hallticketnumber candidateticket candidateticketno examno examnumber`),
    weak: words(`考生号 考生号码 考生编号 报名号 报考号 报名序号 报名编号 考籍号 号码
      candidateno candidatenumber candidateid examineeno examineenumber examineeid registrationno registrationnumber`),
    pattern: /准考证|準考證|admission|ticket/,
    not: /照片|图片|日期|时间|类型|状态|photo|date|time|type|status/,
  },
  name: {
    strong: words(`姓名 考生姓名 学生姓名 学员姓名 考生名字 名字 中文姓名 考生名
      name fullname candidatename studentname examineename chinesename nameofcandidate candidatefullname`),
    weak: words('考生 学生 学员 candidate student examinee'),
    pattern: /姓名|(candidate|student|examinee|full)name/,
    not: /拼音|英文|曾用|监护|父|母|家长|联系|老师|教师|班主任|报名员|pinyin|parent|teacher|contact|former/,
  },
  gender: {
    strong: words('性别 考生性别 性別 sex gender'),
    weak: words('男女 性别代码 性别码 mf'),
    pattern: /性别|性別|gender|^sex/,
    not: /要求|限制/,
  },
  idNumber: {
    strong:
      words(`身份证号 身份证号码 身份证 身份证件号 身份证件号码 身份证编号 证件号 证件号码 证件编号 居民身份证 居民身份证号 居民身份证号码
      公民身份号码 公民身份证号码 公民身份证号 有效证件号 有效证件号码 考生身份证号 身份號碼 身份證號 身份證號碼 身分證號
      idno idnumber idcard idcardno idcardnumber identityno identitynumber identitycard identitycardno identitycardnumber
      nationalid nationalidno nationalidnumber citizenid citizenidno citizenidnumber citizenno residentid residentidno
      residentidnumber residentidcard personalid personalidno personalidnumber governmentid`),
    weak: words('证号 证件 身份 id identity idcode'),
    pattern: /身份证|身份證|证件号|公民身份|idcard|idn(o|umber)|identity|nationalid/,
    not: /类型|类别|种类|有效|日期|地址|照片|签发|机关|正面|反面|父|母|监护|type|kind|expir|valid|issue|photo/,
  },
  school: {
    strong: words(`报考学校 学校 学校名称 所在学校 就读学校 考生学校 学校名 报名学校 學校 報考學校 学籍学校
      school schoolname nameofschool`),
    weak: words(`单位 单位名称 工作单位 所在单位 报考单位 报名单位 考生单位 学习中心 院校 院校名称 所在院校 毕业学校 毕业院校 学院 院系 机构 机构名称
      组织 organisation organization institution institute college university unit employer applyingschool targetschool`),
    pattern: /学校|院校|school|institution/,
    not: /代码|编码|编号|代号|地址|电话|类型|code|no$|number|id$|address|phone|type/,
  },
  subjectCode: {
    strong:
      words(`科目代码 科目编码 科目编号 科目代号 科目号 科目码 考试科目代码 报考科目代码 课程代码 课程编码 课程编号 课程代号 课程号 科目代碼
      subjectcode subjectid subjectno subjectnumber coursecode courseid courseno coursenumber codeofsubject`),
    weak: words('代码 专业代码 试卷代码 级别代码 papercode modulecode examcode testcode'),
    pattern: /(科目|课程).*(代码|编码|编号|代号)|(subject|course|module)(code|id|no)/,
    not: /省|市|区|学校/,
  },
  subjectName: {
    strong:
      words(`科目名称 科目名 科目 考试科目 考试科目名称 报考科目 报考科目名称 课程名称 课程名 课程 考试课程 考试课程名称 科目名稱
      subject subjectname subjecttitle course coursename coursetitle nameofsubject examsubject`),
    weak: words(
      '级别 考试级别 报考级别 专业 专业名称 报考专业 考试名称 module modulename paper papername examname testname',
    ),
    pattern: /(科目|课程)(名称|名)?$|^(exam)?(subject|course)/,
    not: /代码|编码|编号|代号|数|门|code|no$|number|id$|count/,
  },
  room: {
    strong: words(
      '考场 考场号 考场编号 考场名称 考室 考室号 考场序号 考場 room roomno roomnumber roomname examroom examroomno testroom',
    ),
    weak: words('教室 教室号 机房 机房号 试室 试室号 hall hallno classroom lab'),
    pattern: /考场(号|编号|名称)?$|考室|examroom|testroom/,
    not: /地址|人数|规则|容量|address|capacity/,
  },
  seat: {
    strong: words('座位号 座位 座号 座次 座次号 座位编号 考场座位号 座位號 seat seatno seatnumber seatid'),
    weak: words('机位 机位号 机号 机器号 位号 deskno desk machineno'),
    pattern: /座位|座号|seat/,
    not: /图|数$|行|列|chart|row|column|count/,
  },
  extraMinutes: {
    strong:
      words(`补时 补时分钟 补时分钟数 加时 加时分钟 加时分钟数 延长时间 延长时间分钟 延长分钟 延长分钟数 延时分钟 延时 照顾时间 照顾分钟 合理便利加时
      extraminutes extratime extratimeminutes extratimemin extramins additionalminutes additionaltime additionaltimeminutes
      accommodationminutes accommodationmin timeextension timeextensionminutes`),
    weak: words('便利时间 延长 accommodation'),
    pattern: /(补时|加时|延长|延时).*分|(extra|additional|accommodation).*min/,
    not: /原因|理由|比例|百分|%|reason|percent/,
  },
  extraPercent: {
    strong:
      words(`补时比例 补时百分比 补时% 加时比例 加时百分比 加时% 延长比例 延长百分比 延长时间比例 延长时间百分比 延长时间% 延时比例 延时%
      extrapercent extra% extratimepercent extratime% extratimepercentage additionalpercent additionaltimepercent
      additionaltime% accommodationpercent accommodationpercentage accommodation% timeextensionpercent`),
    weak: [],
    pattern: /(补时|加时|延长|延时).*(比例|百分|%)|(extra|additional|accommodation).*(percent|%)/,
    not: /原因|理由|reason/,
  },
};
