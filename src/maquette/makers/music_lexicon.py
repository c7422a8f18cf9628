"""What words mean in music: genres with what is usual in them, moods, tempo words; English and Russian.

The genres are those of the data that the starter learnt from. What it has no music of is named openly with the nearest
that it has (`NEAREST`): nothing is passed off as jazz.
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..core.spelling import normal, split


def stems(text: str) -> str:
    """Words brought together with their other forms: "Slow waltzes" -> "slow waltz", "вальсы" -> "вальс"."""
    from ..encodings.words import is_russian, russian_stem

    return " ".join(russian_stem(word) if is_russian(word) else normal(word) for word in split(text))


@dataclass(frozen=True)
class Genre:
    """A genre by its name in the data. `words`: how else people call it; metres: the usual first.

    tempo: quarters a minute, from slow to fast. parts: instruments or an ensemble. bars: of a piece nobody gave a
    length for. mode: the usual one.
    """

    name: str
    words: tuple[str, ...]
    metres: tuple[tuple[int, int], ...] = ((4, 4), (3, 4))
    tempo: tuple[int, int] = (72, 120)
    parts: tuple[str, ...] = ("Piano",)
    bars: int = 16
    mode: str = "major"


_QUARTET = ("Violin", "Violin", "Viola", "Cello")
_SATB = ("Soprano", "Alto", "Tenor", "Bass")
_SONG = ("Voice", "Piano")
_ORCHESTRA = ("Flute", "Oboe", "Clarinet", "Bassoon", "Horn", "Trumpet", "Timpani", *_QUARTET, "Double bass")
_BAND = ("Distorted guitar", "Electric guitar", "Bass guitar", "Drums")


def _one(name: str, words: str, *more: object, **fields: object) -> Genre:
    return Genre(name, tuple(filter(None, (word.strip() for word in words.split(",")))), *more, **fields)  # type: ignore[arg-type]


GENRES: tuple[Genre, ...] = (
    _one("song", "tune, melody, song without words, песня, мелодия, напев", ((4, 4), (2, 4), (3, 4)), (66, 104), _SONG),
    _one("lied", "art song, lieder, romance, романс, лид", ((4, 4), (3, 4), (2, 4), (6, 8)), (63, 112), _SONG),
    _one("instrumental", "instrumental piece, инструментальная пьеса", ((2, 4), (3, 4), (4, 4)), (72, 144)),
    _one("sacred", "motet, psalm, sacred piece, requiem, vespers, oratorio, cantata, anthem, духовная музыка, псалом, "
         "мотет, реквием, кантата", ((4, 4), (2, 2), (3, 4)), (66, 100), _SATB),
    _one("string quartet", "струнный квартет", ((3, 4), (4, 4), (2, 4), (6, 8)), (76, 144), _QUARTET),
    _one("hymn", "chorale, carol, гимн, хорал, колядка", ((4, 4), (3, 4), (6, 8)), (84, 112), _SATB),
    _one("mass", "kyrie, gloria, sanctus, месса", ((4, 4), (2, 2), (3, 2)), (66, 100), _SATB),
    _one("etude", "study, exercise, этюд, упражнение", ((4, 4), (3, 4), (2, 4)), (60, 132)),
    _one("mazurka", "mazur, oberek, kujawiak, мазурка", ((3, 4), (3, 8)), (108, 160), mode="minor"),
    _one("romantic piece", "romantic, nocturne, impromptu, fantasy, fantasia, ballade, barcarolle, bagatelle, "
         "romanticism, ноктюрн, романтическая пьеса, баллада, экспромт, баркарола",
         ((4, 4), (3, 4), (6, 8)), (60, 100)),
    _one("sonata", "sonatina, соната, сонатина", ((2, 4), (3, 4), (4, 4), (6, 8)), (66, 138), bars=24),
    _one("prelude", "prelude, прелюдия, прелюд", ((4, 4), (3, 4), (2, 4)), (60, 104)),
    _one("polonaise", "полонез", ((3, 4),), (84, 104)),
    _one("waltz", "valse, landler, вальс", ((3, 4), (3, 8)), (120, 180)),
    _one("classical piece", "classical, rondo, variation, divertimento, cassation, contradance, scherzo, классика, "
         "рондо, вариации, скерцо", ((2, 4), (6, 8), (4, 4)), (72, 126)),
    _one("baroque piece", "baroque, invention, toccata, partita, gavotte, sarabande, bourree, gigue, allemande, "
         "courante, chaconne, passacaglia, барокко, инвенция, токката, сарабанда, гавот, жига",
         ((4, 4), (3, 4), (2, 2)), (63, 112), ("Harpsichord",)),
    _one("game soundtrack", "game, video game, videogame, game music, boss, boss fight, level, battle, metal, "
         "музыка для игры, игра, битва", ((4, 4), (3, 4)), (100, 150), _BAND),
    _one("folk", "folk song, folk dance, traditional, народная песня, народный танец, народная",
         ((3, 4), (2, 4), (4, 4)), (84, 120)),
    _one("orchestral", "symphony, symphonic, orchestral piece, overture, concerto, film score, soundtrack, симфония, "
         "увертюра, концерт, оркестровая пьеса, саундтрек, музыка к фильму",
         ((3, 4), (4, 4), (2, 4)), (72, 160), _ORCHESTRA),
    _one("fugue", "fughetta, canon, фуга, канон", ((4, 4), (2, 2)), (66, 112), ("Organ",), mode="minor"),
    _one("opera", "aria, arioso, recitative, опера, ария", ((4, 4), (3, 4), (2, 4)), (66, 120), _SONG),
    _one("march", "marching, parade, марш", ((2, 4), (4, 4), (2, 2)), (96, 126)),
    _one("piece", "composition, character piece, пьеса, композиция", ((4, 4), (3, 4), (6, 8)), (63, 112)),
    _one("minuet", "menuet, minuetto, менуэт", ((3, 4),), (96, 126)),
    _one("renaissance piece", "renaissance, madrigal, pavane, galliard, ренессанс, мадригал, павана",
         ((4, 4), (2, 2), (3, 4)), (66, 104), _SATB),
    _one("krakowiak", "polka, краковяк, полька", ((2, 4),), (92, 126)),
    # Dances that only models trained on them know (the recipe music-dance): elsewhere NEAREST names what is used.
    _one("reel", "рил", ((4, 4), (2, 4)), (176, 220), ("Violin",)),
    _one("jig", "double jig, slip jig", ((6, 8), (9, 8)), (150, 180), ("Violin",)),
    _one("hornpipe", "хорнпайп", ((4, 4),), (140, 176), ("Violin",)),
)  # fmt: skip

BY_NAME = {one.name: one for one in GENRES}
LEARNT = tuple(one.name for one in GENRES if one.name not in ("reel", "jig", "hornpipe"))

# What nobody here has learnt -> (the nearest that is, its metre and tempo where they are another's).
NEAREST: dict[str, tuple[str, tuple[int, int] | None, int | None]] = {
    "reel": ("folk", (4, 4), 190),
    "jig": ("folk", (6, 8), 165),
    "hornpipe": ("folk", (4, 4), 150),
    "tarantella": ("folk", (6, 8), 170),
    "polska": ("folk", (3, 4), 110),
    "чардаш": ("folk", (2, 4), 120),
    "csardas": ("folk", (2, 4), 120),
    "jazz": ("classical piece", (4, 4), 120),
    "джаз": ("classical piece", (4, 4), 120),
    "swing": ("classical piece", (4, 4), 132),
    "blues": ("song", (4, 4), 84),
    "блюз": ("song", (4, 4), 84),
    "ragtime": ("march", (2, 4), 84),
    "регтайм": ("march", (2, 4), 84),
    "tango": ("romantic piece", (2, 4), 66),
    "танго": ("romantic piece", (2, 4), 66),
    "habanera": ("romantic piece", (2, 4), 66),
    "bossa nova": ("song", (4, 4), 126),
    "samba": ("folk", (2, 4), 104),
    "salsa": ("folk", (4, 4), 180),
    "pop": ("song", (4, 4), 108),
    "поп": ("song", (4, 4), 108),
    "rock": ("game soundtrack", (4, 4), 124),
    "рок": ("game soundtrack", (4, 4), 124),
    "punk": ("game soundtrack", (4, 4), 170),
    "techno": ("game soundtrack", (4, 4), 130),
    "техно": ("game soundtrack", (4, 4), 130),
    "house": ("game soundtrack", (4, 4), 124),
    "trance": ("game soundtrack", (4, 4), 138),
    "edm": ("game soundtrack", (4, 4), 128),
    "electronic": ("game soundtrack", (4, 4), 120),
    "synthwave": ("game soundtrack", (4, 4), 100),
    "chiptune": ("game soundtrack", (4, 4), 150),
    "ambient": ("game soundtrack", (4, 4), 72),
    "lofi": ("song", (4, 4), 76),
    "hip hop": ("game soundtrack", (4, 4), 90),
    "хип хоп": ("game soundtrack", (4, 4), 90),
    "rap": ("game soundtrack", (4, 4), 90),
    "trap": ("game soundtrack", (4, 4), 140),
    "funk": ("game soundtrack", (4, 4), 108),
    "disco": ("game soundtrack", (4, 4), 118),
    "reggae": ("song", (4, 4), 76),
    "country": ("song", (4, 4), 112),
    "gospel": ("hymn", (4, 4), 84),
    "musical": ("song", (4, 4), 104),
    "lullaby": ("song", (6, 8), 66),
    "колыбельная": ("song", (6, 8), 66),
    "nursery rhyme": ("song", (2, 4), 100),
    "детская песня": ("song", (2, 4), 100),
    "galop": ("march", (2, 4), 144),
    "foxtrot": ("march", (4, 4), 120),
}


@dataclass(frozen=True)
class Mood:
    """What a mood asks of the music: the mode, how much faster or slower, thinner or denser, how loud."""

    words: tuple[str, ...]
    mode: str | None = None
    pace: float = 1.0
    density: int = 0
    loud: str = ""


def _mood(words: str, mode: str | None = None, pace: float = 1.0, density: int = 0, loud: str = "") -> Mood:
    return Mood(tuple(word.strip() for word in words.split(",")), mode, pace, density, loud)


MOODS: tuple[Mood, ...] = (
    _mood("sad, sorrowful, mournful, melancholy, melancholic, tragic, lonely, grief, nostalgic, грустный, печальный, "
          "тоскливый, меланхоличный, скорбный", "minor", 0.82, -1, "p"),
    _mood("happy, cheerful, joyful, merry, bright, funny, sunny, cheery, весёлый, радостный, светлый, бодрый, "
          "озорной", "major", 1.12, 0, "mf"),
    _mood("calm, peaceful, quiet, gentle, soft, tender, dreamy, relaxing, relaxed, soothing, warm, спокойный, "
          "тихий, нежный, мечтательный, мягкий, лиричный, lyrical, cantabile, dolce", None, 0.86, -1, "p"),
    _mood("dark, gloomy, dramatic, stormy, angry, furious, tense, scary, eerie, мрачный, тёмный, драматичный, бурный, "
          "гневный, тревожный, страшный", "minor", 1.05, 1, "f"),
    _mood("solemn, majestic, noble, grand, festive, triumphant, heroic, epic, proud, торжественный, величественный, "
          "праздничный, героический", None, 0.92, 0, "f"),
    _mood("playful, light, graceful, elegant, delicate, scherzando, игривый, лёгкий, изящный, грациозный",
          None, 1.06, 0, "mp"),
    _mood("energetic, lively, driving, exciting, spirited, brisk, энергичный, живой, задорный, con brio",
          None, 1.15, 1, "f"),
    _mood("mysterious, mystic, ghostly, таинственный, загадочный, призрачный", "minor", 0.9, -1, "p"),
)  # fmt: skip

# Words for the tempo -> quarters a minute (a number), or a factor of what is usual in the genre (a string).
TEMPI: dict[str, int | str] = {
    "grave": 44, "largo": 48, "lento": 54, "adagio": 60, "larghetto": 63, "andante": 76, "andantino": 84,
    "moderato": 96, "allegretto": 108, "allegro": 126, "vivace": 150, "presto": 176, "prestissimo": 196,
    "maestoso": 84, "ларго": 48, "ленто": 54, "адажио": 60, "анданте": 76, "модерато": 96, "аллегретто": 108,
    "аллегро": 126, "виваче": 150, "престо": 176,
    "very slow": "0.6", "очень медленный": "0.6", "very fast": "1.45", "очень быстрый": "1.45",
    "slow": "0.75", "slower": "0.85", "медленный": "0.75", "медленно": "0.75", "неторопливый": "0.85",
    "fast": "1.25", "quick": "1.25", "faster": "1.15", "upbeat": "1.2", "быстрый": "1.25", "быстро": "1.25",
    "скорый": "1.25", "moderate": "1.0", "medium": "1.0", "умеренный": "1.0",
}  # fmt: skip

METRES: dict[str, tuple[int, int]] = {
    "common time": (4, 4), "cut time": (2, 2), "alla breve": (2, 2), "three four": (3, 4), "four four": (4, 4),
    "two four": (2, 4), "six eight": (6, 8), "three eight": (3, 8), "nine eight": (9, 8), "twelve eight": (12, 8),
    "five four": (5, 4), "seven eight": (7, 8), "triple time": (3, 4), "waltz time": (3, 4), "three quarter": (3, 4),
    "три четверти": (3, 4), "четыре четверти": (4, 4), "две четверти": (2, 4), "шесть восьмых": (6, 8),
    "три восьмых": (3, 8), "семь восьмых": (7, 8), "пять четвертей": (5, 4), "девять восьмых": (9, 8),
}  # fmt: skip

DENSITIES: dict[str, int] = {
    "sparse": -2, "simple": -1, "easy": -1, "plain": -1, "virtuosic": 2, "virtuoso": 2, "busy": 2, "dense": 2,
    "ornate": 2, "flowing": 1, "простой": -1, "лёгкая": -1, "виртуозный": 2, "насыщенный": 2, "редкий": -2,
    "плавный": 0,
}  # fmt: skip

# Words that ask for nothing by themselves.
STOP = frozenset(
    "a an the of with and or for to from by at is are as it my some this that please write compose make me in on into "
    "time style like short little small bar bars beat key scale mood feel feeling sounding sound very quite "
    "rather instrument instruments part parts music musical tempo bpm meter signature your our new nice beautiful "
    "и в во на с со к ко у о об от до из за для по над под при а или это мой моя мое мои пожалуйста напиши сочини "
    "тональность темп такт тактов размер стиль очень красивый красивая музыка короткий маленький".split()
)


@cache
def table() -> dict[str, tuple[str, object]]:
    """Stems of everything that one to three words may say -> (kind, meaning)."""
    from .music_instruments import lexicon

    known: dict[str, tuple[str, object]] = {}
    for word, metre in METRES.items():
        known[stems(word)] = ("metre", metre)
    for word, shift in DENSITIES.items():
        known[stems(word)] = ("density", shift)
    for word, names in lexicon().items():
        known.setdefault(stems(word), ("parts", names))
    for mood in MOODS:
        for word in mood.words:
            known.setdefault(stems(word), ("mood", mood))
    for word, tempo in TEMPI.items():
        known[stems(word)] = ("tempo", tempo)
    for word, near in NEAREST.items():
        known[stems(word)] = ("nearest", (word, near))
    for genre in GENRES:
        for word in (genre.name, *genre.words):
            if (key := stems(word)) not in known or known[key][0] not in ("parts",):
                known.setdefault(key, ("genre", genre))
    return known
