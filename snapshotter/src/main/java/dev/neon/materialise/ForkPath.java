package dev.neon.materialise;

import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.RelationPath;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.state.Slru;
import java.util.Optional;

/** Where the pages of forks lie below a data directory. */
final class ForkPath {
    private ForkPath() {}

    /** How many blocks a file of the fork has at most. */
    static int blocksInFile(ForkKey fork) {
        return Slru.of(fork).isPresent() ? Slru.PAGES_PER_FILE : Section.BLOCKS;
    }

    /** The file that holds a block: {@code base/5/16384_vm.1}, {@code pg_xact/0000}. */
    static String of(PostgresMajor major, ForkKey fork, int block) {
        Optional<Slru> slru = Slru.of(fork);
        return slru.isPresent() ? slru.get().file(block) : ofSegment(major, fork, block >>> 17);
    }

    /** {@code REL_17 md.c _mdfd_segpath}. */
    private static String ofSegment(PostgresMajor major, ForkKey fork, int segment) {
        String first = RelationPath.of(major, fork.relation(), ForkNumber.of(fork.fork()).orElseThrow());
        return segment == 0 ? first : first + "." + segment;
    }
}
