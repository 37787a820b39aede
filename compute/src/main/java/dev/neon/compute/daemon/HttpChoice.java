package dev.neon.compute.daemon;

import dev.neon.compute.proxy.ListenAddress;
import java.util.Optional;

/**
 * Where a page server is to tell its state over HTTP.
 *
 * @param address  empty for nowhere
 * @param isChosen whether somebody has chosen it, so that it is an error if the port is taken. Where nobody has, the page server does
 *                 without: several of them run on one machine
 */
public record HttpChoice(Optional<ListenAddress> address, boolean isChosen) {
    private static final String OFF = "off";
    private static final String DEFAULT = "127.0.0.1:9898";
    private static final String UNCHOSEN = "default";

    /** Where monitoring looks, if it is not told otherwise. */
    public static HttpChoice byDefault() {
        return new HttpChoice(Optional.of(ListenAddress.parse("http", DEFAULT)), false);
    }

    /** What somebody has chosen. */
    public static HttpChoice at(ListenAddress address) {
        return new HttpChoice(Optional.of(address), true);
    }

    /**
     * Reads {@code 127.0.0.1:9898} or {@code off}.
     *
     * @param where what it was given to, for the error
     * @throws dev.neon.repo.error.InvalidInputException if it is neither
     */
    public static HttpChoice parse(String where, String text) {
        return text.equals(OFF) ? new HttpChoice(Optional.empty(), true) : at(ListenAddress.parse(where, text));
    }

    /** As it stands in a file: {@code 127.0.0.1:9898}, {@code off} or {@code default}. */
    String toText() {
        return isChosen ? toString() : UNCHOSEN;
    }

    /** Reads {@link #toText}. */
    static HttpChoice ofText(String where, String text) {
        return text.equals(UNCHOSEN) ? byDefault() : parse(where, text);
    }

    /** {@code 127.0.0.1:9898} or {@code off}: what {@link #parse} reads. */
    @Override
    public String toString() {
        return address.map(ListenAddress::toString).orElse(OFF);
    }
}
