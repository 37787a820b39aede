package dev.neon.sync.wire;

import dev.neon.ancestry.Tip;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.error.AccessDeniedException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.sync.Depth;
import dev.neon.sync.InventoryFormat;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSink;
import dev.neon.sync.PieceSource;
import dev.neon.sync.RefUpdate;
import dev.neon.sync.RepositoryEndpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Answers requests for a repository. */
public final class WireServer {
    /** Bytes of a request that is text. */
    private static final int LONGEST_TEXT = 64 << 20;
    /** Small, so that what is read in larger parts goes past it. */
    private static final int BUFFER = 1 << 13;
    private static final int MOST_LINES = 10_000;
    private static final long LONGEST_LINES = 8 << 20;

    private final RepositoryEndpoint endpoint;
    private final Set<Verb> allowed;

    /** What can be asked for; the names on the wire are in lower case. */
    public enum Verb {
        REFS, INVENTORY, GET, OFFER, PUT, UPDATE;

        /** Those that change nothing. */
        public static final Set<Verb> READING = Set.of(REFS, INVENTORY, GET);

        /** The one that is written so. */
        public static Optional<Verb> of(String word) {
            for (Verb verb : values()) {
                if (verb.word().equals(word)) {
                    return Optional.of(verb);
                }
            }
            return Optional.empty();
        }

        /** As it is written. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param allowed what the other side may do */
    public WireServer(RepositoryEndpoint endpoint, Set<Verb> allowed) {
        this.endpoint = endpoint;
        this.allowed = allowed;
    }

    /** Answers until the other side ends the connection, between two requests or amid one. */
    public void serve(InputStream in, OutputStream out) throws IOException {
        BufferedInputStream input = new BufferedInputStream(in, BUFFER);
        PacketReader reader = new PacketReader(input);
        while (!reader.isAtEnd()) {
            if (!answer(reader, out)) {
                return;
            }
        }
    }

    /** Answers the first request, whatever it is, with a failure: there is no repository. */
    public static void refuse(OutputStream out, NeonException failure) throws IOException {
        PacketWriter writer = new PacketWriter(out);
        writer.line(WireFormat.FIRST_LINE + "ok");
        writer.end();
        writer.error(RemoteError.of(failure));
        writer.flush();
    }

    /**
     * Answers one request.
     *
     * @return whether as it was wished; else the other side was told why not, and of the request something may be unread
     */
    public boolean answer(InputStream in, OutputStream out) throws IOException {
        return answer(new PacketReader(new BufferedInputStream(in, BUFFER)), out);
    }

    /** What is sent to a body's end. */
    private interface Answer {
        void write(OutputStream out) throws IOException;
    }

    /** Whether the connection can go on: all of the request was read, and the answer is whole. */
    private boolean answer(PacketReader reader, OutputStream out) throws IOException {
        PacketWriter writer = new PacketWriter(out);
        writer.line(WireFormat.FIRST_LINE + "ok");
        writer.end();
        try {
            Request request = Request.read(reader, allowed);
            InputStream body = reader.body();
            Answer answer = answer(request, body, writer);
            if (body.read() >= 0) {
                throw new ProtocolException("a request goes on behind its end");
            }
            answer.write(writer.body());
            writer.end();
            writer.flush();
            return true;
        } catch (ProtocolException malformed) {
            writer.error(new RemoteError("invalid", String.valueOf(malformed.getMessage()),
                    "The two sides may be of different releases."));
        } catch (RuntimeException failure) {
            writer.error(RemoteError.of(failure));
        }
        writer.flush();
        return false;
    }

    private Answer answer(Request request, InputStream body, PacketWriter writer) throws IOException {
        // Bytes flow by themselves with the others.
        if (request.verb() == Verb.GET || request.verb() == Verb.PUT) {
            return answer(request, body);
        }
        try (Heartbeat _ = Heartbeat.start(writer, Heartbeat.INTERVAL)) {
            return answer(request, body);
        }
    }

