"""Components for React, Vue and Svelte: a module per icon, an index that bundlers can shake, and types.

React and Vue get plain ES modules without JSX or templates, so that any bundler, and Node itself, reads them as they
are. Each icon takes size, color, strokeWidth and title; with a title it is an image to a screen reader, without one it
is hidden from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from xml.etree import ElementTree

from maquette.media.exports import File, Icon, Settings
from maquette.media.exports.names import kebab, pascal, unique
from maquette.media.exports.svg import clean, clean_svg
from maquette.media.path_data import number_text

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Parts:
    """A clean SVG taken apart: `paint` are the root's attributes, `nodes` its elements with their attributes."""

    component: str
    name: str
    viewbox: str
    paint: dict[str, str]
    nodes: tuple[tuple[str, dict[str, str]], ...]

    @property
    def width(self) -> str:
        """The stroke width that most shapes share; "" of an icon without strokes."""
        return self.paint.get("stroke-width", "1") if self._strokes else ""

    @property
    def _strokes(self) -> bool:
        return any(paint.get("stroke", "none") != "none" for paint in (self.paint, *(node for _, node in self.nodes)))


def taken_apart(icons: Sequence[Icon]) -> list[Parts]:
    """The icons as components see them, under names that never meet."""
    names = unique([icon.name for icon in icons], pascal)
    made = []
    for icon in icons:
        root = ElementTree.fromstring(clean_svg(icon.drawing, icon.name))
        nodes = [
            (node.tag.removeprefix(SVG), {key: value for key, value in node.attrib.items() if key != "id"})
            for node in root
            if node.tag != f"{SVG}title"
        ]
        paint = {key: value for key, value in root.attrib.items() if key != "viewBox"}
        box = " ".join(number_text(value) for value in clean(icon.drawing).viewbox)
        made.append(Parts(names[icon.name], icon.name, box, paint, tuple(nodes)))
    return made


# -- React ---------------------------------------------------------------------------------------------------------

REACT = """\
import { createElement, forwardRef } from "react";

/** An icon from its parts; props it does not know go to the <svg>. */
export function createIcon(name, viewBox, paint, nodes) {
  const Icon = forwardRef(function (props, ref) {
    const { size = 24, color, strokeWidth, title, children, ...rest } = props;
    const own = { xmlns: "http://www.w3.org/2000/svg", width: size, height: size, viewBox, ...paint, ref };
    if (color !== undefined) own.color = color;
    if (strokeWidth !== undefined && "strokeWidth" in paint) own.strokeWidth = strokeWidth;
    Object.assign(own, title ? { role: "img" } : { "aria-hidden": true }, rest);
    return createElement(
      "svg",
      own,
      title ? createElement("title", { key: "title" }, title) : null,
      ...nodes.map(([tag, attributes], key) => createElement(tag, { key, ...attributes })),
      children,
    );
  });
  Icon.displayName = name;
  return Icon;
}
"""

REACT_TYPES = """\
import type { ForwardRefExoticComponent, RefAttributes, SVGProps } from "react";

export interface IconProps extends Omit<SVGProps<SVGSVGElement>, "ref"> {
  /** Width and height: pixels, or any CSS length. Default: 24. */
  size?: number | string;
  /** Default: the colour of the text around it. */
  color?: string;
  /** In the icon's own units. Without effect on filled icons. */
  strokeWidth?: number | string;
  /** Read out by screen readers; without one the icon is hidden from them. */
  title?: string;
}
export type Icon = ForwardRefExoticComponent<IconProps & RefAttributes<SVGSVGElement>>;
"""


