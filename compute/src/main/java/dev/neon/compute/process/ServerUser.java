package dev.neon.compute.process;

import dev.neon.repo.error.UnsupportedException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;

/**
 * The user that PostgreSQL's programs run as. They refuse to run as root (REL_18 main.c check_root, initdb.c
 * get_id), so under root they get another identity; otherwise it is our own.
 */
public sealed interface ServerUser permits SameUser, MappedUser, OtherUser {
    /** The account that is used under root where user namespaces are forbidden. */
    String ACCOUNT = "postgres";

    /** The right one for this process; found out at the first call, by trying. */
    static ServerUser current() {
        return CurrentUser.get();
    }

    /** Whether that user gets the files that servers need for himself, which takes them from whoever has them. */
    static boolean takesFiles() {
        try {
            return current() instanceof OtherUser;
        } catch (UnsupportedException noServers) {
            return false;
        }
    }

    /** The command as that user; its pid stays that of the process started. */
    List<String> wrap(List<String> command);

    /**
     * Gives a directory or file, with all that is in it, to that user: needed for whatever PostgreSQL writes. Symbolic
     * links are not followed: name their targets too.
     *
     * @throws UnsupportedException if the user cannot enter it
     */
    void own(Path tree);

    /**
     * Checks that the user can read and enter a directory that PostgreSQL needs, such as that of its programs.
     *
     * @throws UnsupportedException if not
     */
    void requireReach(Path directory);

    /** Tries in the order of what changes least. */
    static ServerUser detect(Host host) {
        if (!host.isRoot()) {
            return new SameUser();
        }
        MappedUser mapped = new MappedUser();
        return mapped.works() ? mapped : otherUser();
    }

    private static ServerUser otherUser() {
        try {
            var accounts = FileSystems.getDefault().getUserPrincipalLookupService();
            OtherUser other = new OtherUser(
                    accounts.lookupPrincipalByName(ACCOUNT), accounts.lookupPrincipalByGroupName(ACCOUNT));
            if (other.works()) {
                return other;
            }
        } catch (IOException | UnsupportedOperationException noSuchAccount) {
            // The same advice as when it exists and cannot be used.
        }
        throw new UnsupportedException("unable to run PostgreSQL as root",
                "Run neon as an ordinary user, or allow user namespaces (util-linux 2.38 and later), "
                        + "or create a user and group named '" + ACCOUNT + "' and install setpriv.");
    }
}