    private Answer answer(Request request, InputStream body) throws IOException {
        return switch (request.verb()) {
            case REFS -> utf8(WireFormat.refs(endpoint.refs(request.prefixes())));
            case INVENTORY -> utf8(InventoryFormat.format(endpoint.inventory(tips(text(body)), request.depth())));
            case GET -> {
                List<Piece> pieces = Pieces.parseAll(text(body));
                PieceSource source = endpoint.source();
                yield out -> Pieces.write(pieces, source, out, !request.isRaw());
            }
            case OFFER -> {
                StringBuilder lines = new StringBuilder();
                endpoint.offer(request.sender(), InventoryFormat.parse(text(body)))
                        .forEach(piece -> lines.append(Pieces.format(piece)).append('\n'));
                yield utf8(lines.toString());
            }
            case PUT -> {
                PieceSink sink = endpoint.sink(request.sender());
                Pieces.read(body, piece -> true, sink);
                yield utf8("");
            }
            case UPDATE -> utf8(outcomes(endpoint.update(request.sender(), updates(text(body)), request.isAtomic())));
        };
    }

    private static String outcomes(List<RefUpdate.Outcome> outcomes) {
        StringBuilder text = new StringBuilder();
        outcomes.forEach(outcome -> text.append(outcome.name())
                .append(outcome.refusal().map(why -> "\t" + why.replaceAll("\\p{Cntrl}", " ")).orElse("")).append('\n'));
        return text.toString();
    }

    private static List<Tip> tips(String text) throws ProtocolException {
        List<Tip> tips = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (!line.isEmpty()) {
                tips.add(WireFormat.parseTip(line));
            }
        }
        return tips;
    }

    private static List<RefUpdate> updates(String text) throws ProtocolException {
        String[] lines = text.split("\n");
        List<RefUpdate> updates = new ArrayList<>();
        for (int i = 0; i + 2 < lines.length; i += 3) {
            updates.add(WireFormat.parseUpdate(lines[i], lines[i + 1], lines[i + 2]));
        }
        return updates;
    }

    private static Answer utf8(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST_TEXT);
        if (in.read() >= 0) {
            throw new ProtocolException("a request of more than " + LONGEST_TEXT + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The lines of a request. */
    private record Request(Verb verb, List<String> prefixes, Depth depth, Optional<RepositoryId> from, boolean isAtomic,
            boolean isRaw) {
        static Request read(PacketReader reader, Set<Verb> allowed) throws IOException {
            String first = reader.line().orElse("");
            if (!first.startsWith(WireFormat.FIRST_LINE)) {
                throw new UnsupportedException("the request is not of version 1 of the protocol", "Use releases that speak the same.");
            }
            String word = first.substring(WireFormat.FIRST_LINE.length());
            Verb verb = Verb.of(word).orElseThrow(() -> new UnsupportedException("'" + word + "' cannot be asked for",
                    "This release does not know it."));
            if (!allowed.contains(verb)) {
                throw new AccessDeniedException("this repository can only be read from here",
                        "Ask who runs the server for the right to push.");
            }
            List<String> prefixes = new ArrayList<>();
            Depth depth = Depth.ALL;
            Optional<RepositoryId> from = Optional.empty();
            boolean isAtomic = false;
            boolean isRaw = false;
            int count = 0;
            long characters = 0;
            for (Optional<String> line = reader.line(); line.isPresent(); line = reader.line()) {
                characters += line.get().length();
                if (++count > MOST_LINES || characters > LONGEST_LINES) {
                    throw new ProtocolException("more than " + MOST_LINES + " lines, or " + LONGEST_LINES + " characters");
                }
                if (line.get().startsWith("prefix ")) {
                    prefixes.add(line.get().substring("prefix ".length()));
                } else if (line.get().startsWith("from ")) {
                    from = Optional.of(new RepositoryId(line.get().substring("from ".length())));
                } else if (line.get().equals("atomic")) {
                    isAtomic = true;
                } else if (line.get().equals(WireFormat.RAW)) {
                    isRaw = true;
                } else {
                    depth = WireFormat.parseDepth(line.get()).orElse(depth);
                }
            }
            return new Request(verb, prefixes, depth, from, isAtomic, isRaw);
        }

        RepositoryId sender() {
            return from.orElseThrow(() -> new InvalidInputException("the request does not say who asks"));
        }
    }
}
