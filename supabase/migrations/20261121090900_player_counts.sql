-- The Player: updated_at, and the counters of bands.
--
-- The counters are kept by statement, not by row: one update per band however many rows came or went, and in the order of
-- the bands' ids, so that two statements touching the same bands wait for each other instead of deadlocking. The update
-- locks the band's row, so concurrent statements add up. Definer, because people follow bands they may not write.

create function continuo.add_to_bands(bands uuid[], tracks integer[], followers integer[]) returns void
language plpgsql security definer set search_path = ''
as $$
begin
    -- Locked in the order of their ids first; an update of its own accord would take them in any order.
    perform from public.bands b where b.id = any (bands) order by b.id for no key update;
    update public.bands b
    set track_count = b.track_count + change.tracks, follower_count = b.follower_count + change.followers
    from (
        select band, sum(t) as tracks, sum(f) as followers
        from unnest(bands, tracks, followers) as given (band, t, f)
        group by band
    ) as change
    where b.id = change.band and (change.tracks <> 0 or change.followers <> 0);
end
$$;
comment on function continuo.add_to_bands(uuid[], integer[], integer[]) is
    'Adds to the counters of bands: per position the band, its change in tracks and in followers.';
revoke all on function continuo.add_to_bands(uuid[], integer[], integer[]) from public, anon, authenticated;

create function public.increment_band_track_count() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    perform continuo.add_to_bands(array_agg(band_id), array_agg(1), array_agg(0)) from added;
    return null;
end
$$;
comment on function public.increment_band_track_count() is 'Statement trigger of band_tracks: counts added tracks.';

create function continuo.decrement_band_track_count() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    perform continuo.add_to_bands(array_agg(band_id), array_agg(-1), array_agg(0)) from removed;
    return null;
end
$$;
comment on function continuo.decrement_band_track_count() is 'Statement trigger of band_tracks: counts removed tracks.';

create function continuo.move_band_track_count() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    perform continuo.add_to_bands(array_agg(band_id), array_agg(change), array_agg(0))
    from (select band_id, 1 as change from added union all select band_id, -1 from removed) as moved;
    return null;
end
$$;
comment on function continuo.move_band_track_count() is 'Statement trigger of band_tracks: counts tracks moved between bands.';

create trigger increment_band_track_count after insert on public.band_tracks
    referencing new table as added
    for each statement execute function public.increment_band_track_count();
create trigger decrement_band_track_count after delete on public.band_tracks
    referencing old table as removed
    for each statement execute function continuo.decrement_band_track_count();
create trigger move_band_track_count after update on public.band_tracks
    referencing old table as removed new table as added
    for each statement execute function continuo.move_band_track_count();

create function continuo.increment_band_follower_count() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    perform continuo.add_to_bands(array_agg(band_id), array_agg(0), array_agg(1)) from added;
    return null;
end
$$;
comment on function continuo.increment_band_follower_count() is 'Statement trigger of user_follows: counts new followers.';

create function continuo.decrement_band_follower_count() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    perform continuo.add_to_bands(array_agg(band_id), array_agg(0), array_agg(-1)) from removed;
    return null;
end
$$;
comment on function continuo.decrement_band_follower_count() is 'Statement trigger of user_follows: counts followers that left.';

create function continuo.move_band_follower_count() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    perform continuo.add_to_bands(array_agg(band_id), array_agg(0), array_agg(change))
    from (select band_id, 1 as change from added union all select band_id, -1 from removed) as moved;
    return null;
end
$$;
comment on function continuo.move_band_follower_count() is 'Statement trigger of user_follows: counts follows moved between bands.';

create trigger increment_band_follower_count after insert on public.user_follows
    referencing new table as added
    for each statement execute function continuo.increment_band_follower_count();
create trigger decrement_band_follower_count after delete on public.user_follows
    referencing old table as removed
    for each statement execute function continuo.decrement_band_follower_count();
create trigger move_band_follower_count after update on public.user_follows
    referencing old table as removed new table as added
    for each statement execute function continuo.move_band_follower_count();

revoke all on function public.increment_band_track_count(), continuo.decrement_band_track_count(),
    continuo.move_band_track_count(), continuo.increment_band_follower_count(), continuo.decrement_band_follower_count(),
    continuo.move_band_follower_count() from public, anon, authenticated;

-- A new follower is no change of the band itself.
create trigger update_bands_updated_at before update on public.bands
    for each row
    when (old.track_count = new.track_count and old.follower_count = new.follower_count)
    execute function public.update_updated_at();
create trigger update_user_playlists_updated_at before update on public.user_playlists
    for each row execute function public.update_updated_at();
create trigger update_oauth_connections_updated_at before update on public.oauth_connections
    for each row execute function public.update_updated_at();
