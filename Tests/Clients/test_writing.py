"""Inserting, upserting, updating and deleting."""

import datetime
import uuid

import pytest
from postgrest import CountMethod
from postgrest.types import ReturnMethod


@pytest.fixture
def slot():
    """A name that no other test uses."""
    return uuid.uuid4().hex


def bodies(shop, prefix):
    rows = shop.table("test_notes").select("slot, body").like("slot", f"{prefix}%").order("slot").execute().data
    return [row["body"] for row in rows]


# Insert --------------------------------------------------------------------------------------------------------------

def test_an_inserted_row_comes_back_with_its_defaults(shop, slot):
    rows = shop.table("test_notes").insert({"slot": slot, "stars": 3}).execute().data
    assert len(rows) == 1
    assert isinstance(rows[0].pop("id"), int)
    assert rows == [{
        "body": "nothing yet", "slot": slot, "stars": 3, "record_id": None, "at": None, "key": None, "raw": None}]


def test_many_rows_are_inserted_at_once_and_come_back_in_order(shop, slot):
    rows = shop.table("test_notes").insert([{"slot": f"{slot}-{n}"} for n in range(300)]).execute().data
    assert [row["slot"] for row in rows] == [f"{slot}-{n}" for n in range(300)]


def test_of_many_rows_none_is_inserted_when_one_is_refused(shop, slot, refusal):
    error = refusal(shop.table("test_notes").insert([{"slot": slot, "stars": 1}, {"slot": f"{slot}-2", "stars": 6}]))
    assert error.code == "23514"
    assert bodies(shop, slot) == []


def test_no_rows_are_inserted_from_an_empty_list(shop):
    assert shop.table("test_notes").insert([]).execute().data == []


def test_what_is_missing_from_one_of_many_rows_becomes_null_or_the_default(shop, slot):
    def stars(prefix, **options):
        rows = [{"slot": f"{prefix}-1", "stars": 5}, {"slot": f"{prefix}-2"}]
        return [row["stars"] for row in shop.table("test_notes").insert(rows, **options).execute().data]

    assert stars(slot + "a") == [5, None]
    assert stars(slot + "b", default_to_null=False) == [5, 1]


def test_returning_minimal_brings_nothing_back(shop, slot):
    answer = shop.table("test_notes").insert({"slot": slot, "body": "kept"}, returning=ReturnMethod.minimal).execute()
    assert answer.data == []
    assert bodies(shop, slot) == ["kept"]


def test_a_write_brings_back_only_what_is_selected(shop, slot):
    rows = shop.table("test_notes").insert({"slot": slot, "record_id": 3}).select("slot, test_records(title)").execute().data
    assert rows == [{"slot": slot, "test_records": {"title": "Concrete, Glass"}}]
    rows = shop.table("test_notes").update({"stars": 2}).eq("slot", slot).select("stars").execute().data
    assert rows == [{"stars": 2}]


def test_a_write_counts_its_rows(shop, slot):
    notes = shop.table("test_notes")
    exact = CountMethod.exact
    assert notes.insert([{"slot": f"{slot}-1"}, {"slot": f"{slot}-2"}], count=exact).execute().count == 2
    assert notes.update({"stars": 0}, count=exact).like("slot", f"{slot}%").execute().count == 2
    assert notes.delete(count=exact).eq("slot", f"{slot}-1").execute().count == 1


def test_the_clients_own_types_are_written_as_postgresql_reads_them(shop, slot):
    at = datetime.datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=datetime.timezone.utc)
    key = uuid.uuid4()
    row = {"slot": slot, "at": at, "key": key, "raw": b"\x00\xffraw"}
    made = shop.table("test_notes").insert(row).select("at, key, raw").execute().data[0]
    assert made == {"at": "2026-02-03T04:05:06.789+00:00", "key": str(key), "raw": "\\x00ff726177"}


def test_numbers_are_exact_as_far_as_json_is(new_song, ada):
    assert new_song(ada, "Seeded", seed=2**53 - 1)["seed"] == 9007199254740991


# Upsert --------------------------------------------------------------------------------------------------------------

def test_an_upsert_inserts_what_is_new_and_merges_what_is_there(shop, slot):
    old = shop.table("test_notes").insert({"slot": f"{slot}-1", "body": "old", "stars": 4}).execute().data[0]
    rows = shop.table("test_notes").upsert([
        {"id": old["id"], "slot": f"{slot}-1", "body": "merged"},
        {"id": old["id"] + 1_000_000, "slot": f"{slot}-2", "body": "new"}]).execute().data
    assert [(row["body"], row["stars"]) for row in rows] == [("merged", 4), ("new", 1)]


def test_an_upsert_can_name_the_column_that_decides(shop, slot):
    first = shop.table("test_notes").insert({"slot": slot, "body": "old"}).execute().data[0]
    second = shop.table("test_notes").upsert({"slot": slot, "body": "new"}, on_conflict="slot").execute().data[0]
    assert (second["id"], second["body"]) == (first["id"], "new")


def test_an_upsert_on_another_column_than_the_one_that_collides_is_refused(shop, slot, refusal):
    shop.table("test_notes").insert({"slot": slot}).execute()
    assert refusal(shop.table("test_notes").upsert({"id": 2_000_000_000, "slot": slot})).code == "23505"


