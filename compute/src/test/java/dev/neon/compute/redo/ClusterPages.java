package dev.neon.compute.redo;

import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.RelationPath;
import dev.neon.repo.RelFileLocator;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The pages of a cluster as redo has made them so far: those that records changed, over what stood in its files before. */
final class ClusterPages {
    private static final Pattern FILE = Pattern.compile("(\\d+)(?:_(fsm|vm|init))?");

    /** @param fork as {@link dev.neon.wal.WalRecord#fork} */
    record Place(RelFileLocator relation, int fork) {
        Path file(PostgresMajor major, Path data) {
            return data.resolve(RelationPath.of(major, relation, ForkNumber.of(fork).orElseThrow()));
        }

        @Override
        public String toString() {
            return relation + (fork == 0 ? "" : " " + ForkNumber.of(fork).orElseThrow());
        }
    }

    private final PostgresMajor major;
    private final Path before;
    private final Map<Place, ForkPages> forks = new HashMap<>();

    /** @param before a data directory as it was before the first record; nobody may write to it */
    ClusterPages(PostgresMajor major, Path before) {
        this.major = major;
        this.before = before;
    }

    ForkPages fork(RelFileLocator relation, int fork) {
        return fork(new Place(relation, fork));
    }

    private ForkPages fork(Place place) {
        return forks.computeIfAbsent(place, none -> ForkPages.over(place.file(major, before)));
    }

    Map<Place, ForkPages> forks() {
        return forks;
    }

    Page change(RelFileLocator relation, int fork, int block, String type) {
        return fork(relation, fork).change(block, type);
    }

    void drop(RelFileLocator relation) {
        for (ForkNumber fork : ForkNumber.values()) {
            forks.put(new Place(relation, fork.ordinal()), ForkPages.empty());
        }
    }

    void dropDatabase(int database, int tablespace) {
        placesOf(database, tablespace).forEach(place -> forks.put(place, ForkPages.empty()));
    }

    void copyDatabase(int source, int sourceTablespace, int database, int tablespace) {
        for (Place place : placesOf(source, sourceTablespace)) {
            RelFileLocator copy = new RelFileLocator(tablespace, database, place.relation().relation());
            forks.put(new Place(copy, place.fork()), fork(place).copy());
        }
    }

    private Set<Place> placesOf(int database, int tablespace) {
        Set<Place> places = new HashSet<>();
        forks.keySet().stream().filter(place -> place.relation().database() == database
                && place.relation().tablespace() == tablespace).forEach(places::add);
        Path anyFile = new Place(new RelFileLocator(tablespace, database, 1), 0).file(major, before);
        String[] names = anyFile.getParent().toFile().list();
        for (String name : names == null ? new String[0] : names) {
            Matcher file = FILE.matcher(name);
            if (file.matches()) {
                places.add(new Place(new RelFileLocator(tablespace, database,
                        Integer.parseUnsignedInt(file.group(1))), fork(file.group(2))));
            }
        }
        return places;
    }

    private static int fork(@Nullable String suffix) {
        return suffix == null ? 0 : switch (suffix) {
            case "fsm" -> ForkNumber.FSM.ordinal();
            case "vm" -> ForkNumber.VISIBILITYMAP.ordinal();
            default -> ForkNumber.INIT.ordinal();
        };
    }
}
