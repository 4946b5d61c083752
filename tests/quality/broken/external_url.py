"""A script from a network, a font from a network, a picture over a bare //; a named address in the text is allowed."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """Lines 2 to 4 lead outside, line 5 does not."""
    lines = [
        "<html><body>",
        '<script src="https://example.org/a.js"></script>',
        "<style>@import 'http://example.org/f.css'; p { background: url(data:image/png;base64,AA) }</style>",
        '<img srcset="a.png 1x, //example.org/b.png 2x">',
        "<p>https://example.org <a href='#x'>x</a> <a href='schools/720001.html'>s</a></p></body></html>",
    ]
    world.files["public/report.html"] = "\n".join(lines).encode()


EXPECTED = [
    {"file": "public/report.html", "rows": (2,), "words": "<script src>"},
    {"file": "public/report.html", "rows": (3,), "words": "<style>"},
    {"file": "public/report.html", "rows": (4,), "words": "<img srcset>"},
]
