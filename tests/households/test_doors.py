"""Who may enter the household list's doors: not every role, nobody from elsewhere, no stranger."""

import pytest

OFFICIALS_ONLY = [
    ("get", "/ho/{house}/gop"),
    ("post", "/ho/{house}/gop"),
    ("get", "/ho/{house}/gop-nguoi"),
    ("post", "/nguoi/{member}/gop"),
]
OF_A_HOUSE = [
    ("get", "/ho/{house}/sua"),
    ("post", "/ho/{house}/sua"),
    ("get", "/ho/{house}/dong"),
    ("post", "/ho/{house}/dong"),
    ("post", "/ho/{house}/mo-lai"),
    ("get", "/ho/{house}/nguoi/moi"),
    ("post", "/ho/{house}/nguoi/moi"),
    ("get", "/nguoi/{member}/sua"),
    ("post", "/nguoi/{member}/sua"),
    ("post", "/nguoi/{member}/roi-di"),
    ("post", "/nguoi/{member}/tro-lai"),
    ("get", "/ho/{house}/dai-su"),
    ("post", "/ho/{house}/dai-su"),
    ("post", "/ho/{house}/dai-su/thoi"),
    ("get", "/nguoi/{member}/dong-y"),
    ("post", "/nguoi/{member}/dong-y"),
    ("post", "/dong-y/{consent}/rut"),
]
OF_THE_LIST = [("get", "/ho"), ("get", "/ho/moi"), ("post", "/ho/moi"), ("post", "/ho/moi/giong")]


@pytest.fixture
def knock(visitor, w, s, yes):
    """Try a door of bà Sen's house as somebody, and expect a status."""
    agreed = yes(w.sen, "registered")
    s.commit()
    ids = {"house": w.sens_house.id, "member": w.sen.id, "consent": agreed["registered"].id}

    def try_door(who, door, status):
        how, path = door
        person = visitor if who is None else visitor.as_(who)
        return getattr(person, how)(path.format(**ids), status=status)

    return try_door


@pytest.mark.parametrize("door", OF_THE_LIST + OF_A_HOUSE + OFFICIALS_ONLY)
def test_a_stranger_is_sent_to_sign_in(knock, door):
    assert knock(None, door, 303).location.startswith("/dang-nhap")


@pytest.mark.parametrize("door", OF_THE_LIST + OF_A_HOUSE + OFFICIALS_ONLY)
def test_a_province_sees_no_family(knock, w, door):
    knock(w.binh, door, 403)


@pytest.mark.parametrize("door", OF_A_HOUSE + OFFICIALS_ONLY)
def test_a_help_point_changes_no_family(knock, w, door):
    knock(w.phuc, door, 403)


@pytest.mark.parametrize("door", OFFICIALS_ONLY)
def test_a_volunteer_merges_nothing(knock, w, door):
    knock(w.lan, door, 403)


@pytest.mark.parametrize("door", OF_A_HOUSE)
def test_a_volunteer_of_another_village_finds_nothing(knock, w, door):
    knock(w.nga, door, 404)


@pytest.mark.parametrize("door", OF_A_HOUSE + OFFICIALS_ONLY)
def test_an_official_of_another_commune_finds_nothing(knock, w, door):
    knock(w.quy, door, 404)
