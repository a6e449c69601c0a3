-- Applications that are registered with Auth (OAuth 2.1): where Supabase's own schema has the table already, it stays as it is.
do $do$
begin
    if to_regclass('auth.oauth_clients') is not null then
        return;
    end if;
    create type auth.oauth_registration_type as enum ('dynamic', 'manual');
    create type auth.oauth_client_type as enum ('public', 'confidential');
    create table auth.oauth_clients (
        id uuid primary key,
        client_secret_hash text,
        registration_type auth.oauth_registration_type not null,
        -- Separated by commas, as GoTrue keeps them.
        redirect_uris text not null,
        grant_types text not null,
        client_name text check (char_length(client_name) <= 1024),
        client_uri text check (char_length(client_uri) <= 2048),
        logo_uri text check (char_length(logo_uri) <= 2048),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        deleted_at timestamptz,
        client_type auth.oauth_client_type not null default 'confidential',
        token_endpoint_auth_method text not null
    );
    comment on table auth.oauth_clients is 'Applications registered with Auth; of a secret only its hash is kept.';
    create index oauth_clients_deleted_at_idx on auth.oauth_clients (deleted_at);
    alter table auth.oauth_clients enable row level security;
    grant select, insert, update, delete on auth.oauth_clients to service_role;
end
$do$;
