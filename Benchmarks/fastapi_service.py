"""The cases as people write such a service today: FastAPI, asyncpg with a pool of 8, PyJWT. JSON is made by PostgreSQL, which is the
fastest of the usual ways. Run by data_api.py as one uvicorn process with uvloop and httptools."""

import json
import os
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID

import asyncpg
import jwt
from cases import BANDS, INSERT_MANY, INSERT_ONE, ONE_SONG, RECENT_BY_FUNCTION, RECENT_SONGS
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, TypeAdapter, ValidationError

SECRET = os.environ["JWT_SECRET"]
ONE_SONG = ONE_SONG.format(song="$1")
RECENT_SONGS, BANDS = RECENT_SONGS.format(person="$1"), BANDS.format(person="$1")
INSERT_ONE, INSERT_MANY = INSERT_ONE.format(row="$1"), INSERT_MANY.format(rows="$1")
RECENT_BY_FUNCTION = RECENT_BY_FUNCTION.format(number="$1")


class Play(BaseModel):
    user_id: UUID
    platform: str
    track_id: str | None = None
    track_name: str
    artist: str
    album: str | None = None
    play_count: int = 1


class Recent(BaseModel):
    number: int


one_play, many_plays = TypeAdapter(Play), TypeAdapter(list[Play])


@asynccontextmanager
async def lifespan(app):
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8) as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan)


async def claims_of(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> dict:
    try:
        return jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"], audience="authenticated")
    except jwt.PyJWTError:
        raise HTTPException(401, "The token is not valid.")


Claims = Annotated[dict, Depends(claims_of)]


async def ask(claims, statement, *values):
    async with app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", claims["role"], json.dumps(claims))
        return await connection.fetchval(statement, *values)


def answer(body, status=200):
    return Response(body, status, media_type="application/json")


async def checked(request, adapter):
    body = await request.body()
    try:
        adapter.validate_json(body)
    except ValidationError as error:
        raise HTTPException(422, error.errors(include_context=False))
    return body.decode()


@app.get("/songs")
async def songs(claims: Claims):
    return answer(await ask(claims, RECENT_SONGS, claims["sub"]))


@app.get("/songs/{song}")
async def song(claims: Claims, song: UUID):
    body = await ask(claims, ONE_SONG, song)
    if body is None:
        raise HTTPException(404)
    return answer(body)


@app.get("/bands")
async def bands(claims: Claims):
    return answer(await ask(claims, BANDS, claims["sub"]))


@app.post("/history")
async def add(claims: Claims, request: Request):
    return answer(await ask(claims, INSERT_ONE, await checked(request, one_play)), 201)


@app.post("/history/bulk")
async def add_many(claims: Claims, request: Request):
    await ask(claims, INSERT_MANY, await checked(request, many_plays))
    return Response(status_code=201)


@app.post("/rpc/recent")
async def recent(claims: Claims, wanted: Recent):
    return answer(await ask(claims, RECENT_BY_FUNCTION, wanted.number))


@app.get("/healthz")
async def healthz():
    return {"status": "ok"}
