"""Who may do what: two people, a visitor and the service, each with the client's own sign-in."""

import asyncio
import uuid

import pytest
from supabase import acreate_client
from supabase_auth.errors import AuthApiError


@pytest.fixture(scope="module")
def private(ben):
    """What only Ben may see: a table's name and his row in it."""
    rows = {
        "mixes": {"creator_id": ben.id, "name": "Secret mix", "layers": []},
        "agent_memory": {"user_id": ben.id, "content": "Secret thought"},
        "user_history": {"user_id": ben.id, "platform": "infinite", "track_name": "Secret track", "artist": "Nobody"},
        "user_playlists": {"user_id": ben.id, "name": "Secret list"},
        "generated_tracks": {"user_id": ben.id, "url": "https://example.com/secret.mp3", "duration": 1, "mode": "new"},
        "bands": {"user_id": ben.id, "name": "Secret band", "is_public": False},
    }
    return {table: ben.table(table).insert(row).execute().data[0] for table, row in rows.items()}


PRIVATE = ["mixes", "agent_memory", "user_history", "user_playlists", "generated_tracks", "bands"]
OPEN_TO_VISITORS = {"mixes", "user_playlists", "generated_tracks", "bands"}


# Reading -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("table", PRIVATE)
def test_a_stranger_cannot_read_or_count_anothers_private_row(table, private, ada, ben, service):
    row = private[table]

    def found(client):
        answer = client.table(table).select("*", count="exact").eq("id", row["id"]).execute()
        return answer.data, answer.count

    assert found(ben) == ([row], 1)
    assert found(service) == ([row], 1)
    assert found(ada) == ([], 0)


@pytest.mark.parametrize("table", PRIVATE)
def test_a_visitor_cannot_read_a_private_row(table, private, anon, refusal):
    query = anon.table(table).select("*").eq("id", private[table]["id"])
    if table in OPEN_TO_VISITORS:
        assert query.execute().data == []
    else:
        error = refusal(query)
        assert (error.code, error.message) == ("42501", f"permission denied for table {table}")


def test_everybody_reads_only_their_own_address(ada, ben, anon, refusal):
    assert ada.table("users").select("email").execute().data == [{"email": ada.email}]
    assert ben.table("users").select("email").execute().data == [{"email": ben.email}]
    assert refusal(anon.table("users").select("email")).code == "42501"


def test_what_is_made_public_is_read_by_everybody_and_hidden_again(ada, ben, anon, new_song):
    song = new_song(ben, "Shared")

    def seen(client):
        return [row["title"] for row in client.table("songs").select("title").eq("id", song["id"]).execute().data]

    assert (seen(anon), seen(ada)) == ([], [])
    ben.table("songs").update({"is_public": True}).eq("id", song["id"]).execute()
    assert (seen(anon), seen(ada)) == (["Shared"], ["Shared"])
    ben.table("songs").update({"is_public": False}).eq("id", song["id"]).execute()
    assert (seen(anon), seen(ada)) == ([], [])


# Writing -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("table", "change"), [
    ("mixes", {"name": "Taken"}), ("agent_memory", {"content": "Taken"}), ("user_playlists", {"name": "Taken"}),
    ("generated_tracks", {"url": "https://example.com/taken.mp3"}), ("bands", {"name": "Taken"})])
def test_a_stranger_cannot_change_anothers_private_row(table, change, private, ada, ben):
    row = private[table]
    assert ada.table(table).update(change).eq("id", row["id"]).execute().data == []
    assert ben.table(table).select("*").eq("id", row["id"]).execute().data == [row]


@pytest.mark.parametrize("table", ["mixes", "agent_memory", "user_playlists"])
def test_a_stranger_cannot_delete_anothers_private_row(table, private, ada, ben):
    row = private[table]
    assert ada.table(table).delete().eq("id", row["id"]).execute().data == []
    assert ben.table(table).select("*").eq("id", row["id"]).execute().data == [row]


@pytest.mark.parametrize("table", PRIVATE)
def test_nobody_can_write_in_anothers_name(table, private, ada, ben, refusal):
    owner = "creator_id" if table == "mixes" else "user_id"
    left_out = {"id", "created_at", "updated_at", "track_count", "follower_count"}
    row = {name: value for name, value in private[table].items() if name not in left_out}
    assert row[owner] == ben.id
    error = refusal(ada.table(table).insert(row))
    assert (error.code, error.message) == ("42501", f'new row violates row-level security policy for table "{table}"')


def test_nobody_can_give_a_row_away(ada, ben, refusal):
    mix = ada.table("mixes").insert({"creator_id": ada.id, "name": "Mine", "layers": []}).execute().data[0]
    error = refusal(ada.table("mixes").update({"creator_id": ben.id}).eq("id", mix["id"]))
    assert (error.code, error.message) == ("42501", 'new row violates row-level security policy for table "mixes"')


def test_an_upsert_cannot_take_over_anothers_row(private, ada, ben, refusal):
    mix = private["mixes"]
    error = refusal(ada.table("mixes").upsert({"id": mix["id"], "creator_id": ada.id, "name": "Taken", "layers": []}))
    assert error.code == "42501"
    assert ben.table("mixes").select("*").eq("id", mix["id"]).execute().data == [mix]


def test_nobody_can_make_themselves_premium(ada, refusal):
    error = refusal(ada.table("users").update({"premium": True}).eq("id", ada.id))
    assert (error.code, error.message) == ("42501", "permission denied for table users")
    assert ada.table("users").select("premium").execute().data == [{"premium": False}]


