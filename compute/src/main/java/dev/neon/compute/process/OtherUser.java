package dev.neon.compute.process;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Root without user namespaces: an account of the machine, which must own what PostgreSQL writes. */
record OtherUser(UserPrincipal user, GroupPrincipal group) implements ServerUser {
    boolean works() {
        return ProgramRun.succeeds(wrap(List.of("true")), Duration.ofSeconds(10));
    }

    /** setpriv executes the command; runuser and su stay as its parent, and their pid is not the postmaster's. */
    @Override
    public List<String> wrap(List<String> command) {
        return Stream.concat(
                Stream.of("setpriv", "--reuid=" + user.getName(), "--regid=" + group.getName(), "--clear-groups", "--"),
                command.stream()).toList();
    }

    @Override
    public void own(Path tree) {
        try {
            Files.walkFileTree(tree, new Giving());
        } catch (IOException e) {
            throw new StorageFailedException("give to user '" + user.getName() + "'", tree, e);
        }
        requireReach(tree);
    }

    @Override
    public void requireReach(Path directory) {
        Path absolute = directory.toAbsolutePath();
        for (String can : List.of("-r", "-x")) {
            if (!ProgramRun.succeeds(wrap(List.of("test", can, absolute.toString())), Duration.ofSeconds(10))) {
                throw new UnsupportedException(
                        "user '" + user.getName() + "', as which root runs PostgreSQL here, cannot reach '"
                                + absolute + "'",
                        "Use a directory whose parents all users may enter, or run neon as an ordinary user, "
                                + "or allow user namespaces.");
            }
        }
    }

    private final class Giving extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            PosixFileAttributeView view =
                    Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            view.setOwner(user);
            view.setGroup(group);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed) throws IOException {
            if (failed != null) {
                throw failed;
            }
            return visitFile(directory, Files.readAttributes(directory, BasicFileAttributes.class));
        }
    }
}
