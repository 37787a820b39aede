package dev.neon.compute.proxy;

import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import dev.neon.repo.revision.Revision;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes branches that clients name and that are not there, if {@code pageserver.createBranches} says of what. Of those who name
 * the same at the same time one makes it.
 */
final class BranchCreation {
    private final Supplier<Workspace> workspaces;
    private final Consumer<String> log;
    private final ProxyStatistics statistics;

    BranchCreation(Supplier<Workspace> workspaces, Consumer<String> log, ProxyStatistics statistics) {
        this.workspaces = workspaces;
        this.log = log;
        this.statistics = statistics;
    }

    /**
     * Makes a branch at the end of the parent, if none is there by now.
     *
     * @return false if none is to be made: without a parent, or by a text that can be no branch's name
     * @throws NotFoundException if the parent cannot be found
     */
    synchronized boolean make(String name) {
        Workspace workspace = workspaces.get();
        RepositoryConfig config = workspace.repository().config();
        Optional<String> parent = ProxySettings.createBranches(config);
        Optional<RefName> branch = RefName.of("refs/branches/" + name);
        if (parent.isEmpty() || branch.isEmpty() || !(Revision.parse(name) instanceof Revision.Named)) {
            return false;
        }
        if (workspace.repository().refs().read(branch.get()).isPresent()) {
            return true;
        }
        Point end = end(workspace, name, parent.get());
        Optional<Instant> expires = ProxySettings.createdBranchesExpire(config).map(workspace.repository().context().clock().instant()::plus);
        try {
            workspace.branches().create(name, end, false, expires, "pageserver: branch " + name + ' ' + parent.get());
        } catch (AlreadyExistsException | ConflictException failure) {
            if (workspace.repository().refs().read(branch.get()).isEmpty()) {
                throw failure;
            }
            // A command was faster.
            return true;
        }
        statistics.createdBranch();
        log.accept("made branch " + name + " at " + end.lsn() + " of " + parent.get());
        return true;
    }

    private static Point end(Workspace workspace, String name, String parent) {
        try {
            return workspace.resolver().resolve(parent);
        } catch (NotFoundException | InvalidInputException none) {
            throw new NotFoundException("no branch or tag is named '" + name + "', and none can be made: " + none.getMessage(),
                    "'pageserver.createBranches' names what branches are made of.");
        }
    }
}
