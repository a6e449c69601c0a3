"""Tables as Markdown and as JSON."""

from dataclasses import asdict

from aims import Aim, Column, Table, Value
from songs import Song

TITLES = {
    "tempo": "Tempo", "key": "Key", "loudness": "Loudness", "defects": "Defects", "contrast": "Contrast of chorus and verse",
    "returns": "Return of the chorus", "styles": "Styles told apart", "variety": "Variety from seed to seed",
}


def markdown(tables: list[Table], about: str) -> str:
    aims = [aim for table in tables for aim in table.aims()]
    verdict = [_verdict(aims)] if aims else []
    return "\n\n".join(["# Continuo's music, measured", about, *map(_table, tables), *verdict]) + "\n"


def as_json(tables: list[Table], songs: list[Song], about: str) -> dict:
    return {
        "about": about,
        "aims": [asdict(aim) for table in tables for aim in table.aims()],
        "tables": {
            table.name: {style: dict(zip((column.heading for column in table.columns), row)) for style, row in table.rows.items()}
            for table in tables
        },
        "songs": songs,
    }


def _table(table: Table) -> str:
    headings = ["style", *(f"{column.heading} ({column.aim})" if column.aim else column.heading for column in table.columns)]
    lines = [f"## {TITLES[table.name]}", "", _row(headings), _row(["---"] + ["---:"] * len(table.columns))]
    for style, row in table.rows.items():
        cells = [_cell(column, value) for column, value in zip(table.columns, row)]
        lines.append(_row([f"**{style}**" if style == "overall" else style, *cells]))
    return "\n".join(lines + (["", table.note] if table.note else []))


def _cell(column: Column, value: Value) -> str:
    if value is None:
        return "–"
    return column.form.format(value) + (" ✗" if column.aim and not column.holds(value) else "")


def _verdict(aims: list[Aim]) -> str:
    lines = ["## Aims", "", _row(["measurement", "what", "aim", "found", "held"]), _row(["---"] * 5)]
    lines += [_row([TITLES[aim.measurement], aim.name, aim.aim, aim.found, "yes" if aim.held else "**no**"]) for aim in aims]
    missed = sum(not aim.held for aim in aims)
    return "\n".join([*lines, "", f"{len(aims) - missed} of {len(aims)} aims held."])


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
