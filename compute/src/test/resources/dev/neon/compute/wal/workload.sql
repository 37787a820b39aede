-- Writes as many types of WAL records as it can in a few seconds. WalWorkload runs it.
-- A statement ends with the line that ends with a semicolon, outside of $$. Lines that begin with "--:" are directives:
--   session NAME [DATABASE]   goes on in that session; it is opened when first named
--   since N | before N        the next statement is for these majors only
--   setting NAME = VALUE      alters the system and reloads
--   restart [SETTING=VALUE …] stops the server and starts it; all sessions end
--   crash                     the same, without a checkpoint at the end

-- Heap: inserts, updates of each kind, deletes, locks, speculative insertion, toast, multi-insert.
create table heap (a int primary key, b text, c int) with (fillfactor = 60);
insert into heap select i, repeat('x', 20 + i % 30), i from generate_series(1, 3000) i;
create index heap_c on heap (c);
update heap set b = b || 'hot' where a % 7 = 0;
update heap set c = -c where a % 11 = 0;
update heap set b = repeat('y', 900) where a between 100 and 140;
delete from heap where a % 13 = 0;
insert into heap values (100001, 'once', 0) on conflict (a) do nothing;
insert into heap values (100001, 'twice', 0) on conflict (a) do update set b = excluded.b;
-- The index's function inserts the same row between the tuple's insertion and its index entry: the tuple is removed.
create table speculated (a int);
create sequence calls;
create function intrude(a int) returns void language sql as 'insert into speculated values (a)';
create function meddle(a int) returns int immutable language plpgsql as $$ begin
    if nextval('calls') = 2 then perform intrude(a); end if;
    return a;
end $$;
create unique index on speculated (meddle(a));
insert into speculated values (1) on conflict do nothing;
drop table speculated;
begin;
select * from heap where a = 5 for update;
select * from heap where a = 6 for no key update;
select * from heap where a = 8 for share;
select * from heap where a = 9 for key share;
commit;
checkpoint;
update heap set b = 'after a checkpoint' where a = 15;
delete from heap where a = 16;
vacuum (index_cleanup on) heap;
create table toasted (a int primary key, t text);
alter table toasted alter column t set storage external;
insert into toasted select i, repeat(md5(i::text), 400) from generate_series(1, 20) i;
update toasted set t = t || 'more' where a % 2 = 0;
delete from toasted where a % 3 = 0;
vacuum toasted;
create table keyless (a int, b text);
alter table keyless replica identity full;
insert into keyless select i % 10, 'row ' || i from generate_series(1, 300) i;
update keyless set b = b || '!' where a = 3;
delete from keyless where a = 4;
begin;
create table copied (a int, b text);
insert into copied select i, 'c' || i from generate_series(1, 5) i;
commit;
copy heap to '/dev/null';
copy (select i, repeat('z', 40) from generate_series(1, 2000) i) to '@FILE@';
copy copied from '@FILE@';
vacuum (freeze) copied;
create table frozen (a int, b text);
begin;
truncate frozen;
copy frozen from '@FILE@' with (freeze);
commit;
create table pruned (a int primary key, b text) with (fillfactor = 50, autovacuum_enabled = off);
insert into pruned select i, repeat('p', 100) from generate_series(1, 400) i;
do $$ begin for i in 1 .. 12 loop update pruned set b = repeat(chr(97 + i), 100) where a % 5 = 1; end loop; end $$;
select count(*) from pruned where a < 200;
delete from pruned where a % 4 = 1;
vacuum pruned;
vacuum (freeze) pruned;
insert into pruned select i, 'new' from generate_series(1000, 1010) i;
update pruned set b = 'frozen before' where a % 50 = 2;
vacuum (freeze, disable_page_skipping) pruned;
truncate pruned;

