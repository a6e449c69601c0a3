"""What is refused arrives as an APIError with the code, message, details and hint that Supabase documents."""

import uuid

import pytest
from postgrest import APIError

NOBODY = "00000000-0000-4000-8000-000000000000"


def parts(error: APIError):
    return error.code, error.message, error.details


# What is not there ---------------------------------------------------------------------------------------------------

def test_an_unknown_table_is_not_found(anon, refusal):
    error = refusal(anon.table("nothing_of_the_kind").select("*"))
    assert parts(error) == ("PGRST205", "Could not find the table 'public.nothing_of_the_kind' in the schema cache", None)


def test_a_misspelt_table_is_not_found_and_the_hint_names_the_right_one(anon, refusal):
    error = refusal(anon.table("profile").select("*"))
    assert (error.code, error.hint) == ("PGRST205", "Perhaps you meant the table 'public.profiles'")


def test_an_unknown_table_cannot_be_written_either(service, refusal):
    for query in (
        service.table("nothing").insert({"a": 1}), service.table("nothing").upsert({"a": 1}),
        service.table("nothing").update({"a": 1}).eq("a", 2), service.table("nothing").delete().eq("a", 1),
    ):
        assert refusal(query).code == "PGRST205"


def test_an_error_without_a_body_still_has_its_code(anon, refusal):
    # A HEAD answer has none; the client reads header Proxy-Status.
    assert refusal(anon.table("nothing_of_the_kind").select("*", head=True)).code == "PGRST205"


def test_an_unknown_column_is_named(anon, refusal):
    error = refusal(anon.table("profiles").select("id, shoe_size"))
    assert parts(error) == ("42703", "column profiles.shoe_size does not exist", None)
    error = refusal(anon.table("profiles").select("id").eq("shoe_size", 44))
    assert (error.code, error.message) == ("42703", "column profiles.shoe_size does not exist")


@pytest.mark.parametrize("many", [False, True], ids=["one row", "many rows"])
def test_an_unknown_column_cannot_be_written(ada, refusal, many):
    row = {"creator_id": ada.id, "name": "Odd", "layers": [], "shoe_size": 44}
    error = refusal(ada.table("mixes").insert([row] if many else row))
    assert (error.code, error.message) == ("PGRST204", "Could not find the 'shoe_size' column of 'mixes' in the schema cache")


def test_an_unknown_relationship_is_named(anon, refusal):
    error = refusal(anon.table("sounds").select("id, bands(name)"))
    assert error.code == "PGRST200"
    assert error.message == "Could not find a relationship between 'sounds' and 'bands' in the schema cache"
    assert error.details == (
        "Searched for a foreign key relationship between 'sounds' and 'bands' in the schema 'public', but no matches were found.")


@pytest.mark.parametrize("schema", ["nothing", "continuo", "auth", "storage", "pg_catalog"])
def test_a_schema_that_is_not_exposed_is_refused(service, refusal, schema):
    for query in (service.schema(schema).from_("users").select("*"), service.schema(schema).from_("users").insert({"id": NOBODY})):
        error = refusal(query)
        assert parts(error) == ("PGRST106", f"Invalid schema: {schema}", None)
        assert error.hint == "Only the following schemas are exposed: public"


def test_the_exposed_schema_can_be_named(anon):
    assert isinstance(anon.schema("public").from_("profiles").select("id").limit(1).execute().data, list)


def test_single_without_a_row_is_refused(anon, refusal):
    error = refusal(anon.table("profiles").select("*").eq("id", NOBODY).single())
    assert parts(error) == ("PGRST116", "Cannot coerce the result to a single JSON object", "The result contains 0 rows")


# What a constraint refuses -------------------------------------------------------------------------------------------

def test_a_duplicate_is_refused(ada, service, refusal):
    name = f"Twice {uuid.uuid4().hex}"
    service.table("artists").insert({"name": name}).execute()
    error = refusal(service.table("artists").insert({"name": name}))
    assert parts(error) == (
        "23505", 'duplicate key value violates unique constraint "artists_name_key"', f"Key (name)=({name}) already exists.")


def test_a_song_is_liked_once(ada, new_song, refusal):
    like = {"user_id": ada.id, "song_id": new_song(ada, "Liked")["id"], "type": "like"}
    ada.table("interactions").insert(like).execute()
    error = refusal(ada.table("interactions").insert(like))
    assert (error.code, error.message) == ("23505", 'duplicate key value violates unique constraint "interactions_one_like"')
    assert ada.table("interactions").insert({**like, "type": "play"}).execute().data


def test_a_reference_to_nothing_is_refused(service, refusal):
    error = refusal(service.table("songs").insert({"user_id": NOBODY, "storage_path": f"music/{uuid.uuid4()}"}))
    assert parts(error) == (
        "23503", 'insert or update on table "songs" violates foreign key constraint "songs_user_id_fkey"',
        f'Key (user_id)=({NOBODY}) is not present in table "profiles".')


def test_a_value_that_a_check_forbids_is_refused(ada, refusal):
    error = refusal(ada.table("mixes").insert({"creator_id": ada.id, "name": "", "layers": []}))
    assert (error.code, error.message) == ("23514", 'new row for relation "mixes" violates check constraint "mixes_name_bounds"')


def test_a_missing_value_is_refused(ada, refusal):
    error = refusal(ada.table("mixes").insert({"creator_id": ada.id, "layers": []}))
    assert (error.code, error.message) == ("23502", 'null value in column "name" of relation "mixes" violates not-null constraint')


def test_a_value_of_no_enum_is_refused(ada, new_song, refusal):
    song = new_song(ada, "Heard")
    error = refusal(ada.table("interactions").insert({"user_id": ada.id, "song_id": song["id"], "type": "shrug"}))
    assert (error.code, error.message) == ("22P02", 'invalid input value for enum interaction_type: "shrug"')


def test_a_vector_of_the_wrong_length_is_refused(ada, refusal):
    error = refusal(ada.table("profiles").update({"preference_vector": [1, 2]}).eq("id", ada.id))
    assert (error.code, error.message) == ("22000", "expected 5 dimensions, not 2")


# What is malformed ---------------------------------------------------------------------------------------------------

def test_a_filter_that_cannot_be_read_is_refused(anon, refusal):
    for query in (
        anon.table("profiles").select("id").filter("id", "resembles", "x"),
        anon.table("profiles").select("id").or_("id.eq"),
        anon.table("profiles").select("id,,("),
    ):
        assert refusal(query).code == "PGRST100"


def test_a_list_of_what_are_no_rows_is_refused(ada, refusal):
    assert refusal(ada.table("mixes").insert([1, 2])).code == "PGRST102"
