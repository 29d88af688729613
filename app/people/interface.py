"""What other packages may use of people and units."""

from app.people.choosing import Choice, offer_people
from app.people.codes import check_digit
from app.people.forms import UnmaskForm
from app.people.names import pinyin_of
from app.people.phones import checked_phone, tail
from app.people.policy import may_have_account
from app.people.queries.appointments import appointed, committee_members, representatives, waiting
from app.people.queries.households import home_of
from app.people.queries.persons import PersonFound, person_in_reach, prefix, search_people
from app.people.queries.residents import adult, adult_residents, adults_of, households_of, present
from app.people.queries.surnames import by_surname
from app.people.queries.units import units_of
from app.people.services.persons import (
    EARLIEST_BIRTH,
    LONGEST_NAME,
    LONGEST_ROOM,
    clean_name,
    move_out,
    new_person_codes,
)
from app.people.services.unmasking import look_at
from app.people.telephones import of_number, of_person, of_unit

__all__ = [
    "EARLIEST_BIRTH",  # an earlier day can't be a date of birth
    "LONGEST_NAME",  # characters of a name at most
    "LONGEST_ROOM",  # characters of a room at most
    "Choice",  # whom a field offers, and the text they were found by
    "PersonFound",  # a row of `search_people`
    "UnmaskForm",  # the form that asks for a number against a reason
    "adult",  # condition on Person: of 18 and over that day
    "adult_residents",  # ids of the residents of 18 and over that day
    "adults_of",  # how many residents of 18 and over live in a community that day
    "appointed",  # rows of those in office in a community or a part of it
    "by_surname",  # people of one surname together, as on any register
    "check_digit",  # the check digit of a resident's number
    "checked_phone",  # a telephone number as it is kept, or Refused
    "clean_name",  # a name as it is kept, or Refused
    "committee_members",  # rows of the members of the residents' committee (art. 8)
    "home_of",  # estate, building and room of a person's home
    "households_of",  # how many households have people living in them
    "look_at",  # the number of a row, against a reason that goes into the trail
    "may_have_account",  # whether a person is old enough for an account of their own
    "move_out",  # a person has left or died, and their offices end
    "new_person_codes",  # so many residents' numbers that nobody has
    "of_number",  # any masked number as the templates show it
    "of_person",  # a person's number as the templates show it
    "of_unit",  # the number of a unit's contact as the templates show it
    "offer_people",  # let a form's field be one of the people the search found
    "person_in_reach",  # the person, if the actor reaches them with the capability, or not found
    "pinyin_of",  # pinyin without tones and spaces, and its initials
    "prefix",  # condition: a column begins with a text, as a range of its index
    "present",  # condition on Person: lives here that day
    "representatives",  # rows of the resident representatives (art. 13, 28)
    "search_people",  # rows of people by name, pinyin, initials, phone tail or code
    "tail",  # the last four digits, by which people are searched for
    "units_of",  # rows of the units that take part in a community today
    "waiting",  # what waits for the actor here, for Today
]
