from app.core.access import public, signed_in
from app.core.htmx import render, see_other
from app.people.views import bp


@bp.get("/sign-in")
@public
def sign_in():
    return render("people/sign_in.html")


@bp.post("/sign-out")
@signed_in
def sign_out():
    return see_other("/")
