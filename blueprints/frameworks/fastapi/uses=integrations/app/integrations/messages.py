"""What services are told and what they answer."""

from typing import Any

from pydantic import ConfigDict

from app.background.messages import Message
from app.core.answers import Wire


class Given(Message):
    """Base of what an operation is told; it is checked before anything is sent."""

    # What is wrong is told, not the value.
    model_config = ConfigDict(hide_input_in_errors=True)

    def written(self) -> dict[str, Any]:
        """The JSON values by their keys; what may be left out and was is left out."""
        unsaid = {
            name
            for name in type(self).model_fields
            if name not in self.model_fields_set and getattr(self, name) is None
        }
        return self.model_dump(mode="json", exclude=unsaid)


class Answered(Wire):
    """Base of what is read of an answer; other keys are ignored."""


class Nothing(Given):
    """For operations without input."""


class Silence(Answered):
    """For operations whose answer has no body that matters."""
