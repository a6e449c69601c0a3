-- The ground under all rooms: schema `continuo`, the vector extension, and the trigger that keeps updated_at true.

-- The product's own machinery (jobs, migrations, helpers of policies) lives apart from `public`, because `public` is what
-- the Data API exposes: nobody but the service may even enter this schema. Policies may still call its functions, since
-- a policy names them by identity and asks only for the right to execute.
create schema if not exists continuo;
comment on schema continuo is 'The product''s own machinery; not exposed by the Data API.';
revoke all on schema continuo from public;
grant usage on schema continuo to service_role;

-- Supabase keeps extensions in schema `extensions`; a server where vector already lives elsewhere keeps it there, which is
-- why the migrations that use it put both schemas on their search path instead of qualifying its types.
create schema if not exists extensions;
create extension if not exists vector with schema extensions;

create function public.update_updated_at() returns trigger
language plpgsql set search_path = ''
as $$
begin
    new.updated_at = now();
    return new;
end
$$;
comment on function public.update_updated_at() is 'Row trigger: stamps updated_at with the time of the changing transaction.';
-- A trigger function needs no right to execute at firing time; without this the Data API could list it.
revoke all on function public.update_updated_at() from public, anon, authenticated;
