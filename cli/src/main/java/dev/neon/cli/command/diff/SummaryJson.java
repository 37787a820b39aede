package dev.neon.cli.command.diff;

import dev.neon.cli.io.Json;
import dev.neon.compute.difference.ClusterDifference;
import dev.neon.compute.difference.DatabaseDifference;
import dev.neon.compute.difference.RelationDifference;
import dev.neon.compute.difference.RelationDifference.Happened;
import dev.neon.repo.revision.Point;
import java.util.Locale;

/** The summary with all that {@code --stat} has. */
final class SummaryJson {
    private SummaryJson() {}

    static void put(Json out, ClusterDifference difference) {
        out.object(() -> {
            point(out, "from", difference.from(), difference.fromBytes());
            point(out, "to", difference.to(), difference.toBytes());
            out.putObject("common", () -> out.put("timeline", difference.common().timeline().hex())
                    .put("lsn", difference.common().lsn().toString()));
            out.put("different", difference.isDifferent()).put("sharedCatalogs", difference.shared())
                    .putArray("databases", difference.databases(), database -> database(out, database));
        });
    }

    private static void point(Json out, String name, Point point, long bytes) {
        out.putObject(name, () -> out.put("timeline", point.timeline().hex()).put("lsn", point.lsn().toString())
                .put("walBytes", bytes));
    }

    private static void database(Json out, DatabaseDifference database) {
        out.object(() -> out.put("name", database.name()).put("place", database.place().name().toLowerCase(Locale.ROOT))
                .put("catalogs", database.catalogs()).put("unknownBlocks", database.unknown())
                .putArray("relations", database.relations(), relation -> relation(out, relation)));
    }

    private static void relation(Json out, RelationDifference relation) {
        out.object(() -> {
            out.put("schema", relation.relation().schema()).put("name", relation.relation().name())
                    .put("kind", relation.relation().kind().word())
                    .put("table", relation.relation().owner().map(owner -> relation.relation().table().qualifiedName()))
                    .put("state", relation.state().name().toLowerCase(Locale.ROOT)).put("formerly", relation.formerly());
            happened(out, "from", relation.from());
            happened(out, "to", relation.to());
        });
    }

    private static void happened(Json out, String side, Happened happened) {
        out.putObject(side, () -> out.put("blocks", happened.blocks()).put("bytes", happened.bytes())
                .put("inserted", happened.rows().inserted()).put("updated", happened.rows().updated())
                .put("deleted", happened.rows().deleted()));
    }
}
