/**
 * Old GBK systems had no code point for 80 characters (bytes FE50 to FEA0) and put them in Unicode's private-use area,
 * U+E815 to U+E864, in the order of the bytes; 䶮 (U+E863) is the one found in names. Fonts of today show nothing there.
 * GB 18030 has since given every one of them its standard code point. Decoders differ: those after the WHATWG index of 2023 give
 * standard code points except for six (FE51 FE52 FE53 FE6C FE76 FE91), older ones private-use ones for more.
 */
const FIRST_PRIVATE = 0xe815;

/** The standard characters of GBK FE50 to FE7E and FE80 to FEA0, in order (GB 18030-2022, table of four-byte and two-byte parts). */
const STANDARD = Array.from(
  '⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹' +
    '䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻',
);

const PRIVATE_USE = /\p{Private_Use}/u;

export function hasPrivateUse(text: string): boolean {
  return PRIVATE_USE.test(text);
}

/**
 * Replaces the private-use code points of GBK by the standard characters and leaves everything else, other private-use
 * characters too. For text decoded from GBK or GB18030 bytes this is the meaning of the bytes; for other text it is a suggestion.
 */
export function standardForm(text: string): string {
  return text.replace(/[\uE815-\uE864]/g, (c) => STANDARD[c.charCodeAt(0) - FIRST_PRIVATE] ?? c);
}
