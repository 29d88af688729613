"""What other packages may use of places."""

from app.places.queries.reach import (
    ancestors,
    communities,
    community_of,
    in_reach,
    inside,
    may_change_general,
    reached_communities,
    reached_community,
    reached_place,
    reached_places,
)
from app.places.queries.tree import parts_of, search_places, tops
from app.places.services.divisions import import_divisions
from app.places.services.tree import LONGEST_NAME, add

__all__ = [
    "LONGEST_NAME",  # characters of a place's name at most
    "add",  # a new place under another
    "ancestors",  # from the city down to the place itself
    "communities",  # (id, name) of the communities in reach, for a choice in a form
    "community_of",  # the community a place lies in
    "import_divisions",  # take in a list of official divisions
    "in_reach",  # condition on a community_id column: the actor reaches the community
    "inside",  # condition: a path lies in a place, as a range of the index
    "may_change_general",  # whether the actor manages the rules of every community there is
    "parts_of",  # (id, name with what is around it) of the parts of a place at some levels
    "reached_communities",  # ids of the communities whose common affairs the actor reaches
    "reached_community",  # the community asked for, or the only/first one in reach
    "reached_place",  # the place, if the actor has the capability there
    "reached_places",  # ids of all places where the actor has the capability
    "search_places",  # rows of places in reach by name or code
    "tops",  # the highest places the actor reaches
]
