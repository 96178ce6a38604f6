/** Settings: one described schema. Values come from the command line (`--port 8443`), then from the environment
 * (`GONGYUAN_PORT`), then from the default. docs/config.md is made from it. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import cron from 'node-cron';
import { BoxError } from './box-error.ts';

interface Setting<T> {
  title: string;
  titleZh: string;
  description: string;
  descriptionZh: string;
  unit?: string;
  fallback: T;
  parse: (text: string) => T | undefined;
  /** In words, what is accepted. */
  accepts: string;
  acceptsZh: string;
}

const text = (text: string) => (text.length > 0 && text.length <= 1_000 ? text : undefined);
const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
const whole = (from: number, to: number) => (text: string) => {
  const value = Number(text);
  return /^[0-9]+$/.test(text) && value >= from && value <= to ? value : undefined;
};
const oneOf =
  <T extends string>(...values: T[]) =>
  (text: string) =>
    values.find((value) => value === text);
const hostName = (text: string) =>
  /^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?$/.test(text) ? text.toLowerCase() : undefined;

const schedule = (text: string) =>
  text === 'off' || (text.trim().split(/\s+/).length === 5 && cron.validate(text)) ? text : undefined;

export const SETTINGS = {
  data: {
    title: 'Data folder',
    titleZh: '数据目录',
    description:
      'Everything of the site: ledger, sealed papers, uploads, keys, certificates. One server at a time.',
    descriptionZh: '考点的全部数据：账本、密封试卷、上传文件、密钥、证书。同一目录同时只能运行一个服务。',
    fallback: 'data',
    parse: text,
    accepts: 'a path',
    acceptsZh: '路径',
  } satisfies Setting<string>,
  port: {
    title: 'Port',
    titleZh: '端口',
    description: 'HTTPS port. 0 takes a free one (tests and demo).',
    descriptionZh: 'HTTPS 端口。填 0 则自动选用空闲端口（用于测试和演示）。',
    fallback: 8443,
    parse: whole(0, 65_535),
    accepts: '0 to 65535',
    acceptsZh: '0 至 65535',
  } satisfies Setting<number>,
  host: {
    title: 'Listening address',
    titleZh: '监听地址',
    description: 'Network address to listen on; `::` is every interface, `127.0.0.1` this computer only.',
    descriptionZh: '监听的网络地址；`::` 为所有网卡，`127.0.0.1` 仅限本机。',
    fallback: '::',
    parse: text,
    accepts: 'an IP address',
    acceptsZh: 'IP 地址',
  } satisfies Setting<string>,
  name: {
    title: 'Name of the fixed origin',
    titleZh: '统一访问域名',
    description:
      'The one name candidates’ machines open, for the life of the site: their journals and keys belong to it. A second box takes this name over.',
    descriptionZh:
      '考试机始终使用的唯一域名，考点使用期间不得更改：考试机上的作答日志和密钥都属于它。备用服务器接管时沿用此域名。',
    fallback: '',
    parse: hostName,
    accepts: 'a host name; empty: this computer’s name with `.local`',
    acceptsZh: '主机名；留空则用本机名加 `.local`',
  } satisfies Setting<string>,
  names: {
    title: 'Further names',
    titleZh: '其他域名',
    description:
      'Names and IP addresses, separated by commas, that the certificate also holds (console, phones).',
    descriptionZh: '证书还应包含的域名和 IP 地址，用逗号分隔（供控制台和手机使用）。',
    fallback: [] as string[],
    parse: list,
    accepts: 'names and addresses, separated by commas',
    acceptsZh: '域名和地址，用逗号分隔',
  } satisfies Setting<string[]>,
  sync: {
    title: 'Exchange with headquarters',
    titleZh: '与总部交换数据的时间',
    description:
      'When the box sends to its headquarters and asks for news, as a cron expression; each box adds its own few seconds. Without a connection nothing is sent.',
    descriptionZh:
      '向总部发送数据并查询消息的时间，用 cron 表达式表示；各服务器会各自错开几十秒。未连接总部时不发送。',
    fallback: '* * * * *',
    parse: schedule,
    accepts: 'five cron fields (minute hour day month weekday), or `off`: only when a person asks',
    acceptsZh: '五个 cron 字段（分 时 日 月 周），或 `off`：仅由人员手动触发',
  } satisfies Setting<string>,
  retention: {
    title: 'Time of keeping',
    titleZh: '保存期限',
    description:
      'Days after headquarters’ last receipt for a session before two people may delete its photos, files and answers on this box.',
    descriptionZh:
      '从总部对某场次的最后一份回执算起，满多少天后方可由两人清除本机上该场次的照片、文件和作答。',
    fallback: 180,
    parse: whole(0, 36_500),
    accepts: '0 to 36500',
    acceptsZh: '0 至 36500',
  } satisfies Setting<number>,
  log: {
    title: 'Log level',
    titleZh: '日志级别',
    description: 'How much goes to standard error. Answers and names are never logged.',
    descriptionZh: '输出到标准错误的日志多少。作答内容和姓名从不写入日志。',
    fallback: 'info' as 'debug' | 'info' | 'warn' | 'error' | 'silent',
    parse: oneOf('debug', 'info', 'warn', 'error', 'silent'),
    accepts: 'debug, info, warn, error or silent',
    acceptsZh: 'debug、info、warn、error 或 silent',
  } satisfies Setting<'debug' | 'info' | 'warn' | 'error' | 'silent'>,
} as const;

export interface Config {
  data: string;
  port: number;
  host: string;
  name: string;
  names: string[];
  /** Cron expression, or `off`. */
  sync: string;
  /** Days. */
  retention: number;
  log: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** Reads the settings. Throws `box/config` naming the setting that is wrong, and for an unknown flag. */
export function readConfig(argv: readonly string[], env: Record<string, string | undefined>): Config {
  const flags = new Map<string, string>();
  for (let i = 0; i < argv.length; i++) {
    const match = /^--([a-z]+)(?:=(.*))?$/s.exec(argv[i] ?? '');
    const [, key = '', inline] = match ?? [];
    if (!match || !Object.hasOwn(SETTINGS, key))
      throw new BoxError('box/config', { setting: argv[i] ?? '', problem: 'unknown flag' });
    const value = inline ?? argv[++i];
    if (value === undefined) throw new BoxError('box/config', { setting: key, problem: 'has no value' });
    flags.set(key, value);
  }
  const read = <T>(key: keyof typeof SETTINGS, setting: Setting<T>): T => {
    const given = flags.get(key) ?? env[`GONGYUAN_${key.toUpperCase()}`];
    if (given === undefined || given === '') return setting.fallback;
    const value = setting.parse(given);
    if (value === undefined)
      throw new BoxError('box/config', { setting: key, value: given, accepts: setting.accepts });
    return value;
  };
  const name = read('name', SETTINGS.name);
  return {
    data: resolve(read('data', SETTINGS.data)),
    port: read('port', SETTINGS.port),
    host: read('host', SETTINGS.host),
    name: name === '' ? `${hostname().toLowerCase().replace(/\..*$/, '') || 'gongyuan'}.local` : name,
    names: read('names', SETTINGS.names),
    sync: read('sync', SETTINGS.sync),
    retention: read('retention', SETTINGS.retention),
    log: read('log', SETTINGS.log),
  };
}
