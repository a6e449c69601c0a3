"""The Studio page in the words of the person who uses it."""

from playwright.sync_api import Locator, Page, expect

MAKING = 60_000


class Studio:
    def __init__(self, page: Page, address: str):
        self.page = page
        self.address = address

    def open(self) -> "Studio":
        self.page.goto(self.address)
        self.page.locator("song-list[data-shown]:not([data-shown=loading])").wait_for()
        return self

    # What there is to see

    @property
    def prompt(self) -> Locator:
        return self.page.get_by_label("Describe the song")

    @property
    def cards(self) -> Locator:
        return self.page.locator("song-card")

    @property
    def jobs(self) -> Locator:
        return self.page.locator(".job")

    @property
    def banner(self) -> Locator:
        return self.page.locator("connection-banner")

    @property
    def player(self) -> Locator:
        return self.page.locator("player-bar")

    @property
    def position(self) -> float:
        return self.page.evaluate("document.querySelector('#player-audio').currentTime")

    def position_past(self, seconds: float) -> float:
        """The position, once it is past `seconds`; a seek takes a moment to arrive."""
        for _ in range(100):
            if (position := self.position) > seconds:
                return position
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the player stays at {self.position} s and never gets past {seconds} s")

    @property
    def is_playing(self) -> bool:
        return self.page.evaluate("!document.querySelector('#player-audio').paused")

    def title(self, index=0) -> str:
        return self.cards.nth(index).locator(".song-title").inner_text()

    # What a person does

    def ask(self, prompt: str):
        self.prompt.fill(prompt)
        self.page.get_by_role("button", name="Create").click()

    def make(self, prompt: str, title: str | None = None) -> Locator:
        """Makes a song and waits for its card."""
        before = self.cards.count()
        if title is not None:
            self.options(lambda: self.page.get_by_label("Title", exact=True).fill(title))
        self.ask(prompt)
        expect(self.cards).to_have_count(before + 1, timeout=MAKING)
        return self.cards.first

    def options(self, change):
        chip = self.page.locator("[popovertarget=composer-options]")
        chip.click()
        change()
        chip.click()

    def menu(self, card: Locator, name: str, item: str):
        card.get_by_role("button", name=name).click()
        self.page.get_by_role("menuitem", name=item).click()

    # What the machine can tell

    def loudness(self, seconds=10) -> float:
        """The loudest RMS (1 is full scale) that an analyser behind the player hears."""
        return self.page.evaluate(
            """async (seconds) => {
                const audio = document.querySelector('#player-audio');
                const context = new AudioContext();
                await context.resume();
                const analyser = new AnalyserNode(context, { fftSize: 2048 });
                context.createMediaElementSource(audio).connect(analyser).connect(context.destination);
                const samples = new Float32Array(analyser.fftSize);
                let loudest = 0;
                for (const end = performance.now() + seconds * 1000; performance.now() < end && loudest < 0.02;) {
                    await new Promise((resolve) => setTimeout(resolve, 40));
                    analyser.getFloatTimeDomainData(samples);
                    loudest = Math.max(loudest, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
                }
                return loudest;
            }""", seconds)

    def waveform_ink(self, card: Locator) -> int:
        """How many pixels of the card's waveform are painted."""
        card.locator("song-waveform[data-state=drawn]").wait_for()
        return card.locator("song-waveform .wave > div").evaluate(
            """async (host) => {
                await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
                let painted = 0;
                for (const canvas of host.shadowRoot.querySelectorAll('canvas')) {
                    if (canvas.width === 0 || canvas.height === 0) continue;
                    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                    for (let index = 3; index < data.length; index += 4) painted += data[index] > 0;
                }
                return painted;
            }""")

    def overflowing(self) -> list[str]:
        """What reaches out of the window at its sides."""
        return self.page.evaluate(
            """() => {
                const wide = [...document.querySelectorAll('body *')].filter((element) => {
                    if (!element.checkVisibility({ opacityProperty: true }) || element.closest('.hidden, .skip, .seek')) return false;
                    const { left, right, width } = element.getBoundingClientRect();
                    return width > 0 && (right > innerWidth + 0.5 || left < -0.5);
                }).map((element) => element.outerHTML.slice(0, 120));
                const root = document.documentElement;
                return root.scrollWidth > innerWidth ? [`the page is ${root.scrollWidth} wide`, ...wide] : wide;
            }""")
