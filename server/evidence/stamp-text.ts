/** The words of a stamp, in both languages: it is read by whoever the picture is shown to. */
import { clockText, offsetText } from '#node/photos/zoned-time.ts';
import { type IncidentReason, type PhotoPurpose, REASON_WORDS } from '#protocol/evidence.ts';
import type { SeatedPerson, SitePlace } from './evidence.repo.ts';
import type { PhotoJob } from './picture-jobs.ts';

export interface StampFacts {
  site: SitePlace;
  roomName: string;
  sessionName: string;
  purpose: PhotoPurpose;
  /** Of the incident that it belongs to. */
  reason: IncidentReason | null;
  text: string;
  storedWall: number;
  photographer: string;
  /** In the order of their numbers. */
  people: readonly SeatedPerson[];
}

const PURPOSE_WORDS: Record<PhotoPurpose, string> = {
  panorama: '考场全景 Panorama',
  incident: '异常照片 Incident',
  portrait: '面部照片 Portrait',
};
const TEXT_MOST = 300;
const TAKEN = '拍摄时间 Taken';
const HASH = '文件校验 SHA-256';

export function stampOf(
  facts: StampFacts,
): Pick<PhotoJob, 'stamp' | 'takenLabel' | 'takenUnknown' | 'hashLabel'> {
  const { site, roomName, sessionName, purpose, reason, text, storedWall, photographer, people } = facts;
  const words = reason === null ? [] : [`${REASON_WORDS[reason].zh} ${REASON_WORDS[reason].en}`];
  const note = [...words, ...(text === '' ? [] : [shorten(text)])].join('：');
  return {
    takenLabel: TAKEN,
    takenUnknown: '照片未记录 not recorded',
    hashLabel: HASH,
    stamp: {
      title: plain(`${site.name}（${site.site}）· ${roomName}`),
      tag: PURPOSE_WORDS[purpose],
      facts: [
        ...(site.contact.trim() === ''
          ? []
          : [{ label: '地址与联系 Contact', value: shorten(site.contact) }]),
        { label: '场次 Session', value: plain(sessionName) },
        { label: TAKEN, value: '' },
        {
          label: '导入时间 Stored',
          value: `${clockText(storedWall, site.timeZone)} ${offsetText(storedWall, site.timeZone)}`,
        },
        { label: '拍摄人 Photographer', value: plain(photographer) },
        { label: HASH, value: '' },
      ],
      note: note === '' ? '' : `事由 Reason: ${note}`,
      peopleLabel: '相关考生 Candidates',
      people: people.map(({ seat, name }) => plain(`座位 ${seat} ${name}`)),
    },
  };
}

/** Signs that are not seen but move others about: with them a name could be made to read as another. */
const plain = (text: string) =>
  text
    .replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ' ')
    .replace(/ +/g, ' ')
    .trim();

/** The whole text is in the ledger; a stamp is no place for a page of it. */
function shorten(text: string): string {
  const characters = [...plain(text)];
  return characters.length <= TEXT_MOST ? characters.join('') : `${characters.slice(0, TEXT_MOST).join('')}…`;
}
