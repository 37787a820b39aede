package dev.neon.cli.workspace;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.workspace.Workspace;
import dev.neon.gc.RepositoryFacts;
import dev.neon.gc.Root;
import dev.neon.gc.Roots;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.NeonException;
import dev.neon.snapshot.DataDirectoryFiles;
import java.nio.file.Path;
import java.util.List;

/** All who need a part of history: what the repository's files tell, and its servers. */
public final class RepositoryRoots {
    private RepositoryRoots() {}

    /** Reads them as {@link Roots#read} does, by the clock of the repository's context. */
    public static Roots read(Workspace workspace, RepositoryFacts facts) {
        return Roots.read(workspace.repository(), facts, workspace.positions(),
                workspace.repository().context().clock().instant(), () -> servers(workspace));
    }

    /**
     * Servers that run, and those that have crashed: they need WAL from their last checkpoint on, with which their data
     * directory recovers. Where that cannot be read, all of the line.
     */
    private static List<Root> servers(Workspace workspace) {
        return workspace.instances().list().stream().map(Instances.Listed::instance)
                .map(instance -> root(workspace, instance)).toList();
    }

    private static Root root(Workspace workspace, Instance instance) {
        Path control = workspace.repository().dataDirectory(instance.timeline()).resolve(DataDirectoryFiles.CONTROL_FILE);
        return new Root("instance on " + instance.label(), instance.timeline(), redo(control), Root.OPEN);
    }

    private static Lsn redo(Path control) {
        try {
            return ControlFile.readLive(control).checkPoint().redo();
        } catch (NeonException unreadable) {
            return Lsn.ZERO;
        }
    }
}
