"""Floor 4: the screens, one a file. A page module only defines ``render()``; importing it does nothing."""

import data  # noqa: F401 - so that Ctrl-C is told from the first moment on