def react(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """A package of React components."""
    parts = taken_apart(icons)
    yield _text("createIcon.js", REACT)
    for one in parts:
        call = _call(one, camel=True)
        yield _text(f"icons/{one.component}.js", f'import {{ createIcon }} from "../createIcon.js";\n\n{call}', one)
    yield from _package(parts, settings, "react", {"react": ">=16.8"}, REACT_TYPES)


# -- Vue -----------------------------------------------------------------------------------------------------------

VUE = """\
import { h } from "vue";

/** An icon from its parts: a functional component; attributes it does not know go to the <svg>. */
export function createIcon(name, viewBox, paint, nodes) {
  const Icon = (props, { slots }) => {
    const { size = 24, color, strokeWidth, title } = props;
    const own = { xmlns: "http://www.w3.org/2000/svg", width: size, height: size, viewBox, ...paint };
    if (color !== undefined) own.color = color;
    if (strokeWidth !== undefined && "stroke-width" in paint) own["stroke-width"] = strokeWidth;
    Object.assign(own, title ? { role: "img" } : { "aria-hidden": "true" });
    return h("svg", own, [
      ...(title ? [h("title", title)] : []),
      ...nodes.map(([tag, attributes]) => h(tag, attributes)),
      ...(slots.default ? slots.default() : []),
    ]);
  };
  Icon.props = ["size", "color", "strokeWidth", "title"];
  Icon.displayName = name;
  return Icon;
}
"""

VUE_TYPES = """\
import type { FunctionalComponent, SVGAttributes } from "vue";

export interface IconProps extends Partial<SVGAttributes> {
  /** Width and height: pixels, or any CSS length. Default: 24. */
  size?: number | string;
  /** Default: the colour of the text around it. */
  color?: string;
  /** In the icon's own units. Without effect on filled icons. */
  strokeWidth?: number | string;
  /** Read out by screen readers; without one the icon is hidden from them. */
  title?: string;
}
export type Icon = FunctionalComponent<IconProps>;
"""


def vue(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """A package of Vue 3 components."""
    parts = taken_apart(icons)
    yield _text("createIcon.js", VUE)
    for one in parts:
        call = _call(one, camel=False)
        yield _text(f"icons/{one.component}.js", f'import {{ createIcon }} from "../createIcon.js";\n\n{call}', one)
    yield from _package(parts, settings, "vue", {"vue": ">=3"}, VUE_TYPES)


# -- Svelte --------------------------------------------------------------------------------------------------------

SVELTE = """\
<script>
  export let size = 24;
  export let color = undefined;
  export let strokeWidth = %(width)s;
  export let title = undefined;
</script>

<svg
  xmlns="http://www.w3.org/2000/svg"
  width={size}
  height={size}
  viewBox="%(viewbox)s"
  %(paint)s
  {color}
  role={title ? "img" : undefined}
  aria-hidden={title ? undefined : "true"}
  {...$$restProps}
>
  {#if title}<title>{title}</title>{/if}
%(nodes)s
  <slot />
</svg>
"""

SVELTE_TYPES = """\
import type { SvelteComponentTyped } from "svelte";
import type { SVGAttributes } from "svelte/elements";

export interface IconProps extends Omit<SVGAttributes<SVGSVGElement>, "color"> {
  /** Width and height: pixels, or any CSS length. Default: 24. */
  size?: number | string;
  /** Default: the colour of the text around it. */
  color?: string;
  /** In the icon's own units. Without effect on filled icons. */
  strokeWidth?: number | string;
  /** Read out by screen readers; without one the icon is hidden from them. */
  title?: string;
}
export declare class Icon extends SvelteComponentTyped<IconProps> {}
"""


def svelte(icons: Sequence[Icon], settings: Settings) -> Iterator[File]:
    """A package of Svelte components, in the syntax that Svelte 4 and 5 both read."""
    parts = taken_apart(icons)
    for one in parts:
        paint = {key: value for key, value in one.paint.items() if not (one.width and key == "stroke-width")}
        rows = [f'{key}="{value}"' for key, value in paint.items()]
        rows += ["stroke-width={strokeWidth}"] if one.width else []
        nodes = "\n".join(
            f"  <{tag} " + " ".join(f'{key}="{escape(value)}"' for key, value in node.items()) + " />"
            for tag, node in one.nodes
        )
        filled = {"width": one.width or "undefined", "viewbox": one.viewbox, "paint": "\n  ".join(rows), "nodes": nodes}
        yield _text(f"icons/{one.component}.svelte", SVELTE % filled, one)
    yield from _package(parts, settings, "svelte", {"svelte": ">=4"}, SVELTE_TYPES)


# -- what they share -----------------------------------------------------------------------------------------------


def _call(one: Parts, *, camel: bool) -> str:
    """The line that makes a component; the mark tells bundlers that it may be left out if nobody uses it."""

    def told(attributes: dict[str, str]) -> str:
        return json.dumps({_camel(key) if camel else key: value for key, value in attributes.items()})

    # The paint names the width even where it is SVG's own, so that strokeWidth finds something to replace.
    paint = one.paint | ({"stroke-width": one.width} if one.width else {})
    nodes = "".join(f'  ["{tag}", {told(node)}],\n' for tag, node in one.nodes)
    head = f'"{one.component}", "{one.viewbox}", {told(paint)}'
    return f"export const {one.component} = /* @__PURE__ */ createIcon({head}, [\n{nodes}]);\n"


def _camel(name: str) -> str:
    return re.sub("-([a-z])", lambda found: found[1].upper(), name)


def _package(
    parts: Sequence[Parts], settings: Settings, framework: str, peers: dict[str, str], types: str
) -> Iterator[File]:
    """Index, types and package.json. The index says which icon each component is."""
    svelte = framework == "svelte"
    lines = [
        f'export {{ default as {one.component} }} from "./icons/{one.component}.svelte";'
        if svelte
        else f'export {{ {one.component} }} from "./icons/{one.component}.js";'
        for one in parts
    ]
    yield _text("index.js", "\n".join(lines) + "\n")
    declared = "class {} extends Icon {{}}" if svelte else "const {}: Icon;"
    rows = [f"/** {_comment(one.name)} */\nexport declare {declared.format(one.component)}" for one in parts]
    yield _text("index.d.ts", types + "\n" + "\n".join(rows) + "\n")
    entry = {"types": "./index.d.ts", **({"svelte": "./index.js"} if svelte else {}), "default": "./index.js"}
    package = {
        "name": f"{kebab(settings.name)}-{framework}",
        "version": "1.0.0",
        "private": True,
        "type": "module",
        "sideEffects": False,
        "main": "./index.js",
        "types": "./index.d.ts",
        **({"svelte": "./index.js"} if svelte else {}),
        "exports": {".": entry, "./icons/*": "./icons/*"},
        "peerDependencies": peers,
    }
    yield _text("package.json", json.dumps(package, ensure_ascii=False, indent=2) + "\n")


def _comment(text: str) -> str:
    return text.replace("*/", "* /")


def _text(path: str, text: str, one: Parts | None = None) -> File:
    return File(path, text.encode(), one.name if one else "")
