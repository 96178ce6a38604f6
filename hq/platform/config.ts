/** Settings of the headquarters service: one described table. docs/config.md is made from it. */
import { resolve } from 'node:path';
import {
  oneOfSetting,
  readSettings,
  type Setting,
  SettingFault,
  switchSetting,
  textSetting,
  type ValuesOf,
  variableOf,
  wholeSetting,
} from '#node/settings/settings.ts';
import { HqError } from './hq-error.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export const HQ_SETTINGS = {
  data: {
    title: 'Data folder',
    titleZh: '数据目录',
    description:
      'Keys, media, and the embedded database where no other is named. All replicas are given the same folder.',
    descriptionZh: '密钥、照片等文件，以及未另行指定时的内置数据库。所有副本使用同一目录。',
    fallback: 'hq-data',
    parse: textSetting,
    accepts: 'a path',
    acceptsZh: '路径',
  } satisfies Setting<string>,
  port: {
    title: 'Port',
    titleZh: '端口',
    description: 'Port to listen on. 0 takes a free one.',
    descriptionZh: '监听端口。填 0 则自动选用空闲端口。',
    fallback: 8444,
    parse: wholeSetting(0, 65_535),
    accepts: '0 to 65535',
    acceptsZh: '0 至 65535',
  } satisfies Setting<number>,
  host: {
    title: 'Listening address',
    titleZh: '监听地址',
    description:
      'Network address to listen on; `::` is every interface. Beyond this computer a certificate is needed.',
    descriptionZh: '监听的网络地址；`::` 为所有网卡。超出本机范围时必须配置证书。',
    fallback: '127.0.0.1',
    parse: textSetting,
    accepts: 'an IP address',
    acceptsZh: 'IP 地址',
  } satisfies Setting<string>,
  name: {
    title: 'Name of this headquarters',
    titleZh: '总部名称',
    description: 'Shown to the sites that are enrolled.',
    descriptionZh: '显示给已接入的考点。',
    fallback: '总部 Headquarters',
    parse: (text: string) => (text.length <= 200 ? textSetting(text) : undefined),
    accepts: 'a text of up to 200 characters',
    acceptsZh: '不超过 200 字的文字',
  } satisfies Setting<string>,
  database: {
    title: 'Database',
    titleZh: '数据库',
    description:
      'Address of the PostgreSQL database, `postgresql://user:password@host/name`; the environment variable is `HQ_DATABASE_URL`, which other users of the computer cannot read. Empty: an embedded one in the data folder, to try the service; one process at a time.',
    descriptionZh:
      'PostgreSQL 数据库地址，如 `postgresql://user:password@host/name`；环境变量为 `HQ_DATABASE_URL`，不会被本机其他用户看到。留空则使用数据目录内的内置数据库，仅供试用，同时只能运行一个进程。',
    fallback: '',
    parse: (text: string) => (/^postgres(ql)?:\/\//.test(text) ? text : undefined),
    accepts: 'postgresql://…',
    acceptsZh: 'postgresql://…',
  } satisfies Setting<string>,
  cert: {
    title: 'Certificate',
    titleZh: '证书',
    description: 'PEM file with the certificate chain. With it and its key the service speaks HTTPS.',
    descriptionZh: '证书链 PEM 文件。与私钥一起配置后使用 HTTPS。',
    fallback: '',
    parse: textSetting,
    accepts: 'a path',
    acceptsZh: '路径',
  } satisfies Setting<string>,
  keyFile: {
    title: "Certificate's key",
    titleZh: '证书私钥',
    description: "PEM file with the certificate's key.",
    descriptionZh: '证书私钥 PEM 文件。',
    fallback: '',
    parse: textSetting,
    accepts: 'a path',
    acceptsZh: '路径',
  } satisfies Setting<string>,
  escrow: {
    title: 'Escrow recipients',
    titleZh: '托管密钥收件人',
    description:
      'Text file with age recipients (`age1…`, one a line) kept elsewhere: every batch is sealed for them too, so that a lost key of the service loses no answer.',
    descriptionZh:
      '存有另行保管的 age 公钥（`age1…`，每行一个）的文本文件：每个批次同时为其加密，即使本服务密钥丢失，作答也不会丢失。',
    fallback: '',
    parse: textSetting,
    accepts: 'a path',
    acceptsZh: '路径',
  } satisfies Setting<string>,
  log: {
    title: 'Log level',
    titleZh: '日志级别',
    description: 'How much goes to standard error. Answers and names are never logged.',
    descriptionZh: '输出到标准错误的日志多少。作答内容和姓名从不写入日志。',
    fallback: 'info' as LogLevel,
    parse: oneOfSetting<LogLevel>('debug', 'info', 'warn', 'error', 'silent'),
    accepts: 'debug, info, warn, error or silent',
    acceptsZh: 'debug、info、warn、error 或 silent',
  } satisfies Setting<LogLevel>,
  json: {
    title: 'Ready line as JSON',
    titleZh: '以 JSON 输出就绪信息',
    description: 'Prints one line of JSON when the service is ready, for programs that start it.',
    descriptionZh: '就绪时输出一行 JSON，供启动它的程序读取。',
    fallback: false as boolean,
    parse: switchSetting,
    accepts: 'nothing, `yes` or `no`',
    acceptsZh: '不填、`yes` 或 `no`',
    alone: true,
  } satisfies Setting<boolean>,
} as const;

export type HqConfig = ValuesOf<typeof HQ_SETTINGS>;

/** `database` has the name that PostgreSQL's hosts give it. */
export const hqVariable = (key: string): string =>
  key === 'database' ? 'HQ_DATABASE_URL' : variableOf('HQ_', key);

/** Throws `hq/config` naming the setting that is wrong. */
export function readHqConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): HqConfig {
  try {
    const values = readSettings(HQ_SETTINGS, argv, env, hqVariable);
    if ((values.cert === '') !== (values.keyFile === ''))
      throw new SettingFault({ setting: '--cert', problem: '--cert and --key-file go together' });
    if (values.cert === '' && !isLoopback(values.host))
      throw new SettingFault({ setting: '--host', problem: 'beyond this computer --cert is needed' });
    return { ...values, data: resolve(values.data) };
  } catch (error) {
    if (error instanceof SettingFault) throw new HqError('hq/config', error.detail);
    throw error;
  }
}

function isLoopback(host: string): boolean {
  return host === '::1' || host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
