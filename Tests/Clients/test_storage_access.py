"""Who may do what with objects: every way into storage, tried by everybody, against one table."""

import base64
import uuid

import httpx
import pytest
from conftest import Person
from test_storage import PNG

EVERYBODY = {"owner", "editor", "viewer", "stranger", "anonymous", "service"}

# What lies there: who reads it, and who changes it.
SHELVES = {
    "a private upload": ({"owner", "service"}, {"owner", "service"}),
    "the file of a private song": ({"owner", "service"}, {"service"}),
    "the file of a public song": (EVERYBODY, {"service"}),
    "a file beside another's folder": ({"service"}, {"service"}),
    "an avatar": (EVERYBODY, {"owner", "service"}),
    "an export": ({"owner", "editor", "viewer", "service"}, {"owner", "editor", "service"}),
    "an export of no artist": ({"service"}, {"service"}),
}


@pytest.fixture(scope="module")
def people(server, service):
    owner, editor, viewer = (Person(server, name) for name in ["Olga", "Edith", "Vera"])
    artist = owner.table("artists").insert({"name": f"Access {uuid.uuid4().hex[:8]}"}).execute().data[0]
    for person, role in [(editor, "editor"), (viewer, "viewer")]:
        service.table("user_artists").insert({"user_id": person.id, "artist_id": artist["id"], "role": role}).execute()

    def key(person):
        return person.client.auth.get_session().access_token
    keys = {"owner": key(owner), "editor": key(editor), "viewer": key(viewer), "stranger": key(Person(server, "Stan")),
            "anonymous": server.keys["SUPABASE_ANON_KEY"], "service": server.keys["SUPABASE_SERVICE_ROLE_KEY"]}
    songs = {}
    for is_public in [False, True]:
        song = service.table("songs").insert({
            "user_id": owner.id, "title": "x", "storage_path": f"music/{uuid.uuid4()}", "is_public": is_public}).execute().data[0]
        songs[is_public] = song["id"]
    folders = {
        "a private upload": ("music", f"{owner.id}/takes"), "the file of a private song": ("music", f"{owner.id}/{songs[False]}"),
        "the file of a public song": ("music", f"{owner.id}/{songs[True]}"), "a file beside another's folder": ("music", "shared"),
        "an avatar": ("avatars", f"{owner.id}"), "an export": ("dawa-exports", f"artists/{artist['slug']}"),
        "an export of no artist": ("dawa-exports", "artists/nobody")}
    return keys, folders


@pytest.fixture(scope="module")
def ask(server):
    client = httpx.Client(base_url=server.keys["SUPABASE_URL"] + "/storage/v1", timeout=30)

    def send(key, method, path, **options):
        headers = {"Authorization": f"Bearer {key}", **options.pop("headers", {})}
        return client.request(method, path, headers=headers, **options)
    return send


def reading(ask, key, bucket, name):
    folder, file = name.rsplit("/", 1)
    return {
        "download": lambda: ask(key, "GET", f"/object/{bucket}/{name}").content == PNG,
        "download, the long way": lambda: ask(key, "GET", f"/object/authenticated/{bucket}/{name}").status_code == 200,
        "head": lambda: ask(key, "HEAD", f"/object/{bucket}/{name}").status_code == 200,
        "info": lambda: ask(key, "GET", f"/object/info/{bucket}/{name}").status_code == 200,
        "picture": lambda: ask(key, "GET", f"/render/image/authenticated/{bucket}/{name}").status_code == 200,
        "sign": lambda: ask(key, "POST", f"/object/sign/{bucket}/{name}", json={"expiresIn": 60}).status_code == 200,
        "sign several": lambda: ask(key, "POST", f"/object/sign/{bucket}", json={"expiresIn": 60, "paths": [name]}).json()[0]["signedURL"] is not None,
        "list": lambda: file in [e["name"] for e in ask(key, "POST", f"/object/list/{bucket}", json={"prefix": folder}).json()],
        "list by cursor": lambda: name in [o["name"] for o in ask(key, "POST", f"/object/list-v2/{bucket}", json={"prefix": folder + "/"}).json()["objects"]],
    }


def changing(ask, key, bucket, name):
    picture, other = {"Content-Type": "image/png"}, f"{name.rsplit('/', 1)[0]}/{uuid.uuid4().hex}.png"
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "3", "x-upsert": "false", "Upload-Metadata": ",".join(
        f"{word} {base64.b64encode(text.encode()).decode()}"
        for word, text in [("bucketName", bucket), ("objectName", other + "t"), ("contentType", "image/png")])}
    body = {"bucketId": bucket, "sourceKey": name, "destinationKey": other}
    return {
        "add": lambda: ask(key, "POST", f"/object/{bucket}/{other}a", content=PNG, headers=picture).status_code == 200,
        "add in parts": lambda: ask(key, "POST", "/upload/resumable", headers=tus).status_code == 201,
        "sign an upload": lambda: ask(key, "POST", f"/object/upload/sign/{bucket}/{other}s").status_code == 200,
        "upsert": lambda: ask(key, "POST", f"/object/{bucket}/{name}", content=PNG, headers={**picture, "x-upsert": "true"}).status_code == 200,
        "replace": lambda: ask(key, "PUT", f"/object/{bucket}/{name}", content=PNG, headers=picture).status_code == 200,
        "copy": lambda: ask(key, "POST", "/object/copy", json={**body, "destinationKey": other + "c"}).status_code == 200,
        "move": lambda: ask(key, "POST", "/object/move", json=body).status_code == 200
                        and ask(key, "POST", "/object/move", json={**body, "sourceKey": other, "destinationKey": name}).status_code == 200,
        "delete several": lambda: len(ask(key, "DELETE", f"/object/{bucket}", json={"prefixes": [name]}).json()) == 1,
        # The service puts it back where the one before succeeded.
        "delete": lambda: ask(key, "DELETE", f"/object/{bucket}/{name}").status_code == 200,
    }


@pytest.mark.parametrize("who", sorted(EVERYBODY))
@pytest.mark.parametrize("shelf", SHELVES)
def test_everybody_may_what_the_table_says(server, people, ask, shelf, who):
    keys, folders = people
    bucket, folder = folders[shelf]
    name, service = f"{folder}/{uuid.uuid4().hex}.png", keys["service"]

    def put():
        answer = ask(service, "POST", f"/object/{bucket}/{name}", content=PNG, headers={"Content-Type": "image/png", "x-upsert": "true"})
        assert answer.status_code == 200, answer.text
    readers, writers = SHELVES[shelf]
    put()
    for what, run in reading(ask, keys[who], bucket, name).items():
        assert run() == (who in readers), what
    for what, run in changing(ask, keys[who], bucket, name).items():
        assert run() == (who in writers), what
        if who not in writers:
            assert ask(service, "GET", f"/object/{bucket}/{name}").content == PNG, what
        put()