-- Locks of several sessions: multixacts, locks along update chains.
create table shared (a int primary key, b int);
create table child (a int references shared);
insert into shared select i, 0 from generate_series(1, 300) i;
--: session a
begin;
select * from shared where a <= 40 for key share;
--: session b
begin;
select * from shared where a <= 40 for share;
--: session a
savepoint one;
select * from shared where a between 41 and 60 for key share;
--: session b
update shared set b = b + 1 where a between 41 and 60;
--: session c
begin;
select * from shared where a between 41 and 60 for key share;
insert into child select i from generate_series(41, 60) i;
--: session b
commit;
--: session c
commit;
--: session a
commit;
--: session main
update shared set b = b + 1 where a <= 50;
delete from shared where a between 30 and 40;
vacuum (freeze) shared;
create table multis (a int, b int);
insert into multis values (1, 0);
-- Each turn makes a multixact of two transactions of its own: enough for a second page of offsets and of members.
do $$ begin
    for i in 1 .. 2200 loop
        begin
            perform 1 from multis for share;
            begin
                update multis set b = b where a = 2;
                perform 1 from multis for no key update;
            exception when division_by_zero then null;
            end;
            raise exception using errcode = 'ZZ001';
        exception when sqlstate 'ZZ001' then null;
        end;
    end loop;
end $$;

-- Transactions: subtransactions, aborts, two-phase, dropped files in commits.
begin;
create table doomed (a int primary key);
insert into doomed select generate_series(1, 10);
rollback;
begin;
insert into keyless values (100, 'outer');
savepoint s;
insert into keyless values (101, 'inner');
rollback to s;
insert into keyless values (102, 'inner again');
release s;
commit;
do $$ begin
    for i in 1 .. 150 loop
        begin
            insert into keyless values (200 + i, 'sub');
        exception when division_by_zero then null;
        end;
    end loop;
end $$;
begin;
create table prepared (a int);
insert into prepared select generate_series(1, 100);
savepoint p;
drop table child;
prepare transaction 'a transaction with a name';
commit prepared 'a transaction with a name';
begin;
create table never (a serial primary key);
insert into heap values (200001, 'never', 0);
prepare transaction 'never';
rollback prepared 'never';
begin;
insert into heap values (200002, 'small', 0);
prepare transaction 'small';
commit prepared 'small';
set synchronous_commit = off;
insert into heap values (300001, 'asynchronous', 0);
reset synchronous_commit;

-- Catalogs, invalidations, relation maps, drops.
create schema other;
create type other.mood as enum ('sad', 'ok');
alter type other.mood add value 'happy';
create table other.t (a int default 7, m other.mood, check (a > 0));
alter table other.t add column d date default now();
create view other.v as select * from other.t;
create function other.f() returns int language sql as 'select 1';
create role somebody;
grant select on other.t to somebody;
comment on table other.t is 'a comment';
drop schema other cascade;
analyze;
vacuum full pg_class;
reindex table pg_database;
vacuum full heap;
cluster heap using heap_c;
alter table heap alter column c type bigint;
create materialized view mv as select a, b from heap;
create unique index on mv (a);
update heap set b = 'fresh' where a < 30;
refresh materialized view concurrently mv;
refresh materialized view mv;
create index concurrently heap_b on heap (b);
reindex index concurrently heap_b;
drop index concurrently heap_b;
create unlogged table unlogged (a int primary key, b text);
insert into unlogged select i, 'u' from generate_series(1, 1000) i;
alter table unlogged set logged;
create temporary table temporary (a int primary key);
insert into temporary select generate_series(1, 100);
create table parts (a int, b int) partition by range (a);
create table parts1 partition of parts for values from (0) to (100);
create table parts2 partition of parts for values from (100) to (200);
insert into parts select i, i from generate_series(0, 199) i;
update parts set a = a + 100 where a < 20;
alter table parts detach partition parts2;
truncate parts, keyless restart identity cascade;

-- Sequences, large objects, oids.
create sequence seq cache 5;
select nextval('seq') from generate_series(1, 200);
select setval('seq', 1000);
alter sequence seq increment by 3;
select lo_from_bytea(0, decode(repeat('0123456789abcdef', 1000), 'hex'));
select count(lo_create(0)) from generate_series(1, 9000);
select count(lo_unlink(oid)) from pg_largeobject_metadata where oid::bigint % 3 = 0;

