/** Evidence: incidents, photos and auxiliary material. Constants and the shapes of the console's answers. */

/** Why something is recorded (FEATURES I3). `other` needs a text. */
export const INCIDENT_REASONS = [
  'identity-doubt',
  'impersonation',
  'contraband',
  'communication',
  'copying',
  'left-screen',
  'left-room',
  'disturbance',
  'refused-order',
  'illness',
  'late-arrival',
  'machine-fault',
  'peripheral-fault',
  'network-fault',
  'power-fault',
  'paper-fault',
  'audio-fault',
  'software-fault',
  'damage',
  'other',
] as const;
export type IncidentReason = (typeof INCIDENT_REASONS)[number];

/** Words of a reason, for screens and sheets. */
export const REASON_WORDS: Readonly<Record<IncidentReason, { zh: string; en: string }>> = {
  'identity-doubt': { zh: '身份存疑', en: 'Identity in doubt' },
  impersonation: { zh: '疑似替考', en: 'Suspected impersonation' },
  contraband: { zh: '携带违禁物品', en: 'Forbidden item' },
  communication: { zh: '传递信息或交头接耳', en: 'Passing information' },
  copying: { zh: '抄袭或偷看', en: 'Copying' },
  'left-screen': { zh: '离开考试界面', en: 'Left the exam screen' },
  'left-room': { zh: '擅自离开考场', en: 'Left the room' },
  disturbance: { zh: '扰乱考场秩序', en: 'Disturbance' },
  'refused-order': { zh: '不服从监考员指令', en: 'Refused an instruction' },
  illness: { zh: '突发疾病', en: 'Illness' },
  'late-arrival': { zh: '迟到', en: 'Late arrival' },
  'machine-fault': { zh: '考试机故障', en: 'Machine fault' },
  'peripheral-fault': { zh: '外设故障', en: 'Peripheral fault' },
  'network-fault': { zh: '网络故障', en: 'Network fault' },
  'power-fault': { zh: '供电故障', en: 'Power fault' },
  'paper-fault': { zh: '试卷问题', en: 'Fault in the paper' },
  'audio-fault': { zh: '听力音频问题', en: 'Audio fault' },
  'software-fault': { zh: '软件问题', en: 'Software fault' },
  damage: { zh: '损坏设备', en: 'Damage' },
  other: { zh: '其他', en: 'Other' },
};

/** What a photo is for. `panorama` is the stamped picture of the whole room (R3), `portrait` is taken at the door or the PC (E4). */
export const PHOTO_PURPOSES = ['panorama', 'incident', 'portrait'] as const;
export type PhotoPurpose = (typeof PHOTO_PURPOSES)[number];

/** How a picture came: this device's camera, a file that was chosen, or a camera's card that was imported. */
export const PHOTO_WAYS = ['camera', 'file'] as const;

export const EVIDENCE_LIMITS = {
  /** Largest picture in bytes and in pixels: a photo of 100 megapixels is refused before it is decoded. */
  photoBytes: 30 * 1024 * 1024,
  photoPixels: 50_000_000,
  /** Longest side of the stamped picture and of the small one. */
  stampedSide: 2_400,
  smallSide: 480,
  /** A ZIP of registered photos. */
  zipBytes: 1024 * 1024 * 1024,
  zipPhotos: 20_000,
  materialBytes: 200 * 1024 * 1024,
  /** Chunk of a resumable upload that the console sends at once. */
  chunkBytes: 4 * 1024 * 1024,
  people: 100,
  /** A portrait from a candidate's PC. */
  portraitBytes: 2 * 1024 * 1024,
} as const;

/** The room's panorama is due so long after a sitting's start (R3). */
export const PANORAMA_AFTER_MS = 30 * 60_000;
/** Auxiliary material is taken until so long after the session's last sitting ended (R5). */
export const MATERIAL_WINDOW_MS = 7 * 24 * 3_600_000;

/** Types of auxiliary material that are taken. */
export const MATERIAL_TYPES = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'video/mp4',
  'audio/mpeg',
  'audio/mp4',
] as const;

export interface IncidentPerson {
  entry: string;
  name: string;
  ticket: string;
  seat: string | null;
}

export interface IncidentNote {
  text: string;
  wall: number;
  staffName: string;
}

export interface IncidentRow {
  incident: string;
  session: string;
  room: string;
  roomName: string;
  reason: IncidentReason;
  text: string;
  /** When it happened (wall time), as the person who recorded it says. */
  happenedWall: number;
  recordedWall: number;
  staffName: string;
  people: IncidentPerson[];
  photos: PhotoRow[];
  notes: IncidentNote[];
  /** Null while it is open. */
  outcome: string | null;
}

export interface PhotoRow {
  photo: string;
  purpose: PhotoPurpose;
  session: string;
  room: string;
  incident: string | null;
  way: (typeof PHOTO_WAYS)[number];
  /** From the picture's own data; null where it says nothing. */
  takenWall: number | null;
  storedWall: number;
  staffName: string;
  text: string;
  width: number;
  height: number;
  sha256: string;
  /** Who is concerned, and where in the picture (thousandths of its width and height) where it was marked. */
  people: { entry: string; name: string; seat: string | null; x: number | null; y: number | null }[];
}

/** Per room of a session: whether its panorama is due, and those there are. */
export interface PanoramaState {
  room: string;
  roomName: string;
  /** Box time at which it is due; null before the start. */
  dueAt: number | null;
  taken: number;
  /** Photos of this session may still be added. */
  open: boolean;
}

export interface MaterialRow {
  material: string;
  session: string;
  room: string | null;
  name: string;
  type: string;
  bytes: number;
  sha256: string;
  text: string;
  wall: number;
  staffName: string;
}

/** What a ZIP of registered photos came to (P13). File names are those inside the ZIP. */
export interface RegisteredImport {
  matched: number;
  /** Candidates of the exam without a photo, at most 500 of them told by name. */
  missing: { total: number; some: { name: string; ticket: string }[] };
  /** Files that fit the same candidate; the first is not taken either. */
  doubled: { file: string; name: string }[];
  unreadable: { file: string; code: string }[];
  unknown: string[];
}
