"""The built assets, the colours and the translations."""

import re
from pathlib import Path

import polib
import pytest
from django.apps import apps

WEB = Path(apps.get_app_config("web").path)
BUILT = WEB / "static" / "web"
TOKENS = dict(re.findall(r"^\$([\w-]+): (#[0-9a-f]{6});", (WEB / "scss" / "_tokens.scss").read_text("utf-8"), re.M))
GROUNDS = ("paper", "wool", "white")
TEXT = ("ink", "ink-2", "edge", "cochineal", "indigo", "indigo-dark", "visited", "chilca", "brick", "ochre", "plum")


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("colour", TEXT)
def test_text_colours_reach_4_5_on_every_ground(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 4.5


def test_special_pairs() -> None:
    assert contrast("white", "cochineal") == pytest.approx(8.60, abs=0.01)
    assert contrast("ink", "qolle") == pytest.approx(10.24, abs=0.01)
    assert contrast("ink", "tint") >= 7
    assert contrast("indigo", "tint") >= 4.5
    assert all(contrast("ply", ground) >= 3 for ground in GROUNDS)


def test_the_style_sheet_is_ours_alone() -> None:
    css = (BUILT / "minga.css").read_text("utf-8")
    assert "GDS Transport" not in css
    assert "crown" not in css
    assert "/assets/" not in css
    assert not re.search(r"https?://", css)
    named = set(re.findall(r"url\(\"?([^)\"#]+?)\"?\)", css))
    assert named == {f"fonts/{path.name}" for path in (BUILT / "fonts").glob("*.woff2")}
    assert len(named) == 6


def test_every_token_is_a_custom_property() -> None:
    css = (BUILT / "minga.css").read_text("utf-8")
    missing = [name for name in TOKENS if f"--{name}:" not in css]
    assert missing == []


def test_no_text_is_set_under_14_pixels() -> None:
    sizes = [
        float(size)
        for sheet in (WEB / "scss").glob("_*.scss")
        if sheet.name != "_print.scss"
        for size in re.findall(r"font-size: (\.?\d+(?:\.\d+)?)rem", sheet.read_text("utf-8"))
    ]
    assert min(sizes) >= 0.875


def test_no_template_holds_inline_script_or_style() -> None:
    for path in (WEB / "templates").rglob("*.html"):
        source = path.read_text("utf-8")
        assert "style=" not in source, path
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\son\w+=", source), path


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s", text))


def test_spanish_is_complete_and_keeps_the_placeholders() -> None:
    catalogue = polib.pofile(str(WEB / "locale" / "es" / "LC_MESSAGES" / "django.po"))
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []
    for entry in catalogue:
        many = entry.msgstr_plural.values()
        found = [placeholders(entry.msgstr)] if entry.msgstr else [placeholders(text) for text in many]
        assert found[-1] == placeholders(entry.msgid_plural or entry.msgid), entry.msgid
        assert all(form <= found[-1] for form in found), entry.msgid


def test_the_lock_names_no_registry() -> None:
    root = WEB.parents[2]
    assert '"resolved"' not in (root / "package-lock.json").read_text("utf-8")
