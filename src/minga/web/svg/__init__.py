"""Server-side SVG: turns the dataclasses of `types` into markup, without script or inline style."""
