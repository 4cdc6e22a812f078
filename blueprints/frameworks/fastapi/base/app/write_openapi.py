"""`make openapi`: print the description of the API as the service serves it."""

import json
import sys

from app.main import create_app

if __name__ == "__main__":
    json.dump(create_app().openapi(), sys.stdout, indent=2)
    sys.stdout.write("\n")