-- Btree: splits to both sides, deduplication, bottom-up deletion, page deletion, recycling, index-only vacuum.
create table tree (a int, b text);
create index tree_a on tree (a);
create index tree_b on tree (b) with (deduplicate_items = off);
create unique index tree_ab on tree (a, b);
insert into tree select i % 100, 'v' || (i * 7919 % 10007) from generate_series(1, 10000) i;
insert into tree select -i, repeat('k', 500) || i from generate_series(1, 1000) i;
insert into tree select 50, 'w' || i from generate_series(1, 3000) i;
delete from tree where a = 50 and b like 'w%5';
set enable_seqscan = off;
set enable_bitmapscan = off;
select count(*) from tree where a = 50;
vacuum (index_cleanup off) tree;
delete from tree where a < 0 or a between 20 and 40;
vacuum (index_cleanup on) tree;
vacuum (index_cleanup on) tree;
insert into tree select 1000 + i, repeat('n', 600) || i from generate_series(1, 2000) i;
insert into tree select 5000 - i, 'r' || i from generate_series(1, 2000) i;
create table churn (a int primary key, b int, c int);
create index churn_b on churn (b);
create index churn_c on churn (c);
insert into churn select i, i % 5, i from generate_series(1, 500) i;
do $$ begin for i in 1 .. 25 loop update churn set c = c + 1; end loop; end $$;
select count(*) from churn where b = 3;
insert into churn select 1000 + i, 3, i from generate_series(1, 300) i;
delete from churn where a < 400;
vacuum churn;
create table emptied (a int primary key);
insert into emptied select generate_series(1, 20000);
delete from emptied where a < 19000;
vacuum emptied;
vacuum emptied;
insert into emptied select generate_series(20001, 22000);
delete from emptied;
vacuum emptied;
insert into emptied select generate_series(30001, 32000);
create table posted (a int);
create index on posted (a);
insert into posted select i / 200 from generate_series(0, 19999) i order by (i * 7919::bigint) % 20011;
delete from posted where ctid in (select ctid from posted where a % 3 = 0 limit 2000);
vacuum posted;
insert into posted select i / 200 from generate_series(0, 3999) i;

-- Hash: buckets split, overflow pages, squeezing, deletion of dead tuples on insertion.
create table hashed (a int, b text);
create index hashed_a on hashed using hash (a);
create index hashed_b on hashed using hash (b) with (fillfactor = 20);
insert into hashed select i, 'h' || i % 50 from generate_series(1, 8000) i;
insert into hashed select 7, 'same' from generate_series(1, 3000) i;
delete from hashed where a % 2 = 0 or b = 'same';
vacuum hashed;
insert into hashed select i, 'again' || i from generate_series(1, 4000) i;
create table hashdead (a int);
create index on hashdead using hash (a);
insert into hashdead select 1 from generate_series(1, 400);
delete from hashdead where ctid < '(1,0)';
select count(*) from hashdead where a = 1;
insert into hashdead select 1 from generate_series(1, 500);
create table hashsqueezed (a int, b int);
create index on hashsqueezed using hash (a);
insert into hashsqueezed select 1, i from generate_series(1, 5000) i;
delete from hashsqueezed where b % 3 = 0;
vacuum hashsqueezed;
create unlogged table hashunlogged (a int);
create index on hashunlogged using hash (a);

-- Without full-page images, for redo itself is compared then. Btree: splits of pages in the midst of posting lists, and
-- the deletion of subtrees of several levels. Hash: dead marks that VACUUM clears, squeezes of each kind, many buckets.
--: setting full_page_writes = off
create table reposted (a int, b text) with (fillfactor = 50);
alter table reposted alter column b set storage plain;
create index on reposted (b);
insert into reposted select i, repeat('r', 1000) || i % 2 from generate_series(1, 2000) i;
do $$ declare old tid; begin
for old in select ctid from reposted where a % 2 = 1 order by md5(a::text) loop
    update reposted set b = repeat('r', 1000) || 0 where ctid = old;
end loop; end $$;
create table deep (a text);
alter table deep alter column a set storage plain;
create index on deep (a);
insert into deep select repeat('d', 2600) || to_char(i, 'FM000') from generate_series(1, 120) i;
delete from deep where a < repeat('d', 2600) || '100';
vacuum deep;
vacuum deep;
create table hashmarked (a int);
create index on hashmarked using hash (a);
insert into hashmarked select i % 10 from generate_series(1, 300) i;
delete from hashmarked where a = 3;
select count(*) from hashmarked where a = 3;
vacuum (index_cleanup on) hashmarked;
create table hashfreed (a int, b int);
create index on hashfreed using hash (a);
insert into hashfreed select 1, i from generate_series(1, 3000) i;
delete from hashfreed where b > 1200;
vacuum hashfreed;
delete from hashfreed where b % 2 = 0;
vacuum hashfreed;
delete from hashfreed;
vacuum hashfreed;
insert into hashfreed select i, i from generate_series(1, 1000) i;
create table hashwide (a int, b text);
alter table hashwide alter column b set storage plain;
insert into hashwide select i, repeat('w', 7000) from generate_series(1, 220) i;
create index on hashwide using hash (a) with (fillfactor = 10);
--: setting full_page_writes = on

