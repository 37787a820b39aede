package dev.neon.state;

import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.files.Directories;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The relations in a directory, told by their files' names ({@code REL_17 relpath.c}): {@code 16384}, {@code 16384.1}
 * for the second GiB, {@code 16384_vm}. Others, such as those of temporary relations, {@code t3_16384}, are passed over.
 */
final class RelationFiles {
    private static final Pattern NAME = Pattern.compile("(\\d{1,10})(?:_(fsm|vm|init))?(?:\\.(\\d{1,6}))?");

    private RelationFiles() {}

    /** The number that a name is, if it is one. */
    static Optional<Integer> oid(String name) {
        return name.matches("\\d{1,10}") && Long.parseLong(name) >>> 32 == 0
                ? Optional.of(Integer.parseUnsignedInt(name)) : Optional.empty();
    }

    /** Adds the forks of a directory, without free space maps, and of unlogged relations only the init forks. */
    static void read(Path directory, int tablespace, int database, ForkSizes sizes) throws IOException {
        Map<ForkKey, Map<Integer, Long>> parts = new HashMap<>();
        Set<RelFileLocator> unlogged = new HashSet<>();
        for (Path file : Directories.list(directory)) {
            Matcher name = NAME.matcher(file.getFileName().toString());
            if (!name.matches() || oid(name.group(1)).isEmpty()) {
                continue;
            }
            RelFileLocator relation =
                    new RelFileLocator(tablespace, database, Integer.parseUnsignedInt(name.group(1)));
            ForkNumber fork = Arrays.stream(ForkNumber.values())
                    .filter(one -> one.toString().equals(name.group(2))).findFirst().orElse(ForkNumber.MAIN);
            if (fork == ForkNumber.INIT) {
                unlogged.add(relation);
            }
            if (fork != ForkNumber.FSM) {
                int part = Optional.ofNullable(name.group(3)).map(Integer::parseInt).orElse(0);
                parts.computeIfAbsent(new ForkKey(relation, fork.ordinal()), one -> new HashMap<>())
                        .put(part, Files.size(file) / Page.SIZE);
            }
        }
        parts.forEach((fork, files) -> {
            if (fork.fork() == ForkNumber.INIT.ordinal() || !unlogged.contains(fork.relation())) {
                sizes.set(fork, blocks(files));
            }
        });
    }

    /** Files after one that is not full do not count ({@code REL_17 md.c mdnblocks}). */
    private static int blocks(Map<Integer, Long> files) {
        int part = 0;
        while (files.getOrDefault(part, 0L) == Section.BLOCKS && files.containsKey(part + 1)) {
            part++;
        }
        return (int) (part * (long) Section.BLOCKS + files.getOrDefault(part, 0L));
    }
}
