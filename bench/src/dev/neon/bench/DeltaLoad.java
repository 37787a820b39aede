package dev.neon.bench;

/** What a database is filled with up to a state A, and what leads from there to a state B. */
enum DeltaLoad {
    /** Many small transactions, each of a few pages. */
    TRANSACTIONS("deltas", "pgbench, 200,000 transactions from A to B") {
        @Override
        void fill(Lab lab, Pgbench pgbench, int port) {
            pgbench.fill(port, lab.scale(10, 100));
        }

        @Override
        void change(Lab lab, Pgbench pgbench, int port) {
            pgbench.run(port, "-n", "-c", "8", "-j", "2", "-t", "" + lab.scale(500, 25_000));
        }
    },
    /** Content that does not compress, and an index in which each row has many places. */
    DOCUMENTS("deltas-documents", "5 million rows of random text and jsonb with btree and gin, 5 % updated from A to B") {
        @Override
        void fill(Lab lab, Pgbench pgbench, int port) {
            Sql.execute(port, "CREATE FUNCTION words() RETURNS text LANGUAGE sql VOLATILE"
                            + " AS $$ SELECT md5(random()::text) || md5(random()::text) $$",
                    "CREATE FUNCTION document() RETURNS jsonb LANGUAGE sql VOLATILE AS $$ SELECT jsonb_build_object("
                            + "'name', md5(random()::text), 'tags', jsonb_build_array(trunc(random() * 10000),"
                            + " trunc(random() * 10000), trunc(random() * 10000)), 'count', trunc(random() * 1000)) $$",
                    "CREATE TABLE documents AS SELECT i AS id, words() AS note, document() AS data"
                            + " FROM generate_series(1, " + lab.scale(20_000, 5_000_000) + ") i",
                    "CREATE INDEX ON documents (note)", "CREATE INDEX ON documents USING gin (data)",
                    "VACUUM ANALYZE documents");
        }

        @Override
        void change(Lab lab, Pgbench pgbench, int port) {
            Sql.execute(port, "UPDATE documents SET note = words(), data = document() WHERE random() < 0.05");
        }
    };

    private final String benchmark;
    private final String title;

    DeltaLoad(String benchmark, String title) {
        this.benchmark = benchmark;
        this.title = title;
    }

    String benchmark() {
        return benchmark;
    }

    String title() {
        return title;
    }

    abstract void fill(Lab lab, Pgbench pgbench, int port);

    abstract void change(Lab lab, Pgbench pgbench, int port);
}
