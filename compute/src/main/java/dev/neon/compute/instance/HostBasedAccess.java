package dev.neon.compute.instance;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@code pg_hba.conf} says of those who come over the unix socket, and of those who come over TCP from 127.0.0.1 without
 * encryption ({@code REL_18 hba.c check_hba}: the first line that fits decides).
 */
public final class HostBasedAccess {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int IPV4_BITS = 32;
    /** Types of lines for connections over TCP that are not encrypted. */
    private static final Set<String> IN_THE_CLEAR = Set.of("host", "hostnossl", "hostnogssenc");
    private static final Set<String> ENCRYPTED = Set.of("hostssl", "hostgssenc");
    /** Those that ask for the same, whichever way a client comes: not {@code peer}, which asks who is at the other end of the socket. */
    private static final Set<String> SAME_EVERYWHERE = Set.of("trust", "reject", "scram-sha-256", "md5", "password");
    private static final Set<String> EVERY_ADDRESS = Set.of("all", "samehost", "samenet");

    private HostBasedAccess() {}

    /**
     * Whether a running server lets the same clients in over its socket as over TCP from 127.0.0.1, by the same methods. False where that
     * cannot be told for certain, as when the file was touched since the server has read it.
     *
     * @param dataDirectory the server's
     */
    public static boolean isSameOverSocket(Instance server, Path dataDirectory) {
        Path link = dataDirectory.resolve("pg_hba.conf");
        try {
            // To the timeline's settings, as a rule. Where several follow each other, it is not judged.
            Path file = Files.isSymbolicLink(link) ? link.resolveSibling(Files.readSymbolicLink(link)) : link;
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && wasThere(link, server) && wasThere(file, server)
                    && isSameOverSocket(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** Whether a file or link was not touched since. Not by the time of the last modification, which a copy may take over. */
    private static boolean wasThere(Path file, Instance server) throws IOException {
        FileTime touched = (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
        return touched.toInstant().isBefore(server.started());
    }

    /** {@link #isSameOverSocket(Instance, Path)}, of the file's text. */
    static boolean isSameOverSocket(String text) {
        List<List<String>> socket = new ArrayList<>();
        List<List<String>> loopback = new ArrayList<>();
        for (String line : text.split("\r?\n")) {
            Optional<List<String>> words = words(line);
            if (words.isEmpty() || !words.get().isEmpty() && !sort(words.get(), socket, loopback)) {
                return false;
            }
        }
        return socket.equals(loopback) && socket.stream().allMatch(rule -> SAME_EVERYWHERE.contains(rule.get(2)));
    }

    /** Empty if the line has what is not understood here: quotes, names of files, lists with spaces, another line to follow. */
    private static Optional<List<String>> words(String line) {
        int comment = line.indexOf('#');
        String rule = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (rule.isEmpty()) {
            return Optional.of(List.of());
        }
        List<String> words = List.of(rule.split("[ \t]+"));
        boolean isPlain = line.indexOf('\\') < 0 && words.stream().noneMatch(word -> word.indexOf('"') >= 0 || word.indexOf('@') >= 0
                || word.startsWith(",") || word.endsWith(","));
        return isPlain ? Optional.of(words) : Optional.empty();
    }

    /** Adds databases, users, method and options to those whom the line is about. @return false if that is not clear */
    private static boolean sort(List<String> words, List<List<String>> socket, List<List<String>> loopback) {
        String type = words.getFirst();
        if (ENCRYPTED.contains(type)) {
            return true;
        }
        boolean isSocket = type.equals("local");
        if (!isSocket && !IN_THE_CLEAR.contains(type) || words.size() < (isSocket ? 4 : 5)) {
            return false;
        }
        if (isSocket) {
            socket.add(words.subList(1, words.size()));
            return true;
        }
        boolean hasMask = isNumeric(words.get(3)) && words.get(3).indexOf('/') < 0;
        if (hasMask && words.size() < 6) {
            return false;
        }
        Optional<Boolean> fits = fits(hasMask ? words.get(3) + '/' + words.get(4) : words.get(3));
        if (fits.orElse(false)) {
            List<String> rule = new ArrayList<>(words.subList(1, 3));
            rule.addAll(words.subList(hasMask ? 5 : 4, words.size()));
            loopback.add(rule);
        }
        return fits.isPresent();
    }

    /** Whether an address stands for 127.0.0.1; empty for the name of a host, which would have to be looked up. */
    private static Optional<Boolean> fits(String address) {
        if (EVERY_ADDRESS.contains(address)) {
            return Optional.of(true);
        }
        int slash = address.indexOf('/');
        if (slash < 0 || !isNumeric(address.substring(0, slash))) {
            return Optional.empty();
        }
        if (address.indexOf(':') >= 0) {
            // Nor does ::ffff:127.0.0.1, which Java takes for an address of IPv4.
            return Optional.of(false);
        }
        try {
            byte[] network = InetAddress.ofLiteral(address.substring(0, slash)).getAddress();
            byte[] loopback = InetAddress.ofLiteral(LOOPBACK).getAddress();
            BigInteger mask = mask(address.substring(slash + 1));
            return Optional.of(new BigInteger(1, network).xor(new BigInteger(1, loopback)).and(mask).signum() == 0);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** Of a length or as an address. @throws IllegalArgumentException if it is neither */
    private static BigInteger mask(String text) {
        if (!text.matches("\\d+")) {
            return new BigInteger(1, InetAddress.ofLiteral(text).getAddress());
        }
        int length = Integer.parseInt(text);
        if (length > IPV4_BITS) {
            throw new IllegalArgumentException(text);
        }
        return BigInteger.ONE.shiftLeft(IPV4_BITS).subtract(BigInteger.ONE.shiftLeft(IPV4_BITS - length));
    }

    private static boolean isNumeric(String address) {
        return address.matches("[0-9.]+(/.*)?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(/.*)?");
    }
}
