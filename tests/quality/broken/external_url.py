"""A script, a font and a picture from a network, and scripts that would ask a server; a named address is allowed.

A script that could ask is let through only where the page's policy, standing before it, lets the browser load nothing.
"""

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
    # Slashes as entities, in three spellings: a page without a plain one may lead outside all the same.
    for name, slash in SLASHES.items():
        world.files[f"public/{name}.html"] = f"<p>x</p>\n<img src='https:{2 * slash}example.org'>".encode()
    for name, policy in POLICIES.items():
        world.files[f"internal/{name}.html"] = PAGE.format(policy=policy).encode()
    late = PAGE.format(policy=SEALED).splitlines()
    world.files["internal/late.html"] = "\n".join([late[1], late[0], *late[2:]]).encode()


SLASHES = {"decimal": "&#47;", "hexadecimal": "&#x2f;", "named": "&sol;"}
SEALED = "default-src 'none'; script-src 'unsafe-inline'; img-src data:"
POLICIES = {
    "sealed": SEALED,
    "open": "default-src 'none'; connect-src https:; script-src 'unsafe-inline'",
    "half": "script-src 'unsafe-inline'",
}
PAGE = """<meta http-equiv="Content-Security-Policy" content="{policy}">
<script>new XMLHttpRequest()</script>
<script>fetch("//example.org/x")</script>"""


EXPECTED = [
    *({"file": f"public/{name}.html", "rows": (2,), "words": "<img src>"} for name in SLASHES),
    {"file": "public/report.html", "rows": (2,), "words": "<script src>"},
    {"file": "public/report.html", "rows": (3,), "words": "<style>"},
    {"file": "public/report.html", "rows": (4,), "words": "<img srcset>"},
    {"file": "internal/sealed.html", "rows": (3,), "words": "<script>"},
    {"file": "internal/open.html", "rows": (2,), "words": "<script>"},
    {"file": "internal/open.html", "rows": (3,), "words": "<script>"},
    {"file": "internal/half.html", "rows": (2,), "words": "<script>"},
    {"file": "internal/half.html", "rows": (3,), "words": "<script>"},
    {"file": "internal/late.html", "rows": (1,), "words": "<script>"},
    {"file": "internal/late.html", "rows": (3,), "words": "<script>"},
]
