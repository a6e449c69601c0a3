"""Calling functions: rpc()."""

import uuid

import pytest
from postgrest import CountMethod


@pytest.fixture(params=[False, True], ids=["POST", "GET"])
def get(request):
    """Whether the arguments travel in the address instead of the body: the answer is the same."""
    return request.param


def test_a_scalar_is_the_answer_itself(shop, get):
    assert shop.rpc("test_add", {"a": 2, "b": 3}, get=get).execute().data == 5


def test_an_argument_with_a_default_may_be_left_out(shop, get):
    assert shop.rpc("test_add", {"a": 2}, get=get).execute().data == 12


def test_a_list_is_an_array_argument(shop, get):
    words = ["one", "two, or three", 'with "quotes"', ""]
    assert shop.rpc("test_count_words", {"words": words}, get=get).execute().data == 4


def test_an_object_is_a_json_argument(shop, get):
    document = {"title": "Näcken & Co.", "sides": [1, 2]}
    assert shop.rpc("test_field", {"document": document, "field": "title"}, get=get).execute().data == "Näcken & Co."
    assert shop.rpc("test_field", {"document": document, "field": "sides"}, get=get).execute().data == [1, 2]
    assert shop.rpc("test_field", {"document": document, "field": "none"}, get=get).execute().data is None


def test_a_composite_result_is_an_object(shop, get):
    label = shop.rpc("test_label", {"wanted": 2}, get=get).execute().data
    assert label == {"id": 2, "name": "Harbour", "country": "DE", "catalogue:no": "H-1"}


def test_output_arguments_are_an_object(shop, get):
    assert shop.rpc("test_totals", get=get).execute().data == {"records": 5, "copies": 1660}


def test_a_set_of_scalars_is_a_list(shop, get):
    genres = shop.rpc("test_genres", get=get).execute().data
    assert sorted(genres) == ["ambient", "deep house", "drone", "dub", "folk", "techno"]


def test_a_set_of_rows_can_be_filtered_ordered_and_limited(shop, get):
    rows = shop.rpc("test_records_from", {"low": 0, "high": 100}, get=get).select("id").gt("price", 1).order("id", desc=True)
    assert rows.execute().data == [{"id": 3}, {"id": 2}, {"id": 1}]
    rows = shop.rpc("test_records_from", {"low": 0, "high": 100}, get=get).select("id").order("id").range(1, 2)
    assert rows.execute().data == [{"id": 2}, {"id": 3}]


def test_a_set_of_rows_of_a_table_embeds_as_the_table_does(shop, get):
    rows = shop.rpc("test_records_from", {"low": 10, "high": 100}, get=get).select("title, test_labels!inner(name)")
    assert rows.eq("test_labels.country", "DE").execute().data == [{"title": "Concrete, Glass", "test_labels": {"name": "Harbour"}}]


def test_one_row_of_a_set_can_be_asked_for(shop, refusal, get):
    def rows(low):
        return shop.rpc("test_records_from", {"low": low, "high": 100}, get=get).select("id")

    assert rows(20).single().execute().data == {"id": 3}
    assert refusal(rows(0).single()).code == "PGRST116"
    assert rows(20).maybe_single().execute().data == {"id": 3}
    assert rows(21).maybe_single().execute() is None


def test_the_rows_of_a_set_are_counted(shop, get):
    answer = shop.rpc("test_records_from", {"low": 0, "high": 100}, count=CountMethod.exact, get=get).limit(1).execute()
    assert (len(answer.data), answer.count) == (1, 4)


def test_a_set_can_be_read_as_csv(shop, get):
    rows = shop.rpc("test_records_from", {"low": 10, "high": 100}, get=get).select("id,price").order("id").csv()
    assert rows.execute().data.split() == ["id,price", "1,12.50", "3,20.00"]


def test_a_function_runs_as_the_caller(shop, ada, service, get):
    assert shop.rpc("test_whoami", get=get).execute().data == {"role": "anon", "id": None}
    assert ada.client.rpc("test_whoami", get=get).execute().data == {"role": "authenticated", "id": ada.id}
    assert service.rpc("test_whoami", get=get).execute().data == {"role": "service_role", "id": None}


def test_an_exception_of_a_function_arrives_with_all_its_parts(shop, refusal, get):
    error = refusal(shop.rpc("test_complain", {"kind": "plain"}, get=get))
    assert (error.code, error.message) == ("P0001", "The shop is closed.")
    error = refusal(shop.rpc("test_complain", {"kind": "payment"}, get=get))
    assert (error.code, error.message) == ("PT402", "Pay first.")
    assert (error.details, error.hint) == ("Three records are open.", "Ask at the counter.")


def test_an_unknown_function_is_not_found(shop, refusal, get):
    error = refusal(shop.rpc("test_nothing", {"a": 1}, get=get))
    assert error.code == "PGRST202"
    assert error.message == "Could not find the function public.test_nothing(a) in the schema cache"


def test_an_unknown_argument_is_no_match(shop, refusal, get):
    assert refusal(shop.rpc("test_add", {"a": 1, "c": 2}, get=get)).code == "PGRST202"


def test_an_argument_of_the_wrong_type_is_refused(shop, refusal, get):
    assert refusal(shop.rpc("test_add", {"a": "one"}, get=get)).code == "22P02"


def test_head_brings_the_count_of_a_set_alone(shop):
    answer = shop.rpc("test_records_from", {"low": 0, "high": 100}, count=CountMethod.exact, head=True).execute()
    assert (answer.data, answer.count) == ([], 4)


def test_a_function_of_one_unnamed_document_gets_the_whole_body(shop):
    body = {"any": ["thing", {"at": None}], "n": 1.5}
    assert shop.rpc("test_whole_body", body).execute().data == body


def test_a_function_that_writes_gives_nothing_back_and_has_written(shop):
    body = uuid.uuid4().hex
    assert shop.rpc("test_leave_note", {"body": body}).execute().data == []
    assert len(shop.table("test_notes").select("id").eq("body", body).execute().data) == 1


def test_a_function_that_writes_is_refused_when_it_is_only_read(shop, refusal):
    body = uuid.uuid4().hex
    error = refusal(shop.rpc("test_leave_note", {"body": body}, get=True))
    assert (error.code, error.message) == ("25006", "cannot execute INSERT in a read-only transaction")
    assert shop.table("test_notes").select("id").eq("body", body).execute().data == []


def test_the_products_trigger_functions_cannot_be_called(anon, service, refusal):
    for client in (anon, service):
        assert refusal(client.rpc("update_updated_at")).code in ("PGRST202", "42501")
        assert refusal(client.rpc("increment_band_track_count")).code in ("PGRST202", "42501")


def test_the_products_own_machinery_cannot_be_called(anon, service, refusal):
    for client in (anon, service):
        assert refusal(client.rpc("claim_generation", {"user_id": str(uuid.uuid4()), "allowed": 1})).code == "PGRST202"
        assert refusal(client.schema("continuo").rpc("claim_generation", {})).code == "PGRST106"
