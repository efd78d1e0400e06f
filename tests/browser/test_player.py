"""The player's bar: where it stands, what it tells, by pointer, by key, and while it plays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from waiting import wait_until

MOUNT = """async ([length]) => {
  const [{ Player }, { loadTranslator }] = await Promise.all([
    import("/browser/parts/player.js"), import("/browser/i18n.js")]);
  document.body.className = "explorer";
  const styles = ["style.css", "parts/player.css"].map((name) => new Promise((resolve) => {
    const sheet = { rel: "stylesheet", href: `/browser/${name}`, onload: resolve };
    document.head.append(Object.assign(document.createElement("link"), sheet));
  }));
  await Promise.all(styles);
  window.seen = [];
  window.player = new Player(document.body, {
    t: await loadTranslator("en"), length, label: (i) => `moment ${i}`,
    onSeek: (i, cause) => window.seen.push([i, cause.type, cause.timeStamp]),
  });
}"""


CLOCK = """() => {
  window.now = 1000;
  performance.now = () => window.now;
  window.requestAnimationFrame = (frame) => { window.frame = frame; return 1; };
  window.after = (milliseconds) => {
    window.now += milliseconds;
    window.frame(window.now);
    return player.index;
  };
}"""
"""Lets ``after(milliseconds)`` draw the next frame, and say where the player is then."""


@pytest.fixture
def player(page: Page) -> Page:
    """A page with a player over ten moments; ``seen`` lists what it told."""
    page.evaluate(MOUNT, [10])
    return page


def places(page: Page) -> list[int]:
    return [int(place) for place in page.evaluate("window.seen.map(([i]) => i)")]


def test_keys_move_it_and_never_beyond_its_ends(player: Page) -> None:
    slider = player.get_by_role("slider")
    slider.focus()
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "Home"):
        player.keyboard.press(key)
    assert places(player) == [1, 2, 1, 9, 0]
    expect(slider).to_have_attribute("aria-valuetext", "moment 0")


def test_keys_work_from_its_buttons_too(player: Page) -> None:
    player.get_by_role("button", name="Play").focus()
    player.keyboard.press("ArrowRight")
    player.keyboard.press("End")
    assert places(player) == [1, 9]


def test_keys_with_a_modifier_belong_to_the_browser(player: Page) -> None:
    assert player.evaluate("player.press(new KeyboardEvent('keydown', {key: 'ArrowRight', altKey: true}))") is False
    assert places(player) == []


def test_buttons_step_and_jump(player: Page) -> None:
    for name in ("One moment on", "Last moment", "One moment back", "First moment"):
        player.get_by_role("button", name=name).click()
    assert places(player) == [1, 9, 8, 0]


def test_the_pointer_scrubs_both_ways(player: Page) -> None:
    box = player.get_by_role("slider").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    player.mouse.move(box["x"] + 10, y)
    player.mouse.down()
    player.mouse.move(box["x"] + box["width"] - 2, y, steps=30)
    player.mouse.move(box["x"] + box["width"] / 2, y, steps=15)
    player.mouse.up()
    seen = places(player)
    assert seen[: seen.index(9) + 1] == list(range(seen[0], 10))
    assert seen[-1] in (4, 5)
    assert {cause for _, cause, _ in player.evaluate("window.seen")} == {"input"}


def test_playing_shows_every_moment_and_ends_at_the_end(player: Page) -> None:
    player.get_by_label("Moments per second").select_option("10")
    player.get_by_role("slider").focus()
    player.keyboard.press("Space")
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    wait_until(player, "player.index === 9 && !player.playing")
    assert places(player) == sorted(places(player))
    assert {cause for _, cause, _ in player.evaluate("window.seen")} == {"frame"}
    expect(player.get_by_role("button", name="Play")).to_be_visible()


def test_playing_at_the_end_starts_again_and_a_touch_of_the_slider_stops_it(player: Page) -> None:
    player.evaluate("player.seek(9); player.play()")
    assert player.evaluate("[player.index, player.playing]") == [0, True]
    player.get_by_role("slider").focus()
    player.keyboard.press("End")
    assert player.evaluate("[player.index, player.playing]") == [9, False]


def test_it_plays_as_many_moments_a_second_as_are_chosen(player: Page) -> None:
    player.evaluate(CLOCK)
    speed = player.get_by_label("Moments per second")
    speed.select_option("30")
    player.evaluate("player.play()")
    assert player.evaluate("after(100)") == 3
    speed.select_option("5")
    assert [player.evaluate("after(100)") for _ in range(4)] == [3, 4, 4, 5]


def test_time_in_which_nothing_was_drawn_or_played_is_not_made_up_for(player: Page) -> None:
    player.evaluate(CLOCK)
    player.evaluate("player.play()")
    assert player.evaluate("after(10_000)") == 2, "a quarter of a second at most"
    player.evaluate("player.pause()")
    player.evaluate("now += 5000")
    player.evaluate("player.play()")
    assert player.evaluate("after(90)") == 2
    assert player.evaluate("after(10)") == 3


def test_a_new_end_is_followed_only_when_asked(player: Page) -> None:
    player.evaluate("player.setLength(12)")
    assert player.evaluate("player.index") == 0
    player.evaluate("player.setLength(15, { follow: true })")
    assert player.evaluate("player.index") == 14
    player.evaluate("player.setLength(3)")
    assert player.evaluate("[player.index, player.length]") == [2, 3]
    player.evaluate("player.setLength(2)")
    assert player.evaluate("[player.index, player.length]") == [1, 2]
    assert places(player) == [14, 2, 1]


def test_one_moment_does_not_play(page: Page) -> None:
    page.evaluate(MOUNT, [1])
    page.evaluate("player.play()")
    assert page.evaluate("player.playing") is False


def test_destroyed_while_playing_it_tells_no_more(player: Page) -> None:
    told = player.evaluate(
        """async () => {
          player.play();
          player.destroy();
          const before = seen.length;
          for (let i = 0; i < 20; i += 1) await new Promise(requestAnimationFrame);
          return seen.length - before;
        }"""
    )
    assert told == 0
    expect(player.locator(".player")).to_have_count(0)
