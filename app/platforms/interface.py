"""What other packages may use of platforms."""

from app.platforms.policy import is_running, works_there
from app.platforms.queries import parts_of, platform_in_reach, platforms_for, running_platforms
from app.platforms.services import open_platform

__all__ = [
    "is_running",  # whether meetings may be convened on the platform that day
    "open_platform",  # set up a venue in the community or a part of it (`place_id`)
    "parts_of",  # rows of the community and its parts
    "platform_in_reach",  # the platform, if the actor has the capability there, or not found
    "platforms_for",  # rows of the platforms the actor may read
    "running_platforms",  # (id, name, kind) of the platforms in use that day
    "works_there",  # whether topics of the community with this path are the actor's work
]
