"""Reading the product's own tables: what its requirement documents show, and what embedding can do with them."""

import pytest


@pytest.fixture(scope="module")
def studio(ada, service):
    """Ada's artist with a profile, two summaries and two training items."""
    artist = ada.table("artists").insert({"name": f"Aurora {ada.id[:8]}"}).execute().data[0]
    ada.table("artist_profiles").insert({
        "artist_id": artist["id"], "name": "Aurora", "master_schema": {"schema_version": "1.0"}}).execute()
    summaries = service.table("als_summaries").insert([
        {"artist_id": artist["id"], "als_filename": "night.als", "parse_id": f"{artist['id']}-{n}",
         "parse_timestamp": f"2026-0{n}-01T00:00:00Z", "summary": {"overview": {"tempo": 120 + n}}}
        for n in (1, 2)]).execute().data
    ada.table("training_items").insert([
        {"artist_id": artist["id"], "als_summary_id": summaries[0]["id"], "parse_id": f"{artist['id']}-1", "status": status}
        for status in ("ready", "needs_audio")]).execute()
    return artist


@pytest.fixture(scope="module")
def band(ada):
    """Ada's public band with three tracks; the first is also the band's own by its band_id."""
    band = ada.table("bands").insert({"user_id": ada.id, "name": "Harbour Lights"}).execute().data[0]
    tracks = ada.table("generated_tracks").insert([
        {"user_id": ada.id, "url": f"https://example.com/{n}.mp3", "duration": 60 * n, "mode": "new",
         "band_id": band["id"] if n == 1 else None} for n in (1, 2, 3)]).execute().data
    ada.table("band_tracks").insert([{"band_id": band["id"], "track_id": track["id"]} for track in tracks]).execute()
    return band


# The documents' examples ---------------------------------------------------------------------------------------------

def test_the_documents_query_for_ones_artists_brings_role_and_profile(studio, ada):
    artists = ada.table("artists").select("*, user_artists!inner(role), artist_profiles(master_schema)").execute().data
    artist = next(each for each in artists if each["id"] == studio["id"])
    assert artist == {
        **studio,
        "user_artists": [{"role": "owner"}],
        # One profile at most, since its key is the artist: an object, not a list.
        "artist_profiles": {"master_schema": {"schema_version": "1.0"}},
    }


def test_the_documents_query_for_an_artists_summaries_brings_the_newest_first(studio, ada):
    summaries = (ada.table("als_summaries").select("*").eq("artist_id", studio["id"])
                 .order("parse_timestamp", desc=True).execute().data)
    assert [each["parse_timestamp"] for each in summaries] == ["2026-02-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"]
    assert set(summaries[0]) == {
        "id", "project_name", "als_filename", "parse_id", "parse_timestamp", "summary", "export_path", "artist_id", "created_at"}


def test_the_documents_example_of_preferences_is_kept_as_it_is(ada):
    profile = {
        "genres": ["pop", "hip-hop", "electronic"], "favorite_artists": ["The Weeknd", "Drake", "Dua Lipa"], "vibe": "energetic",
        "bass_level": "high", "tempo_range": "120-160", "explicit_lyrics": True, "onboarding_date": "2025-01-15T10:30:00Z"}
    changed = ada.table("users").update({"preferences_profile": profile}).eq("id", ada.id).execute().data
    assert [row["preferences_profile"] for row in changed] == [profile]
    found = ada.table("users").select("id").contains("preferences_profile", {"genres": ["pop"], "vibe": "energetic"}).execute().data
    assert found == [{"id": ada.id}]


def test_the_documents_example_of_a_playlist_keeps_its_order(ada):
    tracks = [{"id": "uuid-1", "added_at": "2025-01-15T10:30:00Z"}, {"id": "uuid-2", "added_at": "2025-01-15T11:00:00Z"}]
    made = ada.table("user_playlists").insert({"user_id": ada.id, "name": "Evening", "tracks": tracks}).execute().data[0]
    read = ada.table("user_playlists").select("tracks, first:tracks->0->>id").eq("id", made["id"]).single().execute().data
    assert read == {"tracks": tracks, "first": "uuid-1"}


def test_a_taste_vector_is_written_as_a_list_and_read_as_postgresql_prints_it(ada):
    vector = [0.5, -0.25, 0, 1, 0.125]
    changed = ada.table("profiles").update({"preference_vector": vector}).eq("id", ada.id).execute().data[0]
    assert changed["preference_vector"] == "[0.5,-0.25,0,1,0.125]"


