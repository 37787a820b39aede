package dev.neon.sync.wire;

import dev.neon.ancestry.Tip;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.refs.RefName;
import dev.neon.sync.Depth;
import dev.neon.sync.InParallel;
import dev.neon.sync.Inventory;
import dev.neon.sync.InventoryFormat;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSink;
import dev.neon.sync.PieceSource;
import dev.neon.sync.RefUpdate;
import dev.neon.sync.Remote;
import dev.neon.sync.RemoteRefs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A repository at the other end of a connection. */
public final class WireRemote implements Remote {
    /** Characters of an answer that is text; a list of a million refs has less. */
    private static final int LONGEST_TEXT = 256 << 20;

    /** Characters of why a ref is refused, in which may be what a hook has printed. */
    private static final int LONGEST_REFUSAL = 2000;

    private final String name;
    private final Connection connection;

    /** @param name what users call it */
    public WireRemote(String name, Connection connection) {
        this.name = name;
        this.connection = connection;
    }

    @Override
    public String name() {
        return name;
    }

    private interface Body {
        void write(OutputStream out) throws IOException;
    }

    private interface Answer<T> {
        T read(InputStream in) throws IOException;
    }

    /** @param lines of the request, behind its first */
    private <T> T ask(String verb, List<String> lines, Body body, Answer<T> answer) {
        try (Connection.Exchange exchange = connection.begin(verb)) {
            try (OutputStream request = exchange.request()) {
                write(request, verb, lines, body);
            } catch (IOException refused) {
                throw reason(exchange, refused);
            }
            try (InputStream in = exchange.answer()) {
                T told = read(in, answer);
                exchange.end(in);
                return told;
            }
        } catch (IOException failure) {
            throw new TransferFailedException("'" + name + "' broke off: " + failure.getMessage(),
                    "Try again: what has come is kept.", failure);
        }
    }

    private static void write(OutputStream request, String verb, List<String> lines, Body body) throws IOException {
        PacketWriter writer = new PacketWriter(request);
        writer.line(WireFormat.FIRST_LINE + verb);
        for (String line : lines) {
            writer.line(line);
        }
        writer.end();
        body.write(writer.body());
        writer.end();
        writer.flush();
    }

    /**
     * Why the other side reads no further: it may have said so.
     *
     * @throws NeonException if it has
     */
    private IOException reason(Connection.Exchange exchange, IOException broken) {
        try (InputStream in = exchange.answer()) {
            read(in, InputStream::readAllBytes);
        } catch (IOException nothing) {
            broken.addSuppressed(nothing);
        }
        return broken;
    }

    private <T> T read(InputStream in, Answer<T> answer) throws IOException {
        PacketReader reader = new PacketReader(in);
        String first = reader.line().orElse("");
        if (!first.equals(WireFormat.FIRST_LINE + "ok")) {
            throw new TransferFailedException("'" + name + "' does not answer as a neon repository does",
                    first.startsWith("neon ") ? "It speaks another version of the protocol: '" + printable(first) + "'."
                            : "Check the address: it says '" + printable(first) + "'.");
        }
        while (reader.line().isPresent()) {
            // Lines that a later version may add.
            continue;
        }
        return answer.read(reader.body());
    }

    private static String printable(String text) {
        return printable(text, 80);
    }

    private static String printable(String text, int longest) {
        return text.substring(0, Math.min(longest, text.length())).replaceAll("\\p{Cntrl}", ".");
    }

