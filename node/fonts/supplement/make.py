#!/usr/bin/env python3
"""Makes the supplementary fonts beside this file. See README.md for what is in them and why.

Needs Debian's fonttools, unicode-data, fonts-noto-cjk, fonts-noto-core, fonts-oflb-asana-math and fonts-hanazono,
and the main fonts as arguments: make.py <regular.otf> <bold.otf>. The result depends on nothing else.
"""

import bz2
import glob
import io
import os
import sys

from fontTools import merge, subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

HERE = os.path.dirname(os.path.abspath(__file__))
CJK = '/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc'
CJK_SC = 2  # number of Noto Sans CJK SC inside the collection
NOTO = '/usr/share/fonts/truetype/noto/{}.ttf'
HANA = '/usr/share/fonts/truetype/hanazono/{}.ttf'
ASANA = '/usr/share/fonts/opentype/asana-math/Asana-Math.otf'
LICENCE = 'This Font Software is licensed under the SIL Open Font License, Version 1.1.'
LAYOUT = ['GSUB', 'GPOS', 'GDEF', 'BASE']

HANGUL = [(0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF)]
# Characters that people in China have on paper today: the identity-card system, the national mapping academy, the
# newer dictionaries and publishers, and those submitted to Unicode from China without a printed source.
# The great historical dictionaries (GKX, GHZ, GHC, G4K) would add some 30,000 characters and 15 MB.
RARE_SOURCES = {
    'GIDC', 'GCYY', 'GXC', 'GXHZ', 'GFC', 'GU', 'GZH', 'GFZ', 'GKJ', 'GJZ', 'GCY', 'GCH', 'GBK', 'GGH', 'GWZ',
    'GRM', 'GOCD', 'GXH', 'GDZ', 'GZYS', 'GHF', 'G3',
}
LATIN = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x250, 0x2AF), (0x2B0, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x45F),
    (0x490, 0x4FF), (0x1AB0, 0x1AC0), (0x1D00, 0x1DFF), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x2070, 0x209F),
    (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2150, 0x218F), (0x2C60, 0x2C7F), (0xA700, 0xA7FF),
]
SYMBOLS = [
    (0x2010, 0x206F), (0x20D0, 0x20F0), (0x2100, 0x23FF), (0x2460, 0x2BFF), (0x1D400, 0x1D7FF), (0x1F030, 0x1F0FF),
    (0x1F650, 0x1F67F), (0x1F700, 0x1F8FF),
]


def cmap(path, number=-1):
    return set(TTFont(path, fontNumber=number, lazy=True).getBestCmap())


def spread(ranges):
    return {c for a, b in ranges for c in range(a, b + 1)}


def g_source():
    found = {}
    for path in glob.glob('/usr/share/unicode/Unihan_IRGSources.txt.bz2'):
        for line in bz2.open(path, 'rt', encoding='utf8'):
            fields = line.rstrip('\n').split('\t')
            if len(fields) == 3 and fields[1] == 'kIRG_GSource':
                found[int(fields[0][2:], 16)] = fields[2].split('-')[0]
    return found


