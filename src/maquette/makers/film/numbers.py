"""Whole numbers as they are said: English, Russian, French and Spanish, up to 999,999; longer ones digit by digit."""

from __future__ import annotations

_ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    "ru": "ноль оди́н два три четы́ре пять шесть семь во́семь де́вять де́сять оди́ннадцать двена́дцать трина́дцать "
    "четы́рнадцать пятна́дцать шестна́дцать семна́дцать восемна́дцать девятна́дцать",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
    "dix-huit dix-neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "ru": "два́дцать три́дцать со́рок пятьдеся́т шестьдеся́т се́мьдесят во́семьдесят девяно́сто",
    "fr": "vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
}
_HUNDREDS = {
    "ru": "сто две́сти три́ста четы́реста пятьсо́т шестьсо́т семьсо́т восемьсо́т девятьсо́т",
    "es": "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
}


def in_words(digits: str, language: str) -> str:
    """ "1905" -> "one thousand nine hundred five". Another language than the four is read in English."""
    kind = language[:2] if language[:2] in _ONES else "en"
    value = int(digits)
    if value > 999_999 or (len(digits) > 1 and digits.startswith("0")):
        return " ".join(_ONES[kind].split()[int(digit)] for digit in digits)
    if value < 1000:
        return _small(value, kind)
    return f"{_thousands(value // 1000, kind)} {_small(value % 1000, kind) if value % 1000 else ''}".strip()


def _thousands(count: int, kind: str) -> str:
    if kind == "ru":
        last, tens = count % 10, count % 100
        word = "ты́сяч" if 10 < tens < 20 or last in (0, 5, 6, 7, 8, 9) else "ты́сяча" if last == 1 else "ты́сячи"
        said = _small(count, kind)
        if not 10 < tens < 20 and last in (1, 2):
            said = said.rsplit(" ", 1)[0] + " " if " " in said else ""
            said += "одна́" if last == 1 else "две"
        return word if count == 1 else f"{said} {word}"
    if kind == "en":
        return f"{_small(count, kind)} thousand"
    return ("" if count == 1 else _small(count, kind) + " ") + "mil"


def _small(value: int, kind: str) -> str:
    """0 .. 999."""
    ones = _ONES[kind].split()
    if value < 20:
        return ones[value]
    hundreds, rest = divmod(value, 100)
    said: list[str] = []
    if hundreds:
        if kind in _HUNDREDS:
            said.append("cien" if kind == "es" and value == 100 else _HUNDREDS[kind].split()[hundreds - 1])
        elif kind == "fr":
            said += ([] if hundreds == 1 else [ones[hundreds]]) + ["cent"]
        else:
            said += [ones[hundreds], "hundred"]
    if rest and rest < 20:
        said.append(ones[rest])
    elif rest:
        tens, one = divmod(rest, 10)
        said.append(_TENS[kind].split()[tens - 2])
        if kind == "fr" and tens in (7, 9):
            said.append(ones[10 + one])
        elif one:
            said += ["y", ones[one]] if kind == "es" else [ones[one]]
    return " ".join(said)