def test_an_upsert_that_ignores_duplicates_brings_back_only_the_new(shop, slot):
    shop.table("test_notes").insert({"slot": f"{slot}-1", "body": "old"}).execute()
    rows = [{"slot": f"{slot}-1", "body": "ignored"}, {"slot": f"{slot}-2", "body": "new"}]
    answer = shop.table("test_notes").upsert(rows, on_conflict="slot", ignore_duplicates=True).execute()
    assert [row["body"] for row in answer.data] == ["new"]
    assert bodies(shop, slot) == ["old", "new"]


def test_an_insert_can_be_made_an_upsert(shop, slot):
    made = shop.table("test_notes").insert({"slot": slot, "body": "old"}).execute().data[0]
    again = shop.table("test_notes").insert({"id": made["id"], "slot": slot, "body": "new"}, upsert=True).execute().data
    assert [(row["id"], row["body"]) for row in again] == [(made["id"], "new")]


def test_an_upsert_can_take_defaults_for_what_is_missing(shop, slot):
    rows = [{"slot": f"{slot}-1", "stars": 5}, {"slot": f"{slot}-2"}]
    made = shop.table("test_notes").upsert(rows, on_conflict="slot", default_to_null=False).execute().data
    assert [row["stars"] for row in made] == [5, 1]


def test_a_heartbeat_is_upserted_into_the_one_session_of_a_person(ada, anon):
    def beat(status):
        return ada.table("sessions").upsert({"user_id": ada.id, "status": status}, on_conflict="user_id").execute().data[0]

    assert beat("active")["id"] == beat("idle")["id"]
    assert anon.table("sessions").select("status").eq("user_id", ada.id).execute().data == [{"status": "idle"}]


# Update and delete ---------------------------------------------------------------------------------------------------

def test_an_update_brings_back_the_rows_it_changed_and_no_others(shop, slot):
    shop.table("test_notes").insert([{"slot": f"{slot}-{n}", "body": "old"} for n in range(3)]).execute()
    rows = shop.table("test_notes").update({"body": "new", "stars": None}).in_("slot", [f"{slot}-0", f"{slot}-2"]).execute().data
    assert {(row["slot"], row["body"], row["stars"]) for row in rows} == {(f"{slot}-0", "new", None), (f"{slot}-2", "new", None)}
    assert bodies(shop, slot) == ["new", "old", "new"]


def test_many_changed_rows_come_back_as_one_list_every_time(shop, slot):
    shop.table("test_notes").insert([{"slot": f"{slot}-{n}"} for n in range(20)]).execute()
    for turn in range(40):
        rows = shop.table("test_notes").update({"body": str(turn)}).like("slot", f"{slot}%").execute().data
        assert [row["body"] for row in rows] == [str(turn)] * 20


def test_megabytes_arrive_whole_when_written_and_when_read(shop, slot):
    sent = [{"slot": f"{slot}-{n:04}", "body": f"{n}: " + "ö\"," * 300} for n in range(2000)]
    made = shop.table("test_notes").insert(sent).select("slot, body").execute().data
    read = shop.table("test_notes").select("slot, body").like("slot", f"{slot}%").order("slot").execute().data
    gone = shop.table("test_notes").delete().like("slot", f"{slot}%").select("slot, body").execute().data
    assert made == sent
    assert read == sent
    assert sorted(gone, key=lambda row: row["slot"]) == sent


def test_an_update_of_no_row_is_no_error(shop, slot):
    assert shop.table("test_notes").update({"body": "new"}).eq("slot", slot).execute().data == []


def test_a_minimal_update_brings_nothing_back(shop, slot):
    shop.table("test_notes").insert({"slot": slot}).execute()
    assert shop.table("test_notes").update({"body": "new"}, returning=ReturnMethod.minimal).eq("slot", slot).execute().data == []
    assert bodies(shop, slot) == ["new"]


def test_an_update_keeps_the_time_of_the_change(ada, new_song):
    song = new_song(ada, "Before")
    changed = ada.table("songs").update({"title": "After"}).eq("id", song["id"]).execute().data[0]
    assert changed["title"] == "After"
    assert changed["updated_at"] > song["updated_at"]
    assert changed["created_at"] == song["created_at"]


def test_a_delete_brings_back_what_is_gone(shop, slot):
    shop.table("test_notes").insert([{"slot": f"{slot}-{n}", "body": str(n)} for n in range(3)]).execute()
    gone = shop.table("test_notes").delete().or_(f"slot.eq.{slot}-0,slot.eq.{slot}-1").execute().data
    assert sorted(row["body"] for row in gone) == ["0", "1"]
    assert shop.table("test_notes").delete(returning=ReturnMethod.minimal).eq("slot", f"{slot}-2").execute().data == []
    assert bodies(shop, slot) == []


def test_a_change_of_more_rows_than_allowed_is_taken_back(shop, slot, refusal):
    shop.table("test_notes").insert([{"slot": f"{slot}-{n}", "body": "old"} for n in range(3)]).execute()
    error = refusal(shop.table("test_notes").delete().like("slot", f"{slot}%").max_affected(2))
    assert (error.code, error.message) == ("PGRST124", "Query result exceeds max-affected preference constraint")
    assert error.details == "The query affects 3 rows"
    assert bodies(shop, slot) == ["old"] * 3
    shop.table("test_notes").update({"body": "new"}).like("slot", f"{slot}%").max_affected(3).execute()
    assert bodies(shop, slot) == ["new"] * 3
