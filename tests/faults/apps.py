"""What the fault tests add to the processes under test: a bell to ring and ears to hear it."""

from django.apps import AppConfig


class FaultsConfig(AppConfig):
    name = "tests.faults"
    label = "faults"

    def ready(self) -> None:
        from tests.faults import bells  # noqa: F401  registers its event and handler
