/** A paper with every kind of item, for the screens' tests. Written for this test; no item is from anywhere. */
import type { Choice, Paper, PaperItem, PaperNode, PaperResponse } from '#protocol/paper.ts';

const p = (...c: PaperNode[]): PaperNode => ({ e: 'p', c });
const e = (name: string, ...c: PaperNode[]): PaperNode => ({ e: name, c });
const choices = (...words: (string | PaperNode[])[]): Choice[] =>
  words.map((c, at) => ({ id: String.fromCharCode(65 + at), c: typeof c === 'string' ? [c] : c }));
const assoc = (prefix: string, max: number, ...words: string[]) =>
  words.map((word, at) => ({ id: `${prefix}${at + 1}`, max, c: [word] }));
const mi = (text: string) => e('mi', text);
const mn = (text: string) => e('mn', text);
const mo = (text: string) => e('mo', text);

function item(
  id: string,
  title: string,
  body: PaperNode[],
  responses: PaperResponse[],
  more: Partial<PaperItem> = {},
): PaperItem {
  return { id, title, stimuli: [], body, responses, ...more };
}
const one = (ids: string[], more: Partial<PaperResponse> = {}): PaperResponse => ({
  id: 'R',
  cardinality: 'single',
  base: 'identifier',
  allowed: { ids },
  ...more,
});

const passage: PaperNode[] = [
  e('h3', '渡口'),
  p('河不宽，水却急。老魏在这里撑了四十年的船，对岸的狗都认得他的咳嗽声。'),
  p(
    '桥修好的那天，镇上放了鞭炮。老魏没有去看，他把船翻过来，晾在柳树下，一遍一遍地刷桐油。有人问：“桥都通了，还刷它做什么？”他说：“水还在嘛。”',
  ),
  p(
    '后来发大水，桥断了三天。那三天里，老魏的船来来回回，没有停过。水退以后，人们又都走桥了，船又翻过来，晾在柳树下。',
  ),
  p('孙子问他：“爷爷，你等什么呢？”老魏想了想，说：“不等什么。可是万一呢。”'),
  p('河水哗哗地响，好像也说：', { e: 'em', c: ['万一呢，万一呢。'] }),
];

const fraction: PaperNode = {
  e: 'math',
  a: { display: 'block' },
  c: [
    mi('x'),
    mo('='),
    e(
      'mfrac',
      e(
        'mrow',
        mo('−'),
        mi('b'),
        mo('±'),
        e('msqrt', e('msup', mi('b'), mn('2')), mo('−'), mn('4'), mi('a'), mi('c')),
      ),
      e('mrow', mn('2'), mi('a')),
    ),
  ],
};

