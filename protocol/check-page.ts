/** What the page for checking papers without the box carries inside (`GET /api/v1/check/page`). */

export interface CheckSite {
  /** The site's id; marks name it. */
  site: string;
  siteName: string;
  /** IANA name; times on paper are in it. */
  timeZone: string;
  /** The box whose key this is. */
  box: string;
  /** base64url of the raw Ed25519 key that signs marks. */
  boxKey: string;
  /** Base64 DER of the authority whose document certificates sign files. */
  authority: string;
  /** When the page was saved, wall time in milliseconds: it knows of nothing later. */
  savedWall: number;
}

/** Stands in the built page where the box puts the JSON of `CheckSite`. */
export const CHECK_SITE_MARK = '%GONGYUAN_SITE%';
/** Where the built page lies among the web application's files: as text, for it is no page of the box's own origin. */
export const OFFLINE_PAGE = '/check-offline.txt';
