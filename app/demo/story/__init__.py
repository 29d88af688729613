"""What is going on in the sample's own community, done through the same services as by hand."""

from app.demo.story.all_scenes import tell

__all__ = ["tell"]
