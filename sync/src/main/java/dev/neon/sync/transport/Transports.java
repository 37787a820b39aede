package dev.neon.sync.transport;

import dev.neon.sync.Remote;
import dev.neon.sync.ssh.SshAccess;
import dev.neon.sync.wire.Bundle;
import dev.neon.sync.wire.WireRemote;
import java.nio.file.Path;
import java.util.function.BiFunction;

/**
 * Opens repositories wherever they are.
 *
 * @param directory what relative paths begin at
 * @param local     opens one on this machine: what users call it, and where it is
 * @param ssh       what the user has for SSH
 * @param neon      what neon is called on other machines
 * @param http      what the user has for servers
 */
public record Transports(Path directory, BiFunction<String, Path, Remote> local, SshAccess ssh, String neon, HttpAccess http) {
    /** Those of somebody who has nothing for servers. */
    public Transports(Path directory, BiFunction<String, Path, Remote> local, SshAccess ssh, String neon) {
        this(directory, local, ssh, neon, HttpAccess.NONE);
    }

    /**
     * Opens one.
     *
     * @param name what users call it
     * @param url  as users type it
     */
    public Remote open(String name, String url) {
        RemoteUrl parsed = RemoteUrl.parse(url, directory);
        // Before the switch: the first over types costs a short fetch 8 ms, and each other some.
        if (parsed instanceof RemoteUrl.OfHttp place) {
            return HttpConnections.open(name, place, http);
        }
        return switch (parsed) {
            case RemoteUrl.OfPath place -> Bundle.isBundle(place.path()) ? new Bundle(name, place.path())
                    : local.apply(name, place.path());
            case RemoteUrl.OfSsh place -> new WireRemote(name, SshConnections.open(place, ssh, neon));
            case RemoteUrl.OfHttp place -> HttpConnections.open(name, place, http);
        };
    }
}
