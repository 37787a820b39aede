package dev.neon.compute.pages;

import java.util.List;

/** Tables and indexes of all access methods, with items of every kind that is shown in a way of its own. */
final class ShownPages {
    /** Each is run in a transaction of its own. */
    static final List<String> STATEMENTS = List.of(
            "create extension pageinspect",
            "create table t(id int primary key, dup int, word text, place point, tags int[], big text)"
                    + " with (autovacuum_enabled = off)",
            "create index t_dup on t(dup)",
            "create index t_word on t(word text_pattern_ops, dup)",
            "create index t_hash on t using hash(word)",
            "create index t_place on t using gist(place)",
            "create index t_tags on t using gin(tags) with (fastupdate = off)",
            "create index t_pending on t using gin(tags)",
            "create index t_quad on t using spgist(place)",
            "create index t_brin on t using brin(id) with (pages_per_range = 2)",
            "create index t_null on t(big)",
            "create sequence s",
            "insert into t select i, i % 7, case when i % 11 <> 0 then 'word' || i % 1000 end,"
                    + " case when i % 13 <> 0 then point(i % 100, i / 100) end, array[i % 5, i], null"
                    + " from generate_series(1, 4000) i",
            "insert into t select i, 1, repeat('long', i % 300), point(i, i), null,"
                    + " case when i % 2 = 0 then repeat(md5(i::text), 200) end from generate_series(5001, 5060) i",
            "select nextval('s')",
            "update t set big = 'x' where id % 10 = 0",
            "update t set dup = dup + 1 where id % 40 = 0",
            "delete from t where id between 500 and 3000",
            "vacuum (freeze, truncate off) t",
            "delete from t where id between 3001 and 3100",
            "insert into t select i, i % 3, 'new', null, array[1, 2, 3], null from generate_series(6000, 6200) i",
            "vacuum (index_cleanup off) t",
            "begin; savepoint a; select * from t where id < 20 for key share; update t set word = 'w' where id < 10;"
                    + " commit",
            "begin; insert into t select i, 0, 'gone', null, null, null from generate_series(7000, 7050) i; rollback",
            "set enable_seqscan = off; select count(*) from t where id between 3001 and 3100",
            "create table many(v int) with (autovacuum_enabled = off)",
            "create index many_v on many(v)",
            "insert into many select i from generate_series(1, 30000) i",
            "delete from many where v between 5000 and 25000",
            "vacuum many",
            "create table same(tags int[]) with (autovacuum_enabled = off)",
            "create index same_tags on same using gin(tags)",
            "insert into same select array[1] from generate_series(1, 30000) i",
            "vacuum same");

    /** A relation and its access method. */
    record Shown(String name, String method) {}

    static final List<Shown> RELATIONS = List.of(new Shown("t", "heap"), new Shown("pg_class", "heap"),
            new Shown("s", "sequence"), new Shown("t_pkey", "btree"), new Shown("t_dup", "btree"),
            new Shown("t_word", "btree"), new Shown("t_null", "btree"), new Shown("many_v", "btree"),
            new Shown("pg_attribute_relid_attnam_index", "btree"), new Shown("t_hash", "hash"),
            new Shown("t_place", "gist"), new Shown("t_tags", "gin"), new Shown("t_pending", "gin"), new Shown("same_tags", "gin"),
            new Shown("t_quad", "spgist"), new Shown("t_brin", "brin"));

    private ShownPages() {}
}
