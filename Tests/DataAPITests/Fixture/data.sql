-- The rows of schema.sql. The cases roll back what they write.

insert into shop.labels (id, name, parent_id) values
    (1, 'North Pier', null),
    (2, 'Pier Tapes', 1),
    (3, 'Little Pier', 2),
    (4, 'Quay', null);

insert into shop.artists (id, name, label_id, mentor_id, founded, tags, facts, active) values
    (1, 'Aurel', 1, null, 1998, '{folk,harp}', '{"home": "Bergen", "members": 1, "prizes": ["Reed", "Gull"]}', '[1998,2011)'),
    (2, 'Basalt', 1, 1, 2004, '{rock}', '{"home": "Turku", "members": 4, "prizes": []}', '[2004,2020)'),
    (3, 'Cirrus', 2, 1, 2010, '{rock,folk}', '{"home": "Porto", "members": 3, "prizes": ["Gull"]}', '[2011,2015)'),
    (4, 'Dune', null, null, null, null, null, null);

insert into shop.influences (artist_id, source_id) values (2, 1), (3, 1), (3, 2);

insert into shop.pages (artist_id, url) values (1, 'aurel.example'), (2, 'basalt.example');

insert into shop.quotes (id, artist_id, words, is_kind) values
    (1, 1, 'Luminous', true),
    (2, 1, 'Dull', false),
    (3, 2, 'Heavy', true);

insert into shop.albums (artist_id, number, title, format, released, price, stock, sleeve, presser_id, seller_id) values
    (1, 1, 'Tide Tables', 'lp', '1999-05-01', 20.00, 3, '(30,31)', 1, 1),
    (1, 2, 'Harbour', 'cd', '2003-09-12', 12.50, 0, '(12,14)', 2, 1),
    (2, 1, 'Columns', 'lp', '2006-02-20', 22.00, 5, null, 1, 4),
    (3, 1, 'High, Thin', 'tape', '2012-11-03', 8.00, 10, '(7,11)', 2, 2);

insert into shop.tracks (artist_id, album, position, title, length) values
    (1, 1, 1, 'Ebb', 185),
    (1, 1, 2, 'Salt, Sand', 240),
    (1, 2, 1, 'Cranes', 200),
    (2, 1, 1, 'He said "go"', 301),
    (2, 1, 2, 'Fissure', null),
    (3, 1, 1, 'Ice (live)', 95);

insert into shop.genres (id, name) values (1, 'folk'), (2, 'rock'), (3, 'ambient');
insert into shop.album_genres (artist_id, album, genre_id) values (1, 1, 1), (1, 1, 3), (2, 1, 2), (3, 1, 2), (3, 1, 3);

insert into shop.reviews (id, artist_id, album, body, score) values
    (1, 1, 1, 'A calm record about the sea', 8),
    (2, 2, 1, 'Loud stones rolling downhill', 6),
    (3, 3, 1, 'Thin clouds over cold seas', 7);

insert into shop.sales (year, id, artist_id, amount) values
    (2020, 1, 1, 100.00),
    (2020, 2, 2, 50.00),
    (2021, 1, 1, 75.50);

insert into shop.goods (id, code, name, colour, count) values
    (1, 'A1', 'Shirt', 'red', 20),
    (2, 'B2', 'Mug', null, 5);

insert into shop.receipts (id, customer, written) overriding system value values
    (1, 'Ines', '2024-03-01 10:00:00+00'),
    (2, 'Jonas', '2024-03-02 11:30:00+00');

insert into shop.stamps (id) values (1), (2);
insert into shop.guests (name, greeting) values ('Ada', 'Good evening');
insert into shop."Tour Stops" ("Stop No", "city,country", "select") values (1, 'Bergen,Norway', 'yes'), (2, 'Turku,Finland', 'no');

insert into shop.types (
    id, a_smallint, a_bigint, a_numeric, a_double, a_boolean, a_date, a_time, a_timestamptz, a_interval, a_uuid, a_bytea, a_json,
    a_jsonb, a_varchar, a_char, a_bit, a_format, some_ints, some_words
) values (
    1, 7, 9007199254740993, 1.50, 0.25, true, '2024-02-29', '23:05:00', '2024-06-01 12:00:00+00', '90 minutes',
    '6f2d8a9c-0b8e-4a5d-9a37-1f0a5e3c7b21', '\x00ff', '{"b": 1, "a": [1, 2]}', '{"b": 1, "a": [1, 2]}', 'word', 'ab', '101', 'cd',
    '{1,2,3}', '{"one","two, three",null}'
);
insert into shop.types (id) values (2);

insert into shop.wages (id, amount) values (1, 1000);
insert into shop.members (id, name, password) values (1, 'Ines', 'secret'), (2, 'Jonas', 'hidden');
insert into shop.demos (id, owner, title) values (1, 'ines', 'Rough mix'), (2, 'jonas', 'Humming'), (3, 'ines', 'Second try');
insert into hidden.contracts (id, artist_id, fee) values (1, 1, 500), (2, 3, 800);

insert into archive.boxes (id, place) values (1, 'cellar'), (2, 'attic');
insert into archive.letters (id, box_id, artist_id, subject) values (1, 1, 1, 'Thanks'), (2, 1, 2, 'Complaint'), (3, 2, 1, 'Postcard');

refresh materialized view shop.artist_sales;
analyze shop.reviews;
