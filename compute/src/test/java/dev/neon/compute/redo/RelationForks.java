package dev.neon.compute.redo;

import dev.neon.postgres.ForkNumber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The forks of all relations of a data directory, by the path of their first file: {@code base/5/16384_vm}. */
final class RelationForks {
    private static final Pattern FILE = Pattern.compile("\\d+(?:_(fsm|vm|init))?");

    private RelationForks() {}

    /** As {@link dev.neon.wal.WalRecord#fork}. */
    static Map<String, Integer> of(Path data) {
        Map<String, Integer> forks = new TreeMap<>();
        for (String directory : new String[] {"base", "global", "pg_tblspc"}) {
            try (Stream<Path> files = Files.walk(data.resolve(directory))) {
                files.filter(Files::isRegularFile).forEach(file -> {
                    Matcher name = FILE.matcher(file.getFileName().toString());
                    if (name.matches()) {
                        forks.put(data.relativize(file).toString(), fork(name));
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return forks;
    }

    private static int fork(Matcher name) {
        String suffix = name.group(1);
        return suffix == null ? ForkNumber.MAIN.ordinal() : switch (suffix) {
            case "fsm" -> ForkNumber.FSM.ordinal();
            case "vm" -> ForkNumber.VISIBILITYMAP.ordinal();
            default -> ForkNumber.INIT.ordinal();
        };
    }
}
