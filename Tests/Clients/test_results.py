"""What of a row is read, in which order, how many rows, and in which form."""

import csv
import io

import pytest
from postgrest import CountMethod

from conftest import eventually


# Columns -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("columns", "expected"), [
    (("id, title",), {"id": 1, "title": "Autumn Rain"}),
    (("id", "title"), {"id": 1, "title": "Autumn Rain"}),
    (("number:id, name:title",), {"number": 1, "name": "Autumn Rain"}),
    (("price, text:price::text",), {"price": 12.5, "text": "12.50"}),
    (("about->>format, about->tracks",), {"format": "lp", "tracks": 4}),
    (("by:about->by->>name, nothing:about->by->age",), {"by": "Ada", "nothing": None}),
    (("genres->0, last:genres->-1",), {"genres": "ambient", "last": "drone"}),
    (("id, sticker",), {"id": 1, "sticker": "Autumn Rain, 12.50"}),
    (("years, in_print",), {"years": "[1990,2000)", "in_print": True}),
    (("genres, about",), {"genres": ["ambient", "drone"], "about": {"format": "lp", "tracks": 4, "by": {"name": "Ada"}}}),
    (("id, label:test_labels(name, place:country)",), {"id": 1, "label": {"name": "Northern", "place": "NO"}}),
    (("id, ...test_labels(label:name)",), {"id": 1, "label": "Northern"}),
    (("id, test_labels!inner()",), {"id": 1}),
    (("id, test_labels!test_records_label_id_fkey(id)",), {"id": 1, "test_labels": {"id": 1}}),
    (("id, label_id(name)",), {"id": 1, "label_id": {"name": "Northern"}}),
])
def test_select_brings_the_named_columns(shop, columns, expected):
    assert shop.table("test_records").select(*columns).eq("id", 1).execute().data == [expected]


def test_select_without_columns_brings_all_but_computed_ones(shop):
    row = shop.table("test_records").select().eq("id", 4).single().execute().data
    assert set(row) == {
        "id", "label_id", "title", "notes", "price", "copies", "in_print", "genres", "about", "years", "words"}


def test_strip_nulls_leaves_null_columns_out(shop):
    query = shop.table("test_records").select("id, price, label_id").eq("id", 4)
    assert query.strip_nulls().execute().data == [{"id": 4}]
    assert query.single().execute().data == {"id": 4}


# Embedding -----------------------------------------------------------------------------------------------------------

def test_an_embed_of_many_is_a_list_and_of_none_an_empty_one(shop):
    rows = shop.table("test_labels").select("name, test_records(id)").order("id").order("id", foreign_table="test_records").execute().data
    assert rows == [
        {"name": "Northern", "test_records": [{"id": 1}, {"id": 2}]},
        {"name": "Harbour", "test_records": [{"id": 3}, {"id": 5}]},
        {"name": "Silent", "test_records": []}]


def test_a_filter_on_an_embed_empties_it_and_on_an_inner_one_drops_the_row(shop):
    def labels(embed):
        query = shop.table("test_records").select(f"id, {embed}(name)").eq("test_labels.country", "DE").order("id")
        return {row["id"]: row["test_labels"] for row in query.execute().data}

    assert labels("test_labels") == {1: None, 2: None, 3: {"name": "Harbour"}, 4: None, 5: {"name": "Harbour"}}
    assert labels("test_labels!inner") == {3: {"name": "Harbour"}, 5: {"name": "Harbour"}}


def test_rows_can_be_chosen_by_whether_their_embed_is_empty(shop):
    def ids(ask):
        return [row["id"] for row in ask(shop.table("test_labels").select("id, test_records()")).order("id").execute().data]

    assert ids(lambda labels: labels.is_("test_records", "null")) == [3]
    assert ids(lambda labels: labels.not_.is_("test_records", "null")) == [1, 2]


def test_an_alternative_can_be_asked_of_an_embed(shop):
    rows = (shop.table("test_labels").select("name, test_records!inner(id)")
            .or_("price.gt.15,in_print.is.true", reference_table="test_records").order("name").execute().data)
    assert rows == [{"name": "Harbour", "test_records": [{"id": 3}]}, {"name": "Northern", "test_records": [{"id": 1}]}]


# Order, limit, range -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("ask", "ids"), [
    (lambda rows: rows.order("id"), [1, 2, 3, 4, 5]),
    (lambda rows: rows.order("id", desc=True), [5, 4, 3, 2, 1]),
    # As in PostgreSQL, null counts as the largest value.
    (lambda rows: rows.order("price"), [5, 2, 1, 3, 4]),
    (lambda rows: rows.order("price", desc=True), [4, 3, 1, 2, 5]),
    (lambda rows: rows.order("price", nullsfirst=True), [4, 5, 2, 1, 3]),
    (lambda rows: rows.order("price", desc=True, nullsfirst=False), [3, 1, 2, 5, 4]),
    (lambda rows: rows.order("copies").order("id", desc=True), [4, 3, 5, 1, 2]),
    (lambda rows: rows.order("about->tracks", nullsfirst=False).order("id"), [1, 3, 2, 4, 5]),
    (lambda rows: rows.order("test_labels(name)", nullsfirst=True).order("id"), [4, 3, 5, 1, 2]),
    (lambda rows: rows.order("sticker", desc=True).limit(1), [5]),
    (lambda rows: rows.order("id").limit(2), [1, 2]),
    (lambda rows: rows.order("id").limit(0), []),
    (lambda rows: rows.order("id").limit(2).offset(3), [4, 5]),
    (lambda rows: rows.order("id").range(1, 2), [2, 3]),
    (lambda rows: rows.order("id").range(4, 20), [5]),
    (lambda rows: rows.order("id").range(10, 20), []),
])
def test_rows_come_in_the_order_and_number_asked_for(shop, ask, ids):
    assert [row["id"] for row in ask(shop.table("test_records").select("id, test_labels(name)")).execute().data] == ids


