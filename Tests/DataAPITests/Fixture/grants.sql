-- Who may do what.
grant select, insert, update, delete on all tables in schema shop, archive to case_anon, case_author;
grant usage on all sequences in schema shop to case_anon, case_author;
revoke all on shop.wages, shop.suggestions, shop.members, shop.demos from case_anon, case_author;
revoke insert, update, delete on shop.labels from case_anon;
grant insert on shop.suggestions to case_anon;
grant select (id, name), insert, update (name, password), delete on shop.members to case_anon;
grant select, insert, update, delete on shop.demos to case_author;
