package dev.neon.catalog;

import dev.neon.postgres.PostgresMajor;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Where the bytes of catalogs come from. All oids are unsigned. */
interface CatalogSource {
    PostgresMajor major();

    /** That of the shared catalogs. */
    RelationMap sharedMap();

    /** That of a database, if the database has files here. */
    Optional<RelationMap> map(int tablespace, int database);

    /**
     * Shows the pages of a relation's main fork, from the first on; none if there is no such relation. What is shown
     * need not be a page: files that are copied under a running server hold torn ones, which WAL repairs.
     */
    void showPages(int tablespace, int database, int relation, Visitor visitor);

    /** 32 pages of {@code pg_xact}, or as many as there are. */
    byte[] commitLog(int file);

    /** Is shown pages. */
    @FunctionalInterface
    interface Visitor {
        /** @param at where in {@code bytes}, which is little-endian, the page begins */
        void page(ByteBuffer bytes, int at);
    }
}