-- Gin: pending list, posting trees, splits, vacuum down to page deletion.
create table gin (a int[], t tsvector);
create index gin_a on gin using gin (a) with (fastupdate = off);
create index gin_fast on gin using gin (a) with (fastupdate = on, gin_pending_list_limit = 64);
create index gin_t on gin using gin (t);
insert into gin select array[i % 3, i % 1000, 10000 + i], to_tsvector('simple', 'word' || i || ' common w' || i % 20)
    from generate_series(1, 6000) i;
insert into gin select array[1, 2, 3], to_tsvector('simple', 'common') from generate_series(1, 12000) i;
select gin_clean_pending_list('gin_fast');
delete from gin where a && array[0, 1];
vacuum gin;
insert into gin select array[1, i], to_tsvector('simple', 'common') from generate_series(1, 3000) i;
delete from gin;
vacuum gin;
vacuum gin;
insert into gin select array[1, i], to_tsvector('simple', 'common') from generate_series(1, 1000) i;
drop index gin_a;
create index gin_a on gin using gin (a);

-- Keys so long that inner pages split; one row that fills several list pages; lists that vacuum leaves short are joined.
create table ginwide (a text[]);
create index on ginwide using gin (a) with (fastupdate = off);
insert into ginwide select array[(select string_agg(md5(i || ' ' || j), '') from generate_series(1, 19) j)]
    from generate_series(1, 400) i;
create table ginlist (a int[]);
create index on ginlist using gin (a) with (fastupdate = on, gin_pending_list_limit = 64);
insert into ginlist select array(select generate_series(1, 1000));
create table gintree (a int[]);
create index on gintree using gin (a) with (fastupdate = off);
insert into gintree select array[1] from generate_series(1, 6000) i;
delete from gintree where ctid not in (select ctid from gintree order by hashtext(ctid::text) limit 1200);
vacuum gintree;
insert into gintree select array[1] from generate_series(1, 400) i;

-- Gist: splits, dead tuples, page deletion and reuse.
create table gist (p point, r int4range);
create index gist_p on gist using gist (p);
create index gist_r on gist using gist (r);
insert into gist select point(i % 100, i / 100), int4range(i, i + 10) from generate_series(1, 8000) i;
update gist set p = point(p[0] + 0.5, p[1]) where p[0] < 5;
delete from gist where p[0] < 80;
vacuum gist;
vacuum gist;
insert into gist select point(i % 90, i / 10), int4range(i, i + 3) from generate_series(1, 4000) i;
create table gistdead (p point);
create index on gistdead using gist (p);
insert into gistdead select point(1, 1) from generate_series(1, 200);
delete from gistdead;
select count(*) from gistdead where p <@ box '(0,0),(2,2)';
select count(*) from gistdead where p <@ box '(0,0),(2,2)';
insert into gistdead select point(1, 1) from generate_series(1, 200);
create index gist_built on gist using gist (p) with (buffering = on);
-- Keys so long that inner pages split, which ends the splits of their children.
create table gistwide (r numrange);
create index on gistwide using gist (r);
insert into gistwide select numrange(low, low + 1) from (select (hashint4(i) || '.' || (select
    string_agg(translate(md5(i || ' ' || j), 'abcdef', '012345'), '') from generate_series(1, 25) j))::numeric as low
    from generate_series(1, 500) i) as made;

-- Spgist: leaves move, nodes are added, tuples split; vacuum of leaves, roots and redirections.
create table spgist (p point, t text);
create index spgist_p on spgist using spgist (p);
create index spgist_k on spgist using spgist (p kd_point_ops);
create index spgist_t on spgist using spgist (t);
insert into spgist select point(i * 37 % 1000, i * 91 % 997), 'prefix/' || md5(i::text) || '/' || i
    from generate_series(1, 4000) i;
