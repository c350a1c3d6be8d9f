"""The page's colours and type for light and dark, as a gradio theme; the system's own fonts only.

What a theme cannot say is in ``page.css``, which takes its colours from here.
"""

from __future__ import annotations

import gradio as gr

SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

PAPER, CARD, INK, MUTED, LINE, ACCENT, SOFT = (
    "#faf8f4",
    "#ffffff",
    "#1f1b16",
    "#665d52",
    "#e2dbcf",
    "#0f5c56",
    "#e4f0ee",
)
DARK = {"paper": "#171512", "card": "#201d19", "ink": "#ece6dc", "muted": "#aca294", "line": "#3a352e"}
DARK_ACCENT, DARK_SOFT = "#7fd1c7", "#1a3531"


BOTH: dict[str, tuple[str, str]] = {
    "body_background_fill": (PAPER, DARK["paper"]),
    "body_text_color": (INK, DARK["ink"]),
    "body_text_color_subdued": (MUTED, DARK["muted"]),
    "background_fill_primary": (CARD, DARK["card"]),
    "background_fill_secondary": (PAPER, DARK["paper"]),
    "block_background_fill": (CARD, DARK["card"]),
    "block_border_color": (LINE, DARK["line"]),
    "block_label_text_color": (MUTED, DARK["muted"]),
    "block_title_text_color": (MUTED, DARK["muted"]),
    "border_color_primary": (LINE, DARK["line"]),
    "border_color_accent": (ACCENT, DARK_ACCENT),
    "color_accent_soft": (SOFT, DARK_SOFT),
    "input_background_fill": (CARD, DARK["card"]),
    "input_border_color": (LINE, DARK["line"]),
    "input_border_color_focus": (ACCENT, DARK_ACCENT),
    "input_placeholder_color": (MUTED, DARK["muted"]),
    "link_text_color": (ACCENT, DARK_ACCENT),
    "link_text_color_hover": (ACCENT, DARK_ACCENT),
    "link_text_color_visited": (ACCENT, DARK_ACCENT),
    "link_text_color_active": (ACCENT, DARK_ACCENT),
    "button_primary_background_fill": (ACCENT, DARK_ACCENT),
    "button_primary_background_fill_hover": ("#0b4743", "#a3e0d8"),
    "button_primary_border_color": (ACCENT, DARK_ACCENT),
    "button_primary_border_color_hover": (ACCENT, DARK_ACCENT),
    "button_primary_text_color": ("#ffffff", "#10201e"),
    "button_primary_text_color_hover": ("#ffffff", "#10201e"),
    "button_secondary_background_fill": ("transparent", "transparent"),
    "button_secondary_background_fill_hover": (SOFT, DARK_SOFT),
    "button_secondary_border_color": (LINE, DARK["line"]),
    "button_secondary_text_color": (INK, DARK["ink"]),
    "button_secondary_text_color_hover": (INK, DARK["ink"]),
    "checkbox_label_background_fill": (CARD, DARK["card"]),
    "checkbox_label_background_fill_hover": (SOFT, DARK_SOFT),
    "checkbox_label_background_fill_selected": (SOFT, DARK_SOFT),
    "checkbox_label_border_color": (LINE, DARK["line"]),
    "checkbox_label_border_color_selected": (ACCENT, DARK_ACCENT),
    "checkbox_label_text_color": (INK, DARK["ink"]),
    "checkbox_label_text_color_selected": (INK, DARK["ink"]),
    "table_even_background_fill": (CARD, DARK["card"]),
    "table_odd_background_fill": (PAPER, DARK["paper"]),
    "table_border_color": (LINE, DARK["line"]),
    "table_text_color": (INK, DARK["ink"]),
}
"""Theme variable -> its colour in light and in dark."""


def newsroom_theme() -> gr.themes.Base:
    """Return the theme; nothing in it is fetched from anywhere."""
    theme = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="stone",
        radius_size="sm",
        font=list(SANS),
        font_mono=list(MONO),
    )
    values = {name: light for name, (light, _) in BOTH.items()}
    values |= {f"{name}_dark": dark for name, (_, dark) in BOTH.items()}
    theme.set(
        **values,
        color_accent=ACCENT,
        input_border_width="1px",
        button_border_width="1px",
        checkbox_label_border_width="1px",
        button_large_text_weight="600",
        button_large_padding="0.6rem 1.1rem",
        block_shadow="none",
        block_label_text_size="0.85rem",
        block_title_text_size="0.85rem",
    )
    return theme
