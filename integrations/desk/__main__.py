"""`python -m integrations.desk`"""

import sys

from integrations.desk.cli import main

sys.exit(main())