insert into spgist select point(1, 1), repeat('long common prefix ', 5) || chr(33 + i % 90) || repeat('q', i % 60)
    from generate_series(1, 3000) i;
insert into spgist select point(2, 2), 'pre' || i from generate_series(1, 200) i;
delete from spgist where p[0] < 700;
vacuum spgist;
insert into spgist select point(i, i), 'again' || i from generate_series(1, 500) i;
delete from spgist;
vacuum spgist;
vacuum spgist;
create table spgistroot (t text);
create index on spgistroot using spgist (t);
insert into spgistroot select 'r' || i from generate_series(1, 10) i;
delete from spgistroot where t < 'r5';
vacuum spgistroot;
-- Nulls; pages for single values, and for values longer than a page; dead chains whose page is full.
create table spgistnull (t text);
create index on spgistnull using spgist (t);
insert into spgistnull select null from generate_series(1, 2500) i;
create table spgistlong (t text);
create index on spgistlong using spgist (t);
insert into spgistlong select (select string_agg(md5(i || ' ' || j), '') from generate_series(1, 60 + i % 20) j)
    from generate_series(1, 100) i;
insert into spgistlong select (select string_agg(md5(i || ' ' || j), '') from generate_series(1, 700) j)
    from generate_series(1, 4) i;
create table spgistfull (t text);
create index on spgistfull using spgist (t);
insert into spgistfull select chr(97 + i % 20) || 'x' || repeat(chr(97 + i % 23), 850) from generate_series(0, 59) i;
insert into spgistfull select chr(65 + i) || 'small' from generate_series(0, 25) i;
insert into spgistfull select chr(97 + i % 20) || 'y' || repeat(chr(97 + i % 23), 60) from generate_series(0, 59) i;
delete from spgistfull where t like '%small';
vacuum spgistfull;
insert into spgistfull select chr(65 + i) || 'large' || repeat(chr(97 + i), 3000 + 100 * i) from generate_series(0, 25) i;
-- Inner tuples that are made short, split, and grow until they have to move, with the parent in the same page or not.
create table spgistnode (t text);
create index on spgistnode using spgist (t);
insert into spgistnode select chr(97 + i % 12) || 'common' || chr(33 + i / 12) || repeat(chr(97 + i % 23), 900)
    from generate_series(0, 299) i;
insert into spgistnode select chr(97 + i) || 'com!' from generate_series(0, 11) i;
insert into spgistnode select chr(97 + i % 12) || 'common' || chr(33 + i / 12) || repeat(chr(97 + i % 23), 900)
    from generate_series(300, 900) i;
insert into spgistnode select chr(97 + i) || 'c!' from generate_series(0, 11) i;
insert into spgistnode select chr(97 + i % 12) || 'com' || chr(33 + i / 12) || repeat(chr(97 + i % 23), 900)
    from generate_series(0, 900) i;
insert into spgistnode select chr(97 + i % 12) || 'c' || chr(33 + i / 12) || repeat(chr(97 + i % 23), 900)
    from generate_series(0, 900) i;

-- Brin: summaries, changed in place and moved, a growing revmap, desummarizing.
create table brin (a int, b text) with (fillfactor = 50);
insert into brin select i, repeat('b', 300) from generate_series(1, 3000) i;
create index brin_a on brin using brin (a) with (pages_per_range = 1);
create index brin_b on brin using brin (b) with (pages_per_range = 2, autosummarize = on);
insert into brin select i, repeat(chr(97 + i % 26), 300) || i from generate_series(1, 6000) i;
select brin_summarize_new_values('brin_a');
select brin_summarize_new_values('brin_b');
update brin set a = -a where a % 10 = 1;
update brin set b = repeat('longer', 90) || a where a % 9 = 2;
select brin_desummarize_range('brin_a', 3);
select brin_summarize_range('brin_a', 3);
vacuum brin;

-- Generic records: bloom.
create extension bloom;
create table bloomed (a int, b int);
create index on bloomed using bloom (a, b);
insert into bloomed select i, i % 7 from generate_series(1, 5000) i;
delete from bloomed where a % 3 = 0;
vacuum bloomed;

