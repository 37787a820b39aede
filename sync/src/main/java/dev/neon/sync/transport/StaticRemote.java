package dev.neon.sync.transport;

import dev.neon.ancestry.Tip;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.sync.Depth;
import dev.neon.sync.InParallel;
import dev.neon.sync.Inventory;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSink;
import dev.neon.sync.ReadOnlyRemote;
import dev.neon.sync.Remote;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.wire.ServerInfo;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A repository's directory behind any web server: what there is stands in {@link ServerInfo}'s file, files are fetched by their
 * paths, with ranges where a part of one is missing. Can be cloned and fetched from.
 */
final class StaticRemote extends ReadOnlyRemote {
    private static final int CHUNK = 1 << 20;
    private static final int WIDTH = 4;

    private final String name;
    private final HttpClient client;
    private final URI directory;
    private final Optional<String> token;
    private final ServerInfo info;
    private final Duration patience;
    private final Map<TimelineId, ClusterIdentity> clusters = new HashMap<>();

    private StaticRemote(String name, HttpClient client, URI directory, Optional<String> token, ServerInfo info, Duration patience) {
        this.name = name;
        this.client = client;
        this.directory = directory;
        this.token = token;
        this.info = info;
        this.patience = patience;
        info.inventory().timelines().forEach(offer -> offer.history().cluster().ifPresent(cluster -> clusters.put(offer.id(), cluster)));
    }

    /**
     * Looks for a repository at an address, or in {@code .neon} below it; empty if there is none that can be had so.
     *
     * @param patience how long nothing need come from the other side
     */
    static Optional<Remote> find(String name, HttpClient client, URI address, Optional<String> token, Duration patience) {
        for (String below : List.of("", "/.neon")) {
            URI directory = URI.create(address + below);
            URI file = URI.create(directory + "/" + ServerInfo.PATH);
            try {
                Optional<String> text = info(client, request(file, token).build(), patience);
                if (text.isPresent() && text.get().startsWith("neon info ")) {
                    return Optional.of(new StaticRemote(name, client, directory, token,
                            ServerInfo.parse(Path.of(ServerInfo.PATH), text.get()), patience));
                }
            } catch (IOException failure) {
                // There may be a repository, and nobody knows.
                throw new TransferFailedException("'" + name + "' broke off: " + failure.getMessage(), "Try again.", failure);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> info(HttpClient client, HttpRequest request, Duration patience) throws IOException {
        HttpResponse<InputStream> answer = HttpAnswer.await(client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()), patience);
        try (InputStream in = new WatchedInput(answer.body(), patience)) {
            return answer.statusCode() == 200 ? Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8)) : Optional.empty();
        }
    }

    private static HttpRequest.Builder request(URI file, Optional<String> token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(file);
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return request;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    protected RemoteRefs allRefs() {
        return info.refs();
    }

    /** What is told of the tips' timelines; a depth cannot be asked for. */
    @Override
    public Inventory inventory(List<Tip> tips, Depth depth) {
        return new Inventory(tips, info.inventory().timelines());
    }

    @Override
    public void get(List<Piece> pieces, PieceSink sink) {
        InParallel.each(pieces, WIDTH, name, piece -> get(piece, sink));
    }

    private void get(Piece piece, PieceSink sink) {
        if (piece.bytes() == 0) {
            return;
        }
        long from = begin(piece);
        URI file = URI.create(directory + "/timelines/" + piece.timeline() + '/' + path(piece));
        HttpRequest request = request(file, token).header("Range", "bytes=" + from + '-' + (from + piece.bytes() - 1)).build();
        try {
            HttpResponse<InputStream> answer = HttpAnswer.await(client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()), patience);
            try (InputStream in = new WatchedInput(answer.body(), patience)) {
                if (answer.statusCode() != 206 && answer.statusCode() != 200) {
                    throw new TransferFailedException("'" + file + "' cannot be fetched: HTTP " + answer.statusCode(),
                            "Run 'neon update-server-info' there: the list of files may be out of date.");
                }
                // A server that knows no ranges gives all of it.
                in.skipNBytes(answer.statusCode() == 200 ? from : 0);
                for (long at = 0; at < piece.bytes(); ) {
                    byte[] content = in.readNBytes((int) Math.min(CHUNK, piece.bytes() - at));
                    if (content.length == 0) {
                        throw new IOException("'" + file + "' ended early");
                    }
                    sink.append(piece, at, ByteBuffer.wrap(content));
                    at += content.length;
                }
            }
        } catch (IOException failure) {
            throw new TransferFailedException("'" + name + "' broke off: " + failure.getMessage(),
                    "Try again: what has come is kept.", failure);
        }
    }

    private long begin(Piece piece) {
        return switch (piece) {
            case Piece.OfFile part -> part.from();
            case Piece.OfWal part -> part.from().value() & cluster(part).segmentSize() - 1;
        };
    }

    private String path(Piece piece) {
        return switch (piece) {
            case Piece.OfFile part -> part.path();
            case Piece.OfWal part -> "wal/" + SegmentName.containing(part.from(), cluster(part).walTimeline(), cluster(part).segmentSize());
        };
    }

    private ClusterIdentity cluster(Piece piece) {
        return Optional.ofNullable(clusters.get(piece.timeline())).orElseThrow(() ->
                new InvalidInputException("timeline '" + piece.timeline() + "' is not in the list of '" + name + "'"));
    }

    @Override
    protected UnsupportedException readOnly() {
        return new UnsupportedException("'" + name + "' is a web server's directory, which cannot be pushed to",
                "Serve it with 'neon serve --http', or push over SSH.");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