    private static String text(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST_TEXT);
        if (in.read() >= 0) {
            throw new ProtocolException("an answer of more than " + LONGEST_TEXT + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Body utf8(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Body nothing() {
        return out -> { };
    }

    @Override
    public RemoteRefs refs(List<String> prefixes) {
        return ask("refs", prefixes.stream().map(prefix -> "prefix " + prefix).toList(), nothing(),
                in -> WireFormat.parseRefs(text(in)));
    }

    @Override
    public Inventory inventory(List<Tip> tips, Depth depth) {
        StringBuilder lines = new StringBuilder();
        tips.forEach(tip -> lines.append(WireFormat.tip(tip)).append('\n'));
        return ask("inventory", WireFormat.depth(depth), utf8(lines.toString()), in -> inventory(text(in)));
    }

    private static Inventory inventory(String text) throws ProtocolException {
        try {
            return InventoryFormat.parse(text);
        } catch (InvalidInputException malformed) {
            throw new ProtocolException(String.valueOf(malformed.getMessage()));
        }
    }

    @Override
    public void get(List<Piece> pieces, PieceSink sink) {
        inParallel(pieces, some -> ask("get", connection.isNear() ? List.of(WireFormat.RAW) : List.of(), utf8(lines(some)), in -> {
            Set<String> expected = new HashSet<>();
            some.forEach(piece -> expected.add(Pieces.format(piece)));
            Pieces.read(in, piece -> expected.contains(Pieces.format(piece)), sink);
            return Boolean.TRUE;
        }));
    }

    private static String lines(List<Piece> pieces) {
        StringBuilder lines = new StringBuilder();
        pieces.forEach(piece -> lines.append(Pieces.format(piece)).append('\n'));
        return lines.toString();
    }

    @Override
    public List<Piece> offer(RepositoryId from, Inventory inventory) {
        return ask("offer", List.of("from " + from), utf8(InventoryFormat.format(inventory)),
                in -> Pieces.parseAll(text(in)));
    }

    @Override
    public void put(RepositoryId from, List<Piece> pieces, PieceSource source) {
        inParallel(pieces, some -> ask("put", List.of("from " + from), out -> Pieces.write(some, source, out, !connection.isNear()),
                in -> text(in)));
    }

    @Override
    public List<RefUpdate.Outcome> update(RepositoryId from, List<RefUpdate> updates, boolean isAtomic) {
        StringBuilder lines = new StringBuilder();
        updates.forEach(update -> lines.append(WireFormat.update(update)));
        List<String> options = new ArrayList<>(List.of("from " + from));
        if (isAtomic) {
            options.add("atomic");
        }
        return ask("update", options, utf8(lines.toString()), in -> outcomes(text(in)));
    }

    private static List<RefUpdate.Outcome> outcomes(String text) throws ProtocolException {
        List<RefUpdate.Outcome> outcomes = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (line.isEmpty()) {
                continue;
            }
            String[] fields = line.split("\t", 2);
            RefName ref = RefName.of(fields[0]).orElseThrow(() -> new ProtocolException("'" + printable(line) + "' is no answer"));
            outcomes.add(new RefUpdate.Outcome(ref, fields.length == 2 ? Optional.of(printable(fields[1], LONGEST_REFUSAL)) : Optional.empty()));
        }
        return outcomes;
    }

    private interface Work {
        void on(List<Piece> pieces);
    }

    /** Gives each exchange about as many bytes. A piece is never cut, and goes on where it ended in the next try. */
    private void inParallel(List<Piece> pieces, Work work) {
        int width = Math.min(connection.width(), pieces.size());
        if (width <= 1) {
            if (!pieces.isEmpty()) {
                work.on(pieces);
            }
            return;
        }
        List<List<Piece>> sentAway = Collections.synchronizedList(new ArrayList<>());
        InParallel.each(shares(pieces, width), width, name, share -> {
            try {
                work.on(share);
            } catch (BusyException tooMany) {
                sentAway.add(share);
            }
        });
        // It may have been this side's own exchanges that took all places.
        sentAway.forEach(work::on);
    }

    private static List<List<Piece>> shares(List<Piece> pieces, int count) {
        List<List<Piece>> shares = new ArrayList<>();
        long[] bytes = new long[count];
        for (int i = 0; i < count; i++) {
            shares.add(new ArrayList<>());
        }
        for (Piece piece : pieces) {
            int least = 0;
            for (int i = 1; i < count; i++) {
                least = bytes[i] < bytes[least] ? i : least;
            }
            shares.get(least).add(piece);
            bytes[least] += piece.bytes();
        }
        shares.removeIf(List::isEmpty);
        return shares;
    }

    @Override
    public void close() {
        connection.close();
    }
}
