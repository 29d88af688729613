"""Tables of resolutions, tasks and what is said of them. One module per subject."""

from app.resolutions.models.evaluations import CHANNEL_LABELS, Channel, Evaluation
from app.resolutions.models.resolutions import Resolution
from app.resolutions.models.steps import Evidence, Extension, TaskStep
from app.resolutions.models.tasks import DIFFICULTY_LABELS, Difficulty, ServiceLevel, Task

__all__ = [
    "CHANNEL_LABELS",
    "DIFFICULTY_LABELS",
    "Channel",
    "Difficulty",
    "Evaluation",
    "Evidence",
    "Extension",
    "Resolution",
    "ServiceLevel",
    "Task",
    "TaskStep",
]
