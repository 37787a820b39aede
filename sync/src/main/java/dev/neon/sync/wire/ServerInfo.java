package dev.neon.sync.wire;

import dev.neon.ancestry.Tip;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Depth;
import dev.neon.sync.Inventory;
import dev.neon.sync.InventoryFormat;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.RepositoryEndpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file {@code info/neon} of a repository, from which clients of a web server that knows nothing of neon learn what there is:
 * the line {@code neon info 1}, what {@code refs} answers, an empty line, what {@code inventory} answers to all tips. The
 * files themselves are fetched by their paths.
 */
public record ServerInfo(RemoteRefs refs, Inventory inventory) {
    /** Below the repository's directory. */
    public static final String PATH = "info/neon";
    private static final String FIRST_LINE = "neon info 1\n";

    /** What there is now. */
    public static ServerInfo of(RepositoryEndpoint endpoint) {
        RemoteRefs refs = endpoint.refs(List.of());
        List<Tip> tips = refs.refs().values().stream().map(point -> new Tip(point.timeline(), point.lsn())).distinct().toList();
        return new ServerInfo(refs, endpoint.inventory(tips, Depth.ALL));
    }

    /** Writes the file, durably. */
    public void write(Repository repository) {
        Path file = repository.directory().resolve(PATH);
        repository.files().createDirectories(file.getParent());
        repository.files().replace(file, (FIRST_LINE + WireFormat.refs(refs) + '\n' + InventoryFormat.format(inventory))
                .getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a repository has the file: then it is to be kept up to date. */
    public static boolean isWanted(Repository repository) {
        return Files.exists(repository.directory().resolve(PATH));
    }

    /**
     * Reads it.
     *
     * @param place where it came from, for the error
     * @throws CorruptFileException if it is no such file
     */
    public static ServerInfo parse(Path place, String text) {
        int middle = text.indexOf("\n\n");
        if (!text.startsWith(FIRST_LINE) || middle < 0) {
            throw damaged(place, "something else");
        }
        try {
            return new ServerInfo(WireFormat.parseRefs(text.substring(FIRST_LINE.length(), middle + 1)),
                    InventoryFormat.parse(text.substring(middle + 2)));
        } catch (ProtocolException | InvalidInputException malformed) {
            throw damaged(place, String.valueOf(malformed.getMessage()));
        }
    }

    private static CorruptFileException damaged(Path place, String found) {
        return new CorruptFileException(place, 0, "a list of refs and files, as 'neon update-server-info' writes it", found,
                "Run 'neon update-server-info' there.");
    }
}
