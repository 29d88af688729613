"""The tree of places: city → district → street → community → grid → estate → building."""