def test_signing_up_makes_a_profile_and_a_private_row(ada):
    profile = ada.table("profiles").select("id, display_name").eq("id", ada.id).single().execute().data
    assert profile == {"id": ada.id, "display_name": "Ada"}
    assert ada.table("users").select("id, email, premium").execute().data == [{"id": ada.id, "email": ada.email, "premium": False}]


# Embedding -----------------------------------------------------------------------------------------------------------

def test_embeds_nest_as_deep_as_the_tables_do(studio, ada):
    artist = (ada.table("artists").select("name, als_summaries(parse_id, training_items(status))")
              .eq("id", studio["id"]).order("parse_id", foreign_table="als_summaries")
              .order("status", foreign_table="als_summaries.training_items").single().execute().data)
    assert artist == {"name": studio["name"], "als_summaries": [
        {"parse_id": f"{studio['id']}-1", "training_items": [{"status": "needs_audio"}, {"status": "ready"}]},
        {"parse_id": f"{studio['id']}-2", "training_items": []}]}


def test_a_filter_on_a_nested_inner_embed_chooses_the_rows_above_it(studio, ada):
    query = "als_filename, parse_id, training_items!inner(status)"
    rows = ada.table("als_summaries").select(query).eq("training_items.status", "ready").execute().data
    assert rows == [{"als_filename": "night.als", "parse_id": f"{studio['id']}-1", "training_items": [{"status": "ready"}]}]
    assert ada.table("als_summaries").select(query).eq("training_items.status", "failed").execute().data == []


def test_songs_embed_their_parent_and_their_children(ada, new_song):
    root = new_song(ada, "Root", is_public=True)
    left, right = (new_song(ada, title, parent_id=root["id"], is_public=True) for title in ("Left", "Right"))
    tree = (ada.table("songs").select("title, parent:parent_id(title), children:songs!parent_id(title)")
            .in_("id", [root["id"], left["id"], right["id"]])
            .order("title").order("title", desc=True, foreign_table="children").execute().data)
    assert tree == [
        {"title": "Left", "parent": {"title": "Root"}, "children": []},
        {"title": "Right", "parent": {"title": "Root"}, "children": []},
        {"title": "Root", "parent": None, "children": [{"title": "Right"}, {"title": "Left"}]}]


def test_two_ways_between_two_tables_are_told_apart_by_a_hint(band, anon, refusal):
    error = refusal(anon.table("bands").select("name, generated_tracks(duration)"))
    assert error.code == "PGRST201"
    assert error.message == "Could not embed because more than one relationship was found for 'bands' and 'generated_tracks'"
    assert {each["cardinality"] for each in error.details} == {"one-to-many", "many-to-many"}
    assert "generated_tracks!band_tracks" in error.hint

    row = (anon.table("bands")
           .select("name, all:generated_tracks!band_tracks(duration), own:generated_tracks!generated_tracks_band_id_fkey(duration)")
           .eq("id", band["id"]).order("duration", foreign_table="all").single().execute().data)
    assert row == {"name": "Harbour Lights", "all": [{"duration": 60}, {"duration": 120}, {"duration": 180}], "own": [{"duration": 60}]}


def test_an_embed_can_be_limited_and_paged(band, anon):
    def durations(ask):
        query = anon.table("bands").select("all:generated_tracks!band_tracks(duration)").eq("id", band["id"])
        return [each["duration"] for each in ask(query.order("duration", foreign_table="all")).single().execute().data["all"]]

    assert durations(lambda query: query.limit(1, foreign_table="all")) == [60]
    assert durations(lambda query: query.range(1, 2, foreign_table="all")) == [120, 180]


def test_a_trigger_counts_what_is_added(band, ada, ben):
    assert ben.table("user_follows").insert({"user_id": ben.id, "band_id": band["id"]}).execute().data[0]["band_id"] == band["id"]
    counts = ada.table("bands").select("track_count, follower_count").eq("id", band["id"]).single().execute().data
    assert counts == {"track_count": 3, "follower_count": 1}


def test_an_embed_shows_only_what_the_asker_may_see(newcomer, ben):
    newcomer.table("mixes").insert([
        {"name": name, "creator_id": newcomer.id, "layers": [], "is_public": name == "Open"} for name in ("Open", "Closed")]).execute()

    def mixes(person):
        query = person.table("profiles").select("mixes(name)").eq("id", newcomer.id).order("name", foreign_table="mixes")
        return [each["name"] for each in query.single().execute().data["mixes"]]

    assert mixes(newcomer) == ["Closed", "Open"]
    assert mixes(ben) == ["Open"]