export const SAMPLE: Paper = {
  format: 'gongyuan-paper/1',
  id: 'sample',
  title: '综合样卷',
  language: 'zh-CN',
  styles:
    '.paper .q-data { border-collapse: collapse } .paper .q-data td, .paper .q-data th { border: 1px solid; padding: 0.3em 0.8em }',
  fonts: [],
  media: {
    map: { id: 'map', kind: 'image', file: 'f1.age', name: 'map.svg', type: 'image/svg+xml', bytes: 900 },
    circuit: {
      id: 'circuit',
      kind: 'image',
      file: 'f2.age',
      name: 'circuit.svg',
      type: 'image/svg+xml',
      bytes: 700,
    },
    sun: { id: 'sun', kind: 'image', file: 'f3.age', name: 'sun.svg', type: 'image/svg+xml', bytes: 300 },
    rain: { id: 'rain', kind: 'image', file: 'f4.age', name: 'rain.svg', type: 'image/svg+xml', bytes: 300 },
    talk: { id: 'talk', kind: 'audio', file: 'f5.age', name: 'talk.wav', type: 'audio/wav', bytes: 32_044 },
    table: {
      id: 'table',
      kind: 'file',
      file: 'f6.age',
      name: '气温记录.csv',
      type: 'text/csv',
      bytes: 2_310,
    },
  },
  stimuli: { ferry: { id: 'ferry', title: '阅读材料：渡口', body: passage } },
  sections: [
    {
      id: 's1',
      title: '一、选择与判断',
      rubric: [p('本部分共 5 题。除特别说明外，每题只有一个正确选项。')],
      children: [
        { item: 'choice' },
        { item: 'multiple' },
        { item: 'true-false' },
        { item: 'inline' },
        { item: 'hot-text' },
      ],
    },
    {
      id: 's2',
      title: '二、填空与连线',
      children: [
        { item: 'entry' },
        { item: 'order' },
        { item: 'pick-order' },
        { item: 'match' },
        { item: 'match-short' },
        { item: 'associate' },
        { item: 'gap' },
      ],
    },
    {
      id: 's3',
      title: '三、图表与听力',
      children: [{ item: 'hotspot' }, { item: 'graphic' }, { item: 'slider' }, { item: 'listen' }],
    },
    {
      id: 's4',
      title: '四、阅读与写作',
      rubric: [p('阅读短文，回答问题。')],
      children: [{ item: 'read' }, { item: 'short' }, { item: 'upload' }, { item: 'essay' }],
    },
  ],
  items: {
    choice: item(
      'choice',
      '语病',
      [
        p('下列句子中，没有语病的一项是'),
        {
          i: {
            type: 'choice',
            response: 'R',
            shuffle: true,
            max: 1,
            min: 1,
            choices: choices(
              '通过这次参观，使我们开阔了眼界。',
              '能不能坚持锻炼，是身体健康的保证。',
              '图书馆新到的一批科普读物，深受同学们欢迎。',
              '这家工厂的产品质量，已经超过了规定的水平以上。',
            ),
          },
        },
      ],
      [one(['A', 'B', 'C', 'D'])],
      { points: 3 },
    ),
    multiple: item(
      'multiple',
      '函数',
      [
        p('关于一元二次方程的求根公式'),
        fraction,
        p('下列说法正确的有（最多选 2 项）'),
        {
          i: {
            type: 'choice',
            response: 'R',
            shuffle: false,
            max: 2,
            min: 1,
            choices: choices(
              [{ e: 'math', c: [mi('a'), mo('≠'), mn('0')] }, ' 时公式才有意义'],
              '判别式小于零时有两个实数根',
              [
                { e: 'math', c: [e('msup', mi('b'), mn('2')), mo('='), mn('4'), mi('a'), mi('c')] },
                ' 时两根相等',
              ],
              ['两根之和是 ', { e: 'math', c: [{ e: 'mfenced', c: [e('mfrac', mi('b'), mi('a'))] }] }],
            ),
          },
        },
      ],
      [
        {
          id: 'R',
          cardinality: 'multiple',
          base: 'identifier',
          allowed: { ids: ['A', 'B', 'C', 'D'] },
          max: 2,
          min: 1,
        },
      ],
      { points: 4 },
    ),
    'true-false': item(
      'true-false',
      '判断',
      [
        p('判断：“', e('ruby', '龘', e('rp', '（'), e('rt', 'dá'), e('rp', '）')), '”字由三个“龍”组成。'),
        {
          i: {
            type: 'choice',
            response: 'R',
            shuffle: false,
            max: 1,
            min: 1,
            horizontal: true,
            choices: choices('正确', '错误'),
          },
        },
      ],
      [one(['A', 'B'])],
      { points: 1 },
    ),
    inline: item(
      'inline',
      '选词',
      [
        p(
          '春天',
          {
            i: {
              type: 'inline-choice',
              response: 'R1',
              shuffle: true,
              choices: choices('已经', '居然', '未免'),
            },
          },
          '来了，可是山里的雪',
          { i: { type: 'inline-choice', response: 'R2', shuffle: true, choices: choices('还', '才', '就') } },
          '没有化尽。',
        ),
      ],
      [
        { ...one(['A', 'B', 'C']), id: 'R1' },
        { ...one(['A', 'B', 'C']), id: 'R2' },
      ],
      { points: 2 },
    ),
    'hot-text': item(
      'hot-text',
      '错别字',
      [
        {
          i: {
            type: 'hot-text',
            response: 'R',
            max: 2,
            min: 1,
            prompt: [p('找出下面句子中的两个错别字。')],
            body: [
              p(
                '他',
                { h: 'h1', c: ['一愁'] },
                '莫展地坐在窗前，看着',
                { h: 'h2', c: ['川流'] },
                '不息的人群，心里却',
                { h: 'h3', c: ['格外'] },
                '平静，仿佛世外桃',
                { h: 'h4', c: ['园'] },
                '一般。',
              ),
            ],
          },
        },
      ],
      [
        {
          id: 'R',
          cardinality: 'multiple',
          base: 'identifier',
          allowed: { ids: ['h1', 'h2', 'h3', 'h4'] },
          max: 2,
          min: 1,
        },
      ],
      { points: 2 },
    ),
    entry: item(
      'entry',
      '电路',
      [
        p(
          '如图，电源电压恒为 6 V，',
          { e: 'math', c: [e('msub', mi('R'), mn('1')), mo('='), mn('6'), e('mtext', ' Ω')] },
          '。',
        ),
        e('figure', {
          e: 'img',
          a: {
            media: 'circuit',
            width: '420',
            height: '220',
            alt: '电路图：一个电源、一个开关和一个电阻串联',
          },
        }),
        p(
          '开关闭合后，电流是 ',
          { i: { type: 'text-entry', response: 'I', columns: 5, numeric: true } },
          ' A；若要让电流减半，应当再',
          { i: { type: 'text-entry', response: 'W', columns: 8, placeholder: '串联或并联' } },
          '一个相同的电阻。',
        ),
      ],
      [
        { id: 'I', cardinality: 'single', base: 'float' },
        { id: 'W', cardinality: 'single', base: 'string', maxChars: 20 },
      ],
      { points: 4 },
    ),
    order: item(
      'order',
      '排序',
      [
        {
          i: {
            type: 'order',
            response: 'R',
            shuffle: true,
            min: 4,
            max: 4,
            prompt: [p('把下列句子排成语意连贯的一段话。')],
            choices: choices(
              '种子落进土里，先要等一场雨。',
              '雨来了，它才肯把壳裂开一条缝。',
              '等到第一片叶子探出头，已经是半个月以后了。',
              '可见凡是要长成的东西，都不能着急。',
            ),
          },
        },
      ],
      [
        {
          id: 'R',
          cardinality: 'ordered',
          base: 'identifier',
          allowed: { ids: ['A', 'B', 'C', 'D'] },
          min: 4,
          max: 4,
        },
      ],
      { points: 3 },
    ),
    'pick-order': item(
      'pick-order',
      '选排',
      [
        {
          i: {
            type: 'order',
            response: 'R',
            shuffle: false,
            min: 2,
            max: 3,
            prompt: [p('按先后顺序选出制作标本的步骤（有多余项）。')],
            choices: choices('采集', '压制', '油炸', '装裱'),
          },
        },
      ],
      [
        {
          id: 'R',
          cardinality: 'ordered',
          base: 'identifier',
          allowed: { ids: ['A', 'B', 'C', 'D'] },
          min: 2,
          max: 3,
        },
      ],
    ),
    match: item(
      'match',
      '字义',
      [
        {
          i: {
            type: 'match',
            response: 'R',
            shuffle: false,
            max: 3,
            min: 0,
            prompt: [p('为下列汉字选择对应的解释，每字选一项，有一项多余。')],
            rows: assoc('r', 1, '犇', '猋', '鱻'),
            columns: assoc(
              'c',
              1,
              '犬奔跑的样子，引申为迅疾',
              '鱼味新鲜，味美',
              '牛受惊奔跑，同“奔”',
              '众马奔腾的样子',
            ),
          },
        },
      ],
      [
        {
          id: 'R',
          cardinality: 'multiple',
          base: 'directedPair',
          allowed: { from: ['r1', 'r2', 'r3'], to: ['c1', 'c2', 'c3', 'c4'] },
          max: 3,
        },
      ],
      { points: 3 },
    ),
    'match-short': item(
      'match-short',
      '分类',
      [
        {
          i: {
            type: 'match',
            response: 'R',
            shuffle: false,
            max: 0,
            min: 0,
            prompt: [p('下列物质各有哪些性质？可选多项。')],
            rows: assoc('r', 0, '铜', '木炭', '水'),
            columns: assoc('c', 0, '导电', '可燃', '透明'),
          },
        },
      ],
      [
        {
          id: 'R',
          cardinality: 'multiple',
          base: 'directedPair',
          allowed: { from: ['r1', 'r2', 'r3'], to: ['c1', 'c2', 'c3'] },
        },
      ],
    ),
    associate: item(
      'associate',
      '配对',
      [
        {
          i: {
            type: 'associate',
            response: 'R',
            shuffle: true,
            max: 2,
            min: 0,
            prompt: [p('把意思相近的成语配成对。')],
            choices: assoc('a', 1, '画蛇添足', '多此一举', '守株待兔', '坐享其成'),
          },
        },
      ],
      [
        {
          id: 'R',
          cardinality: 'multiple',
          base: 'pair',
          allowed: { ids: ['a1', 'a2', 'a3', 'a4'] },
          max: 2,
        },
      ],
      { points: 2 },
    ),
    gap: item(
      'gap',
      '填词',
      [
        {
          i: {
            type: 'gap-match',
            response: 'R',
            shuffle: true,
            prompt: [p('把词语填入下面的句子。')],
            words: assoc('w', 1, '潺潺', '皑皑', '习习', '茫茫'),
            body: [p('溪水', { g: 'g1' }, '，白雪', { g: 'g2' }, '，凉风', { g: 'g3' }, '。')],
          },
        },
      ],
      [
        {
          id: 'R',
          cardinality: 'multiple',
          base: 'directedPair',
          allowed: { from: ['w1', 'w2', 'w3', 'w4'], to: ['g1', 'g2', 'g3'] },
          max: 3,
        },
      ],
      { points: 3 },
    ),
    hotspot: item(
      'hotspot',
      '地形图',
      [
        {
          i: {
            type: 'hotspot',
            response: 'R',
            max: 1,
            min: 0,
            prompt: [p('在图上选出位于河谷的一处。')],
            picture: { media: 'map', width: 560, height: 320, alt: '地形图，左右各有一座山，中间有一条河' },
            spots: [
              { id: 'p1', shape: 'circle', coords: [120, 110, 26], label: '甲' },
              { id: 'p2', shape: 'circle', coords: [280, 200, 26], label: '乙' },
              { id: 'p3', shape: 'rect', coords: [410, 80, 470, 130], label: '丙' },
            ],
          },
        },
      ],
      [one(['p1', 'p2', 'p3'])],
      { points: 2 },
    ),
    graphic: item(
      'graphic',
      '天气符号',
      [
        {
          i: {
            type: 'graphic-gap-match',
            response: 'R',
            prompt: [p('把天气放到图上相应的位置：山上晴，谷中雨。')],
            picture: { media: 'map', width: 560, height: 320, alt: '地形图，左右各有一座山，中间有一条河' },
            spots: [
              { id: 'q1', shape: 'rect', coords: [80, 70, 160, 150], label: '左山', max: 1 },
              { id: 'q2', shape: 'rect', coords: [240, 160, 320, 240], label: '河谷', max: 1 },
            ],
            words: [
              { id: 'sun', max: 0, c: ['晴'], media: 'sun' },
              { id: 'rain', max: 1, c: ['雨'], media: 'rain' },
              { id: 'fog', max: 1, c: ['雾'] },
            ],
          },
        },
      ],
      [
        {
          id: 'R',
          cardinality: 'multiple',
          base: 'directedPair',
          allowed: { from: ['sun', 'rain', 'fog'], to: ['q1', 'q2'] },
        },
      ],
      { points: 2 },
    ),
    slider: item(
      'slider',
      '气温',
      [
        {
          e: 'table',
          a: { class: 'q-data' },
          c: [
            e('thead', e('tr', e('th', '月份'), ...['1', '4', '7', '10'].map((m) => e('th', m)))),
            e('tbody', e('tr', e('th', '气温（℃）'), ...['−3', '15', '27', '14'].map((m) => e('td', m)))),
          ],
        },
        {
          i: {
            type: 'slider',
            response: 'R',
            lower: 0,
            upper: 50,
            step: 1,
            stepLabel: true,
            prompt: [p('标出该地的气温年较差（℃）。')],
          },
        },
      ],
      [{ id: 'R', cardinality: 'single', base: 'integer', lower: 0, upper: 50 }],
      { points: 2 },
    ),
    listen: item(
      'listen',
      '听力',
      [
        p('你将听到一则通知，可以播放两遍。'),
        {
          i: {
            type: 'media',
            response: 'P',
            media: 'talk',
            kind: 'audio',
            maxPlays: 2,
            prompt: [p('听力材料')],
          },
        },
        {
          i: {
            type: 'choice',
            response: 'R',
            shuffle: false,
            max: 1,
            min: 1,
            prompt: [p('集合的地点是')],
            choices: choices('校门口', '操场', '图书馆'),
          },
        },
      ],
      [{ id: 'P', cardinality: 'single', base: 'integer' }, one(['A', 'B', 'C'])],
      { points: 2 },
    ),
    read: item(
      'read',
      '理解',
      [
        p('对“水还在嘛”一句的理解，最恰当的一项是'),
        {
          i: {
            type: 'choice',
            response: 'R',
            shuffle: true,
            max: 1,
            min: 1,
            choices: choices(
              '说明老魏不知道桥已经通了',
              '只要有需要的可能，他就守着自己的本分',
              '表示他对修桥不满',
              '暗示河水将要上涨',
            ),
          },
        },
      ],
      [one(['A', 'B', 'C', 'D'])],
      { stimuli: ['ferry'], points: 3 },
    ),
    short: item(
      'short',
      '简答',
      [
        p('文章结尾写河水“好像也说：万一呢”，有什么作用？（不超过 100 字）'),
        {
          i: {
            type: 'extended-text',
            response: 'R',
            lines: 5,
            maxChars: 100,
            rich: false,
            placeholder: '在此作答',
          },
        },
      ],
      [{ id: 'R', cardinality: 'single', base: 'string', maxChars: 100 }],
      { stimuli: ['ferry'], points: 6 },
    ),
    upload: item(
      'upload',
      '整理表格',
      [
        p(
          '用电子表格软件打开 ',
          { e: 'a-ref', a: { media: 'table' }, c: ['气温记录'] },
          '，算出每月平均气温，完成后上传。',
        ),
        {
          i: {
            type: 'upload',
            response: 'R',
            types: [
              'text/csv',
              'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
              'image/*',
            ],
            maxBytes: 5_000_000,
            starter: ['table'],
          },
        },
      ],
      [{ id: 'R', cardinality: 'single', base: 'file', maxBytes: 5_000_000, types: [] }],
      { points: 8 },
    ),
    essay: item(
      'essay',
      '作文',
      [
        p('以“万一呢”为题写一篇文章，不少于 600 字。'),
        {
          i: {
            type: 'extended-text',
            response: 'R',
            lines: 16,
            rich: true,
            placeholder: '标题居中，正文另起一段',
          },
        },
      ],
      [{ id: 'R', cardinality: 'single', base: 'string' }],
      { points: 40 },
    ),
  },
};

