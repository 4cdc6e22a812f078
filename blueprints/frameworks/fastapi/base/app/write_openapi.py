"""`make openapi`: write docs/openapi.json as the service describes itself."""

import json
from pathlib import Path

from app.main import create_app

PATH = Path("docs/openapi.json")

if __name__ == "__main__":
    text = json.dumps(create_app().openapi(), indent=2, ensure_ascii=False)
    PATH.write_text(f"{text}\n", encoding="utf-8")
