def test_a_signed_in_user_is_known(sign_in, cast):
    assert cast.actor("staff").name == "陈社工"
    assert sign_in(cast.staff).post("/sign-out").status_code == 303