-- Databases and tablespaces.
create database first;
--: since 15
create database copied strategy file_copy;
--: since 15
create database logged strategy wal_log;
--: since 15
drop database copied;
set allow_in_place_tablespaces = on;
create tablespace place location '';
create table placed (a int primary key) tablespace place;
insert into placed select generate_series(1, 100);
alter table placed set tablespace pg_default;
alter database first set tablespace place;
drop database first;
alter index placed_pkey set tablespace place;
drop table placed;
drop tablespace place;

-- Logical decoding: messages, a slot, rewrites of catalogs under it, truncation, replication origins.
select pg_logical_emit_message(true, 'prefix', 'transactional');
select pg_logical_emit_message(false, '', 'not transactional');
select pg_logical_emit_message(false, 'binary', decode(repeat('00ff', 5000), 'hex'));
select pg_create_logical_replication_slot('slot', 'pgoutput');
create table usercatalog (a int primary key, b text) with (user_catalog_table = true);
insert into usercatalog select i, 'u' from generate_series(1, 100) i;
begin;
update usercatalog set b = 'v' where a < 50;
--: session a
begin;
update usercatalog set b = 'w' where a > 50;
commit;
--: session main
commit;
vacuum full usercatalog;
vacuum full pg_attribute;
create publication pub for all tables;
drop publication pub;
truncate heap, toasted;
select pg_drop_replication_slot('slot');
select pg_replication_origin_create('origin');
select pg_replication_origin_session_setup('origin');
begin;
select pg_replication_origin_xact_setup('0/AABBCCDD', '2026-01-02 03:04:05+00');
insert into keyless values (1, 'from elsewhere');
savepoint o;
insert into keyless values (2, 'from elsewhere');
release o;
commit;
begin;
select pg_replication_origin_xact_setup('0/AABBCCEE', '2026-01-02 03:04:06+00');
insert into keyless values (3, 'from elsewhere');
prepare transaction 'remote';
commit prepared 'remote';
begin;
insert into keyless values (4, 'from elsewhere');
rollback;
select pg_replication_origin_session_reset();
select pg_replication_origin_advance('origin', '0/BBCCDDEE');
select pg_replication_origin_drop('origin');

-- The server's own records.
select pg_create_restore_point('a restore point');
select pg_switch_wal();
--: setting full_page_writes = off
checkpoint;
update heap set b = b;
--: setting full_page_writes = on
checkpoint;
--: before 15
select pg_start_backup('label', true, false);
--: before 15
select pg_stop_backup(false);
--: since 15
select pg_backup_start('label', true);
--: since 15
select pg_backup_stop();
create table hinted (a int, b text);
insert into hinted select i, 'h' from generate_series(1, 1000) i;
checkpoint;
select count(*) from hinted;

-- Images compressed in each way.
--: setting wal_compression = on
checkpoint;
update shared set b = 10;
insert into tree select i, 'compressed' from generate_series(1, 300) i;
--: since 15
--: setting wal_compression = lz4
checkpoint;
update shared set b = 11;
--: since 15
--: setting wal_compression = zstd
checkpoint;
update shared set b = 12;
--: setting wal_compression = off

-- All that is old goes: commit log, commit timestamps, multixacts.
alter database template0 allow_connections true;
set vacuum_freeze_min_age = 0;
set vacuum_freeze_table_age = 0;
set vacuum_multixact_freeze_min_age = 0;
set vacuum_multixact_freeze_table_age = 0;
create unlogged table spender (a int);
do $$ begin
    for i in 1 .. 33000 loop
        begin
            insert into spender values (i);
            raise exception using errcode = 'ZZ001';
        exception when sqlstate 'ZZ001' then null;
        end;
    end loop;
end $$;
vacuum (freeze);
--: session template0 template0
vacuum (freeze);
--: session template1 template1
vacuum (freeze);
--: since 15
--: session logged logged
vacuum (freeze);
--: session main
vacuum (freeze) pg_database;
--: crash
insert into shared values (5000, 1);
--: restart max_connections=60
insert into shared values (5001, 1);

-- The least of WAL: new relations are not logged at all, but their index may need an LSN.
--: restart wal_level=minimal max_wal_senders=0
begin;
create table unseen (p point);
create index on unseen using gist (p);
insert into unseen select point(i, i) from generate_series(1, 3000) i;
commit;
--: restart
insert into shared values (5002, 1);