def test_rows_cannot_be_ordered_by_an_embed_of_many(shop, refusal):
    error = refusal(shop.table("test_labels").select("id, test_records(id)").order("test_records(id)"))
    assert error.code == "PGRST118"


# One row -------------------------------------------------------------------------------------------------------------

def test_single_gives_the_row_itself(shop):
    assert shop.table("test_records").select("id").eq("id", 3).single().execute().data == {"id": 3}


@pytest.mark.parametrize(("ids", "details"), [([], "The result contains 0 rows"), ([1, 2], "The result contains 2 rows")])
def test_single_refuses_none_and_several(shop, refusal, ids, details):
    error = refusal(shop.table("test_records").select("id").in_("id", ids).single())
    assert (error.code, error.message) == ("PGRST116", "Cannot coerce the result to a single JSON object")
    assert (error.details, error.hint) == (details, None)


def test_maybe_single_gives_the_row_or_nothing_and_refuses_several(shop, refusal):
    def query(ids):
        return shop.table("test_records").select("id").in_("id", ids).maybe_single()

    assert query([3]).execute().data == {"id": 3}
    assert query([99]).execute() is None
    assert refusal(query([1, 2])).details == "The result contains more than one row."


# Counts --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("method", list(CountMethod))
def test_a_count_is_of_all_rows_however_few_are_read(shop, method):
    # The planner's numbers are exact too, as the table has been analysed.
    answer = shop.table("test_records").select("id", count=method).order("id").limit(2).execute()
    assert (answer.data, answer.count) == ([{"id": 1}, {"id": 2}], 5)


def test_an_exact_count_is_of_the_rows_that_pass_the_filters(shop):
    assert shop.table("test_records").select("id", count=CountMethod.exact).gt("price", 8).execute().count == 2
    inner = shop.table("test_records").select("id, test_labels!inner(id)", count=CountMethod.exact).eq("test_labels.country", "DE")
    assert inner.execute().count == 2


def test_nothing_is_counted_unasked(shop):
    assert shop.table("test_records").select("id").execute().count is None


def test_head_brings_the_count_alone(shop):
    answer = shop.table("test_records").select("*", count=CountMethod.exact, head=True).lt("id", 4).execute()
    assert (answer.data, answer.count) == ([], 3)


def test_a_range_past_the_counted_rows_is_refused(shop, refusal):
    error = refusal(shop.table("test_records").select("id", count=CountMethod.exact).range(50, 60))
    assert (error.code, error.message) == ("PGRST103", "Requested range not satisfiable")
    assert error.details == "An offset of 50 was requested, but there are only 5 rows."


# Other forms ---------------------------------------------------------------------------------------------------------

def test_csv_has_a_head_and_can_be_read_back(shop):
    text = shop.table("test_records").select("id, title, price, in_print").order("id").csv().execute().data
    assert list(csv.reader(io.StringIO(text))) == [
        ["id", "title", "price", "in_print"],
        ["1", "Autumn Rain", "12.50", "t"],
        ["2", "Bright Morning", "8.00", "f"],
        ["3", "Concrete, Glass", "20.00", ""],
        ["4", 'Dub "Echo"', "", "t"],
        ["5", "empty_100%", "0.00", "f"]]


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_plan_is_refused_while_plans_are_off(shop, refusal, form):
    error = refusal(shop.table("test_records").select("id").explain(format=form))
    assert error.code == "PGRST107"
    assert error.message.startswith(f"None of these media types are available: application/vnd.pgrst.plan+{form}")


def test_a_plan_is_shown_once_the_owner_has_turned_plans_on(shop, server):
    # As Supabase's guide "Query plans with explain()" does it.
    server.sql("-c", "alter role authenticator set pgrst.db_plan_enabled to 'true'", "-c", "notify pgrst, 'reload config'")
    try:
        assert "Seq Scan on test_records" in eventually(lambda: shop.table("test_records").select("id").explain().execute())
        plan = shop.table("test_records").select("id").explain(format="json", analyze=True).execute().data
        assert plan[0]["Plan"]["Actual Rows"] == 1
    finally:
        server.sql("-c", "alter role authenticator reset pgrst.db_plan_enabled", "-c", "notify pgrst, 'reload config'")


def test_aggregates_are_refused_while_they_are_off(shop, refusal):
    error = refusal(shop.table("test_labels").select("name, test_records(copies.sum())"))
    assert (error.code, error.message) == ("PGRST123", "Use of aggregate functions is not allowed")


def test_text_of_any_script_comes_back_as_it_was_written(shop):
    text = "Ærøskøbing · 音楽 · 🎶 · \"quoted\" · back\\slash · line\nbreak · tab\t."
    made = shop.table("test_notes").insert({"body": text}).execute().data[0]
    assert made["body"] == text
    assert shop.table("test_notes").select("id").eq("body", text).execute().data == [{"id": made["id"]}]
