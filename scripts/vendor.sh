#!/usr/bin/env bash
# Fetches the page's third-party files into site/vendor/: wavesurfer.js, the Lucide icons the page draws, two fonts.
# usage: scripts/vendor.sh     Each wheel is pinned by hash; each part keeps its licence beside it. A second call does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

pins='fontpkg-inter==4.1.post1 --hash=sha256:b1105c8b368787112e9352ba657fe4fd32feb0722cc3046a308f65962298ddf8
fontpkg-jetbrains-mono==2.211 --hash=sha256:546e53afe7048f4c4ac2be8cbc00c42d7208bb5f6cd00f852225aa2797335de4
justmyresource-lucide==0.575.0 --hash=sha256:41dc87cf8bf0f1b237c94d05cb4af26917c12a1d0244be121de75dc3e229a5d9
wavesurfer==0.3.9 --hash=sha256:17fe610b68d4a64f65ca153046a668445b81d19ca90e64c0214be83a078dc6bf'

icons='arrow-up audio-lines brush check chevron-down circle-question-mark cloud-off dices download ellipsis file-headphone file-music folder-open
globe keyboard layers list-music lock log-out moon music pause pencil play plus radio repeat rotate-ccw search shuffle skip-back skip-forward
sliders-horizontal sparkles sun sun-moon timer trash-2 triangle-alert unfold-horizontal user volume-1 volume-2 volume-x waves x'

vendor=site/vendor
say() { printf '\033[1mvendor:\033[0m %s\n' "$*" >&2; }
fail() { printf '\033[1;31mvendor:\033[0m %s\n' "$*" >&2; exit 1; }

# The stamp covers this script too: another pin or another icon fetches anew.
stamp=$vendor/.stamp-$(sha256sum scripts/vendor.sh | cut -c1-16)
[ ! -e "$stamp" ] || exit 0

command -v python3 >/dev/null || fail "python3 is missing (Debian: apt-get install python3 python3-pip)"
python3 -m pip --version >/dev/null 2>&1 || fail "pip is missing (Debian: apt-get install python3-pip)"
say "fetching fonts, icons and wavesurfer.js for the page"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%s\n' "$pins" >"$work/pins.txt"
python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes -d "$work" -r "$work/pins.txt" ||
    fail "the page's files cannot be fetched from PyPI, or one is not the file that was pinned; nothing was changed.
    Needed are: $(printf '%s\n' "$pins" | cut -d' ' -f1 | tr '\n' ' ')"

python3 - "$work" "$work/vendor" $icons <<'PYTHON'
import io
import pathlib
import sys
import xml.etree.ElementTree as xml
import zipfile

wheels, vendor, icons = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sorted(sys.argv[3:])


def take(wheel, files):
    with zipfile.ZipFile(next(wheels.glob(wheel + "-*.whl"))) as archive:
        for inside, outside in files.items():
            target = vendor / outside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(inside))


take("wavesurfer", {
    "wavesurfer/js/wavesurfer.min.js": "wavesurfer/wavesurfer.min.js",
    "wavesurfer/js/vendor-licenses/wavesurfer.js.LICENSE": "wavesurfer/LICENSE",
})
take("fontpkg_inter", {
    "fontpkg_inter/files/Inter[opsz,wght].ttf": "inter/inter.ttf",
    "fontpkg_inter/LICENSE": "inter/LICENSE",
})
take("fontpkg_jetbrains_mono", {
    "fontpkg_jetbrains_mono/files/JetBrainsMono[wght].ttf": "jetbrains-mono/jetbrains-mono.ttf",
    "fontpkg_jetbrains_mono/LICENSE": "jetbrains-mono/LICENSE",
})
take("justmyresource_lucide", {
    "justmyresource_lucide-0.575.0.dist-info/licenses/LICENSES/LUCIDE-LICENSE": "icons/LICENSE",
})

svg = "{http://www.w3.org/2000/svg}"
xml.register_namespace("", svg[1:-1])
sprite = xml.Element(svg + "svg")
with zipfile.ZipFile(next(wheels.glob("justmyresource_lucide-*.whl"))) as wheel:
    drawings = zipfile.ZipFile(io.BytesIO(wheel.read("justmyresource_lucide/icons.zip")))
for icon in icons:
    drawing = xml.fromstring(drawings.read(icon + ".svg"))
    symbol = xml.SubElement(sprite, svg + "symbol", id=icon, viewBox=drawing.get("viewBox"))
    symbol.extend(drawing)
xml.ElementTree(sprite).write(vendor / "icons" / "sprite.svg", encoding="utf-8")
PYTHON

# Built aside and renamed, so that half a vendor folder is never taken for a whole one.
rm -rf "$vendor.partial"
mv "$work/vendor" "$vendor.partial"
chmod -R u=rwX,go=rX "$vendor.partial"
rm -rf "$vendor"
touch "$vendor.partial/$(basename "$stamp")"
mv "$vendor.partial" "$vendor"
