package dev.neon.compute.difference;

import java.util.Optional;

/**
 * A column of a table at one point.
 *
 * @param name       not quoted
 * @param type       as PostgreSQL writes it, with its schema and modifiers
 * @param baseType   the oid of the type, of a domain's that below it
 * @param collation  {@code COLLATE …} where it is not the type's, else empty
 * @param isRequired whether it is NOT NULL
 * @param identity   {@code a} for GENERATED ALWAYS AS IDENTITY, {@code d} for BY DEFAULT, else empty
 * @param generated  the whole clause of a generated column
 */
public record Column(String name, String type, int baseType, String collation, boolean isRequired, String identity,
        Optional<String> generated) {
    /** As it stands in CREATE TABLE and ADD COLUMN, but for NOT NULL. */
    String definition() {
        return Sql.identifier(name) + ' ' + type + (collation.isEmpty() ? "" : ' ' + collation)
                + generated.map(clause -> ' ' + clause).orElse("")
                + (identity.isEmpty() ? "" : " GENERATED " + (identity.equals("a") ? "ALWAYS" : "BY DEFAULT") + " AS IDENTITY");
    }
}
