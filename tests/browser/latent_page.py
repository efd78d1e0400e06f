"""The Latent space view on an empty page of a plain file server, and where things are on its map."""

from __future__ import annotations

from playwright.sync_api import FloatRect, Page
from waiting import wait_until

AVATARS = "vae-avatars-32d"
DIGITS = "vae-digits-2d"
PROJECTED = "oracle-digits-16d"

MOUNT = """async ([model, state, language, pictures]) => {
  for (const name of ["style.css", "charts/chart.css", "charts/legend.css", "views/latent.css"]) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/browser/${name}` });
    await new Promise((resolve) => { link.onload = resolve; document.head.append(link); });
  }
  const [{ openModel }, { mount }, { loadTranslator }] = await Promise.all(
    ["runtime/model.js", "views/latent.js", "i18n.js"].map((file) => import(`/browser/${file}`)));
  const root = Object.assign(document.createElement("div"), { className: "explorer" });
  root.dataset.theme = "light";
  root.append(Object.assign(document.createElement("div"), { className: "view-body" }));
  document.body.replaceChildren(root);
  window.states = [];
  const host = {
    emit: (kind, changes) => states.push(changes),
    onUpdate() {},
    link: () => "http://here/?view=latent",
    checkpoints: [],
    open: (name) => openModel(`/checkpoints/${name}`),
  };
  const t = await loadTranslator(language);
  const options = { model: await openModel(`/checkpoints/${model}`), t, state };
  window.view = await mount(document.querySelector(".view-body"), options, host);
  if (pictures) await view.arrival;
  await view.tabs.arrival();
}"""
PIXELS = """() => {
  const canvas = document.querySelector(".latent-output canvas");
  return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].join();
}"""
FRAMES = "() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 120))"


def open_latent(page: Page, model: str = DIGITS, language: str = "en", pictures: bool = True, **state: str) -> None:
    """Mount the view, as ``window.view``; what it tells its host is in ``window.states``.

    It is complete when this returns, unless ``pictures`` says not to wait for the browse set's pictures.
    """
    page.evaluate(MOUNT, [model, state, language, pictures])
    page.wait_for_selector(".latent-prior-distance:not(:empty)")


def z_of(page: Page) -> list[float]:
    """Where z is."""
    return page.evaluate("() => [...view.state.z]")


def wait_for_z(page: Page, z: list[float], within: float = 1e-6) -> None:
    """Wait until z is at a place."""
    wait_until(
        page, "([z, within]) => z.every((value, i) => Math.abs(view.state.z[i] - value) <= within)", arg=[z, within]
    )


def wait_for_picture(page: Page, picture: str) -> None:
    """Wait until the output shows a picture, as :data:`PIXELS` gives it."""
    wait_until(page, f"(picture) => ({PIXELS})() === picture", arg=picture)


def wait_for_other_picture(page: Page, picture: str) -> str:
    """Wait until the output no longer shows a picture, and return what it shows."""
    wait_until(page, f"(picture) => ({PIXELS})() !== picture", arg=picture)
    shown: str = page.evaluate(PIXELS)
    return shown


def map_box(page: Page) -> FloatRect:
    """The map on the page, scrolled into view."""
    page.locator(".latent-map-canvas").scroll_into_view_if_needed()
    box = page.locator(".latent-layer-moving").bounding_box()
    assert box is not None
    return box


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Page position of a place on the map."""
    box = map_box(page)
    px, py = page.evaluate("([x, y]) => [view.plot.canvas.viewport.toX(x), view.plot.canvas.viewport.toY(y)]", [x, y])
    return box["x"] + px, box["y"] + py
