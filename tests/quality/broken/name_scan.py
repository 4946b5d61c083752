"""A pupil's name in the public report."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """An invented full name."""
    page = "<html><body><p>Отличник: Кудеяров Пахом Еремеевич</p></body></html>"
    world.files["public/report.html"] = page.encode()


EXPECTED = [{"severity": "blocker", "words": "report.html"}]