def cut(path, characters, number=-1, layout=True, hinting=True):
    options = subset.Options()
    options.layout_features = ['*'] if layout else []
    options.drop_tables += ['DSIG', 'FFTM', 'morx', 'feat', 'prop'] + ([] if layout else LAYOUT)
    options.hinting = hinting
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.font_number = number
    font = TTFont(path, fontNumber=number, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    return font


def joined(parts):
    files = []
    for part in parts:
        buffer = io.BytesIO()
        part.save(buffer)
        files.append(io.BytesIO(buffer.getvalue()))
    options = merge.Options()
    options.drop_tables = ['vhea', 'vmtx', 'gasp', 'fpgm', 'prep', 'cvt ', 'VORG', 'hdmx', 'VDMX', 'LTSH', 'kern', 'STAT']
    return merge.Merger(options=options).merge(files)


def finish(font, name, file, like, keep_metrics=False):
    """Names the font (reserved names must not be used by modified versions) and gives it the main font's line height,
    so that a line does not grow where a supplementary character stands in it."""
    font.recalcTimestamp = False
    if font['head'].unitsPerEm != like['head'].unitsPerEm:
        scale_upem(font, like['head'].unitsPerEm)
    style = 'Bold' if like['OS/2'].usWeightClass > 500 else 'Regular'
    copyright = font['name'].getDebugName(0)
    font['name'].names = []
    for number, text in {
        0: copyright, 1: name, 2: style, 3: f'Gongyuan: {name} {style}', 4: f'{name} {style}', 5: 'Version 1.000',
        6: f'{name.replace(" ", "")}-{style}', 13: LICENCE, 14: 'https://openfontlicense.org',
    }.items():
        font['name'].setName(text, number, 3, 1, 0x409)
    if 'CFF ' in font:
        cff = font['CFF '].cff
        cff.fontNames = [f'{name.replace(" ", "")}-{style}']
        top = cff.topDictIndex[0]
        for field, text in {'FamilyName': name, 'FullName': f'{name} {style}', 'Notice': copyright, 'Copyright': copyright}.items():
            if hasattr(top, field):
                setattr(top, field, ''.join(c if ord(c) < 128 else '(c)' if c == '©' else '?' for c in text))
    if not keep_metrics:
        for field in ('ascent', 'descent', 'lineGap'):
            setattr(font['hhea'], field, getattr(like['hhea'], field))
        for field in ('sTypoAscender', 'sTypoDescender', 'sTypoLineGap', 'usWinAscent', 'usWinDescent'):
            setattr(font['OS/2'], field, getattr(like['OS/2'], field))
        if font['OS/2'].version >= 4:  # bit 7, line height from the typographic fields, exists only from there
            font['OS/2'].fsSelection = (font['OS/2'].fsSelection & ~0x80) | (like['OS/2'].fsSelection & 0x80)
    font['OS/2'].usWeightClass = like['OS/2'].usWeightClass
    font['OS/2'].fsType = 0
    font['head'].created = font['head'].modified = like['head'].created
    path = os.path.join(HERE, file)
    font.save(path)
    print(f'{file}: {len(font.getBestCmap())} characters, {len(font.getGlyphOrder())} glyphs, {os.path.getsize(path)} bytes')
    return set(font.getBestCmap())


def main(regular, bold):
    like = {'Regular': TTFont(regular), 'Bold': TTFont(bold)}
    have = cmap(regular)
    cjk = cmap(CJK.format('Regular'), CJK_SC)

    latin = (cmap(NOTO.format('NotoSans-Regular')) & spread(LATIN))
    sc = cjk - have - spread(HANGUL) - spread(LATIN)
    for style, suffix in (('Regular', ''), ('Bold', '-bold')):
        finish(cut(CJK.format(style), sc, CJK_SC), 'Gongyuan Sans Supplement', f'noto-sans-sc-supplement{suffix}.otf', like[style])
        finish(cut(NOTO.format(f'NotoSans-{style}'), latin, hinting=False), 'Gongyuan Latin', f'latin-supplement{suffix}.ttf', like[style])

    open_ = spread(SYMBOLS) - have - sc - latin
    parts = []
    for name in ('NotoSansMath-Regular', 'NotoSansSymbols-Regular', 'NotoSansSymbols2-Regular'):
        mine = cmap(NOTO.format(name)) & open_
        open_ -= mine
        parts.append(cut(NOTO.format(name), mine, layout=False, hinting=False))
    symbols = finish(joined(parts), 'Gongyuan Symbols', 'symbols-supplement.ttf', like['Regular'])

    known = have | sc | latin | symbols
    wanted = {c for c, source in g_source().items() if source in RARE_SOURCES} - known
    parts = []
    for name in ('HanaMinA', 'HanaMinB'):
        mine = cmap(HANA.format(name)) & wanted
        wanted -= mine
        parts.append(cut(HANA.format(name), mine, layout=False, hinting=False))
    finish(joined(parts), 'Gongyuan Rare Han', 'rare-han-supplement.ttf', like['Regular'])

    # Whole, for formulas need the table MATH with its stretched variants, which no web subsetter keeps.
    math = cut(ASANA, cmap(ASANA))
    # 100 in the original, more than the brackets' pieces have (10 to 35), so that browsers would not join them and a
    # brace before three equations stayed too short.
    math['MATH'].table.MathVariants.MinConnectorOverlap = 10
    finish(math, 'Gongyuan Math', 'math-supplement.otf', like['Regular'], keep_metrics=True)


if __name__ == '__main__':
    main(*sys.argv[1:3])
