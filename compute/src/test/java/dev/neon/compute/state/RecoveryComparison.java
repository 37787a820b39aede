package dev.neon.compute.state;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.repo.Lsn;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.state.BaseState;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.EndOfRecovery;
import dev.neon.state.ForkEvents;
import dev.neon.state.Slru;
import dev.neon.wal.WalSource;
import java.nio.file.Path;
import java.util.List;

/**
 * States of a walk beside those that stock PostgreSQL recovers to.
 *
 * @param base a data directory that was shut down, where the walk has begun
 * @param home an empty directory
 */
record RecoveryComparison(PostgresBinaries postgres, Path base, WalSource wal, Path home) {
    /** What differs where the walk stands: metadata, and pages of SLRUs. */
    List<String> differences(StateWalk walk) throws Exception {
        ClusterMetadata ours = walk.metadata().copy();
        SlruContents slrus = walk.slrus().copy();
        EndOfRecovery.touches(ours, new ForkEvents() {
            @Override
            public void changed(Slru slru, int page, boolean isNew) {
                EndOfRecovery.redo(ours, slru, page, slrus.page(slru, page));
            }
        });
        Path target = home.resolve("at-" + ours.lsn().toFileName());
        Lsn end = RecoveredCluster.make(postgres, base, wal, ours.lsn(), ours, target);
        ClusterMetadata server = BaseState.read(target, end);
        List<String> wrong = StateDifferences.find(server, target, ours, true);
        wrong.add(slrus.difference(SlruContents.read(target, server)));
        new DurableFiles(new NioFileSteps()).deleteTree(target);
        return wrong.stream().filter(text -> !text.isEmpty()).map(text -> "at " + ours.lsn() + ": " + text).toList();
    }
}