def test_songs_are_made_by_the_service_alone(ada, anon, service, new_song, refusal):
    row = {"user_id": ada.id, "title": "Forged", "storage_path": f"music/{uuid.uuid4()}"}
    for client in (anon, ada):
        error = refusal(client.table("songs").insert(row))
        assert (error.code, error.message) == ("42501", "permission denied for table songs")
    assert service.table("songs").insert(row).execute().data[0]["title"] == "Forged"


def test_a_visitor_cannot_write(anon, ada, refusal):
    for query in (
        anon.table("mixes").insert({"creator_id": ada.id, "name": "Visitor's", "layers": []}),
        anon.table("profiles").update({"display_name": "Visitor"}).eq("id", ada.id),
        anon.table("songs").delete().eq("user_id", ada.id),
    ):
        assert refusal(query).code == "42501"


# Signing in ----------------------------------------------------------------------------------------------------------

def test_signing_out_makes_a_visitor_and_signing_in_the_person_again(server, ada):
    client = server.client()
    mix = ada.table("mixes").insert({"creator_id": ada.id, "name": "Private", "layers": []}).execute().data[0]

    def found():
        return client.table("mixes").select("*").eq("id", mix["id"]).execute().data

    assert found() == []
    client.auth.sign_in_with_password({"email": ada.email, "password": ada.password})
    assert found() == [mix]
    client.auth.sign_out()
    assert found() == []


def test_a_wrong_password_signs_nobody_in(server, ada):
    with pytest.raises(AuthApiError) as caught:
        server.client().auth.sign_in_with_password({"email": ada.email, "password": "not it"})
    assert caught.value.code == "invalid_credentials"


def test_an_anonymous_account_has_rows_of_its_own(server, ada):
    client = server.client()
    guest = client.auth.sign_in_anonymously().user
    assert guest.is_anonymous
    assert client.table("users").select("id, email").execute().data == [{"id": guest.id, "email": f"{guest.id}@placeholder.invalid"}]
    memory = client.table("agent_memory").insert({"user_id": guest.id, "content": "A guest's thought"}).execute().data[0]
    assert ada.table("agent_memory").select("id").eq("id", memory["id"]).execute().data == []


def test_a_refreshed_session_is_the_same_person(server):
    client = server.client()
    guest = client.auth.sign_in_anonymously().user
    client.auth.refresh_session()
    assert client.table("users").select("id").execute().data == [{"id": guest.id}]


# Keys ----------------------------------------------------------------------------------------------------------------

def test_a_token_that_was_tampered_with_is_refused(server, ada, refusal):
    head, claims, signature = ada.client.auth.get_session().access_token.split(".")
    client = server.client()
    client.postgrest.auth(f"{head}.{claims}.{signature[::-1]}")
    assert refusal(client.table("profiles").select("id")).code == "PGRST301"
    client.postgrest.auth("not-a-token")
    assert refusal(client.table("profiles").select("id")).code == "PGRST301"


def test_a_wrong_key_is_refused(server, refusal):
    client = server.connect(server.keys["SUPABASE_ANON_KEY"][:-6] + "AAAAAA")
    assert refusal(client.table("profiles").select("id")).message == "Invalid API key"


@pytest.fixture
def opaque(server):
    """The keys that are no tokens, where this build prints them."""
    if not {"SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY"} <= server.keys.keys():
        pytest.skip("`continuo keys` prints no opaque keys")
    return server.keys["SUPABASE_PUBLISHABLE_KEY"], server.keys["SUPABASE_SECRET_KEY"]


def test_the_publishable_key_makes_a_visitor_and_carries_a_person(opaque, server, ada, refusal):
    assert opaque[0].startswith("sb_publishable_")
    client = server.client("SUPABASE_PUBLISHABLE_KEY")
    assert client.table("profiles").select("id").eq("id", ada.id).execute().data == [{"id": ada.id}]
    assert refusal(client.table("users").select("id")).code == "42501"
    client.auth.sign_in_with_password({"email": ada.email, "password": ada.password})
    assert client.table("users").select("id").execute().data == [{"id": ada.id}]


def test_the_secret_key_makes_the_service(opaque, server, ada, private):
    assert opaque[1].startswith("sb_secret_")
    client = server.client("SUPABASE_SECRET_KEY")
    assert client.table("users").select("email").eq("id", ada.id).execute().data == [{"email": ada.email}]
    assert client.table("mixes").select("*").eq("id", private["mixes"]["id"]).execute().data == [private["mixes"]]


def test_an_opaque_key_that_was_changed_is_refused(opaque, server, refusal):
    for key in opaque:
        client = server.connect(key[:-1] + ("A" if key[-1] != "A" else "B"))
        assert refusal(client.table("profiles").select("id")).message == "Invalid API key"


# The other client ----------------------------------------------------------------------------------------------------

def test_the_asynchronous_client_does_the_same(server, ada):
    async def visit():
        client = await acreate_client(server.keys["SUPABASE_URL"], server.keys["SUPABASE_ANON_KEY"])
        session = await client.auth.sign_in_with_password({"email": ada.email, "password": ada.password})
        names = [f"Async {n} {uuid.uuid4().hex}" for n in range(8)]
        await asyncio.gather(*(
            client.table("mixes").insert({"creator_id": session.user.id, "name": name, "layers": []}).execute() for name in names))
        found = await client.table("mixes").select("name", count="exact").in_("name", names).order("name").execute()
        missing = await client.table("mixes").select("name").eq("name", "none").maybe_single().execute()
        gone = await client.table("mixes").delete().in_("name", names).execute()
        await client.auth.sign_out()
        return sorted(names), found, missing, gone

    names, found, missing, gone = asyncio.run(visit())
    assert ([row["name"] for row in found.data], found.count) == (names, 8)
    assert missing is None
    assert len(gone.data) == 8