const svg = (width: number, height: number, inner: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${inner}</svg>`;

/** Plain content of the media, as text or as bytes. */
export function sampleMedia(): Record<string, Blob> {
  const image = (text: string) => new Blob([text], { type: 'image/svg+xml' });
  const hills = [60, 44, 28]
    .map((r) => `<circle cx="120" cy="110" r="${r}"/><ellipse cx="440" cy="105" rx="${r * 1.5}" ry="${r}"/>`)
    .join('');
  return {
    map: image(
      svg(
        560,
        320,
        `<rect width="560" height="320" fill="#f7f4ea"/><g fill="none" stroke="#a0763c" stroke-width="1.5">${hills}</g><path d="M300 0C250 90 330 150 280 210S200 280 210 320" fill="none" stroke="#3c7ab0" stroke-width="7"/><g font-size="18" font-family="sans-serif"><text x="112" y="116">甲</text><text x="271" y="206">乙</text><text x="431" y="111">丙</text></g>`,
      ),
    ),
    circuit: image(
      svg(
        420,
        220,
        '<rect width="420" height="220" fill="#fff"/><g fill="none" stroke="#222" stroke-width="2"><path d="M60 110V40H180M240 40H360V180H60V150"/><path d="M40 120H80M48 140H72"/><rect x="180" y="28" width="60" height="24"/></g><text x="196" y="80" font-size="18">R₁</text>',
      ),
    ),
    sun: image(
      svg(
        56,
        56,
        '<circle cx="28" cy="28" r="15" fill="#e8a200"/><g stroke="#e8a200" stroke-width="4"><path d="M28 2v8M28 46v8M2 28h8M46 28h8"/></g>',
      ),
    ),
    rain: image(
      svg(
        56,
        56,
        '<ellipse cx="28" cy="20" rx="20" ry="11" fill="#7d8b99"/><g stroke="#23527c" stroke-width="3"><path d="M16 36l-4 12M28 36l-4 12M40 36l-4 12"/></g>',
      ),
    ),
    talk: tone(2),
    table: new Blob(['月份,气温\r\n1,-3\r\n'], { type: 'text/csv' }),
  };
}

/** A mono WAV of so many seconds. */
function tone(seconds: number): Blob {
  const rate = 8_000;
  const view = new DataView(new ArrayBuffer(44 + seconds * rate));
  const ascii = (at: number, text: string) => {
    for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
  };
  ascii(0, 'RIFF');
  view.setUint32(4, 36 + seconds * rate, true);
  ascii(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  ascii(36, 'data');
  view.setUint32(40, seconds * rate, true);
  for (let i = 0; i < seconds * rate; i++)
    view.setUint8(44 + i, 128 + 20 * Math.sin((i / rate) * 440 * 2 * Math.PI));
  return new Blob([view.buffer], { type: 'audio/wav' });
}
