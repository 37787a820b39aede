-- Every record that btree, hash and gin indexes write. A statement ends with the line that ends with a semicolon.
set enable_seqscan = off;
set enable_bitmapscan = off;

-- Btree: splits to both sides and of several levels, then deduplication.
create table tree (a int, b text);
alter table tree alter column b set storage plain;
create index on tree (a);
create index on tree (b);
insert into tree select i, lpad(i::text, 600, 'k') from generate_series(1, 4000) i;
insert into tree select -i, lpad((i * 7919 % 4001)::text, 600, 'm') from generate_series(1, 1000) i;
create table equal (a int) with (fillfactor = 50);
create index on equal (a);
insert into equal select i % 40 from generate_series(1, 12000) i;

-- Rows of posting lists go, and others come into their place.
delete from equal where a % 3 = 0 and hashtext(ctid::text) % 2 = 0;
vacuum (index_cleanup on) equal;
insert into equal select i % 3 * 3 from generate_series(1, 8000) i;

-- Old versions are deleted by insertions, with rows of posting lists and without; scans mark some of them first.
create table churn (a int primary key, b int, c int);
create index on churn (b);
create index on churn (c);
insert into churn select i, i % 5, i from generate_series(1, 500) i;
do $$ begin for i in 1 .. 25 loop update churn set c = c + 1; end loop; end $$;
delete from churn where a < 250;
select count(*) from churn where b = 3;
select count(*) from churn where a < 250;
insert into churn select 1000 + i, 3, i from generate_series(1, 1500) i;
insert into churn select i, 3, i from generate_series(1, 249) i;

-- Pages are deleted up to the root, so that the fast root sinks; then they are reused, and the fast root splits.
delete from tree where b < lpad('3990', 600, 'k') or a < 0;
vacuum (index_cleanup on) tree;
select txid_current();
vacuum (index_cleanup on) tree;
insert into tree select 10000 + i, lpad((i * 7919 % 2003)::text, 600, 'n') from generate_series(1, 2000) i;
delete from tree;
vacuum (index_cleanup on) tree;

-- Hash: buckets split and get overflow pages, which are squeezed and freed again.
create table hashed (a int, b int);
create index hashed_a on hashed using hash (a);
insert into hashed select i, i from generate_series(1, 6000) i;
insert into hashed select 7, i from generate_series(1, 4000) i;
insert into hashed select i % 3, i from generate_series(1, 4000) i;
delete from hashed where b % 2 = 0;
vacuum (index_cleanup on) hashed;
insert into hashed select i, i from generate_series(10000, 16000) i;
delete from hashed where a = 7 and b % 3 = 0;
vacuum (index_cleanup on) hashed;
delete from hashed where a in (0, 1, 2, 7);
vacuum (index_cleanup on) hashed;
create table marked (a int, b int);
create index on marked using hash (a);
insert into marked select 1, i from generate_series(1, 400) i;
delete from marked where b <= 300;
select count(*) from marked where a = 1;
insert into marked select 1, i from generate_series(1, 600) i;

-- A chain of pages of one bucket, of which the first ones are half full, one is full, three are empty, the last is not:
-- an empty page is freed while another than its predecessor or the first page of the bucket takes in tuples.
create table chained (a int, b int);
insert into chained select i, i from generate_series(1, 20000) i;
analyze chained;
create index on chained using hash (a);
delete from chained;
vacuum (index_cleanup on) chained;
insert into chained select 1, i from generate_series(1, 2742) i;
delete from chained where b <= 814 and b % 2 = 0 or b between 1222 and 2442;
vacuum (index_cleanup on) chained;

-- Gin: pending lists, posting trees that split, vacuum down to the deletion of pages.
create table gin (a int[]);
create index gin_slow on gin using gin (a) with (fastupdate = off);
create index gin_fast on gin using gin (a) with (fastupdate = on, gin_pending_list_limit = 64);
insert into gin select array[i % 3, i % 1000, 10000 + i] from generate_series(1, 6000) i;
insert into gin select array[1, 2, 3] from generate_series(1, 30000) i;
insert into gin select array[1, 2, 5 + i % 20] from generate_series(1, 4000) i;
select gin_clean_pending_list('gin_fast');
delete from gin where ctid >= '(100,0)' and ctid < '(300,0)';
delete from gin where a && array[5, 6];
vacuum (index_cleanup on) gin;
insert into gin select array[1, 2, 3] from generate_series(1, 8000) i;

insert into gin select array(select generate_series(100000, 102000));
create table ginwide (a text[]);
create index on ginwide using gin (a) with (fastupdate = off);
insert into ginwide select array[(select string_agg(md5(i || ' ' || j), '') from generate_series(1, 19) j)]
    from generate_series(1, 1000) i;

-- Images that redo restores: the first change of each page after a checkpoint.
checkpoint;
insert into tree select i, lpad(i::text, 600, 'k') from generate_series(1, 300) i;
delete from equal where a % 7 = 1;
vacuum (index_cleanup on) equal;
insert into equal select i % 40 from generate_series(1, 3000) i;
update churn set c = c + 1;
insert into hashed select i, i from generate_series(20000, 21000) i;
delete from hashed where a % 5 = 0;
vacuum (index_cleanup on) hashed;
insert into gin select array[1, i % 30, 20000 + i] from generate_series(1, 1000) i;
delete from gin where a && array[2];
vacuum (index_cleanup on) gin;

checkpoint;
delete from hashed where a % 3 = 0;
delete from gin where a && array[3];
checkpoint;
vacuum (index_cleanup on) hashed;
vacuum (index_cleanup on) gin;
create table filled (a int, b int, c int);
create unique index on filled (a);
create index on filled (b);
create index on filled (c);
insert into filled select i, i % 3, i from generate_series(1, 370) i;
delete from filled where c <= 200;
select count(*) from filled where c <= 200;
do $$ begin for i in 371 .. 420 loop insert into filled values (i, i % 3, i); checkpoint; end loop; end $$;

-- Images that only check redo.
set wal_consistency_checking = 'btree,hash,gin';
insert into tree select i, lpad(i::text, 600, 'p') from generate_series(1, 60) i;
insert into equal select i % 40 from generate_series(1, 600) i;
delete from equal where a % 7 = 2;
vacuum (index_cleanup on) equal;
insert into hashed select i, i from generate_series(30000, 30500) i;
delete from hashed where a % 7 = 0;
vacuum (index_cleanup on) hashed;
insert into gin select array[1, i % 30, 30000 + i] from generate_series(1, 400) i;
select gin_clean_pending_list('gin_fast');
delete from gin where a && array[7];
vacuum (index_cleanup on) gin;
reset wal_consistency_checking;
