package dev.neon.compute.proxy;

import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.tls.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * What the page server proves itself with: the files that {@code pageserver.tlsCert} and {@code pageserver.tlsKey} name, or
 * {@code tls/server.crt} and {@code tls/server.key} in the repository, which it makes and renews. Files that are replaced are
 * read again within a minute.
 */
final class TlsIdentity {
    /** ALPN's name for PostgreSQL's protocol ({@code REL_17 pqcomm.h PG_ALPN_PROTOCOL}). */
    static final String PROTOCOL = "postgresql";

    private static final String CERTIFICATE_SETTING = "pageserver.tlsCert";
    private static final String KEY_SETTING = "pageserver.tlsKey";
    /** Before its own certificate ends, so that those who have copied it see it coming. */
    private static final Duration RENEWAL = Duration.ofDays(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);
    private static final int PERMISSIONS = 0777;
    private static final int ACCESS_OF_OTHERS = 0077;
    private static final int ACCESS_BUT_GROUPS_READING = 0037;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Repository repository;
    private final Consumer<String> log;
    private final Path certificate;
    private final Path key;
    private final boolean isOwn;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile Loaded loaded;
    private volatile Instant nextLook;

    /** @param stamps of both files when they were read */
    private record Loaded(KeyManager[] keys, Instant end, List<FileTime> stamps) {}

    private TlsIdentity(Repository repository, Consumer<String> log, Path certificate, Path key, boolean isOwn) {
        this.repository = repository;
        this.log = log;
        this.certificate = certificate;
        this.key = key;
        this.isOwn = isOwn;
        this.nextLook = now().plus(BETWEEN_LOOKS);
        this.loaded = load();
    }

    /**
     * Reads both files, or makes them if they are to be the repository's own.
     *
     * @param log takes lines for people
     * @throws NeonException if they cannot be used, which names the file
     */
    static TlsIdentity open(Repository repository, Consumer<String> log) {
        RepositoryConfig config = repository.config();
        Optional<String> certificate = config.get(CERTIFICATE_SETTING);
        Optional<String> key = config.get(KEY_SETTING);
        if (certificate.isPresent() != key.isPresent()) {
            throw new InvalidInputException("'" + (certificate.isPresent() ? CERTIFICATE_SETTING : KEY_SETTING) + "' is set without '"
                    + (certificate.isPresent() ? KEY_SETTING : CERTIFICATE_SETTING) + "'", "Set both, or none for a certificate that is made here.");
        }
        Path directory = repository.directory();
        return new TlsIdentity(repository, log, directory.resolve(certificate.orElse("tls/server.crt")),
                directory.resolve(key.orElse("tls/server.key")), certificate.isEmpty());
    }

    /** An engine for one client, which has sent nothing yet. @param name is told the server name that it asks for */
    SSLEngine engine(Consumer<byte[]> name) {
        look();
        SSLEngine engine = context(loaded.keys).createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setApplicationProtocols(new String[] {PROTOCOL});
        parameters.setSNIMatchers(List.of(new ServerName.Listener(name)));
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** One for each client: so none resumes a session, as with PostgreSQL, and nothing is kept of those that are gone. */
    private static SSLContext context(KeyManager[] keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            // Clients show no certificates, so that nobody's are trusted.
            context.init(keys, new TrustManager[0], RANDOM);
            return context;
        } catch (GeneralSecurityException noTls) {
            throw new IllegalStateException(noTls);
        }
    }

    /** Sees to it that the certificate is the one in the files; a failure leaves the old one. */
    private void look() {
        if (now().isBefore(nextLook) || !looking.tryLock()) {
            return;
        }
        try {
            nextLook = now().plus(BETWEEN_LOOKS);
            if (isOwn && isEnding(loaded.end) || !stamps().equals(loaded.stamps)) {
                loaded = load();
                log.accept("read the certificate '" + certificate + "' again");
            }
        } catch (NeonException failure) {
            log.accept("error: " + failure.getMessage());
        } finally {
            looking.unlock();
        }
    }

    private Loaded load() {
        if (!isOwn) {
            return read();
        }
        try {
            Loaded there = read();
            if (!isEnding(there.end)) {
                return there;
            }
        } catch (NotFoundException | InvalidInputException unusable) {
            // None was made yet, or a crash came between the two.
        }
        SelfSigned.make(repository, certificate, key);
        log.accept("made a certificate for this machine: '" + certificate + "'");
        return read();
    }

    private boolean isEnding(Instant end) {
        return end.minus(RENEWAL).isBefore(now());
    }

    private Loaded read() {
        List<FileTime> stamps = stamps();
        requireSecret();
        KeyStore store = Pem.identity(certificate, key);
        try {
            X509Certificate first = (X509Certificate) store.getCertificate(store.aliases().nextElement());
            requireValid(first);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            return new Loaded(keys.getKeyManagers(), first.getNotAfter().toInstant(), stamps);
        } catch (GeneralSecurityException refused) {
            throw new InvalidInputException("'" + certificate + "' cannot be used: " + refused.getMessage(), "Make another one.");
        }
    }

    /** Of a key that is given, as PostgreSQL does ({@code REL_17 be-secure-common.c check_ssl_key_file_permissions}). */
    private void requireSecret() {
        if (isOwn) {
            return;
        }
        try {
            Map<String, Object> attributes = Files.readAttributes(key, "unix:mode,uid,isRegularFile");
            boolean isRoots = attributes.get("uid").equals(0);
            int refused = isRoots ? ACCESS_BUT_GROUPS_READING : ACCESS_OF_OTHERS;
            if (attributes.get("isRegularFile").equals(true) && ((int) attributes.get("mode") & refused) != 0) {
                throw new InvalidInputException("the key in '" + key + "' is open to others: its mode is 0"
                        + Integer.toOctalString((int) attributes.get("mode") & PERMISSIONS), "Run 'chmod " + (isRoots ? "0640" : "0600") + " " + key
                        + "'. A key is its owner's alone; one that is root's may be read by its group.");
            }
        } catch (UnsupportedOperationException | IllegalArgumentException noModes) {
            return;
        } catch (IOException unreadable) {
            // That is told better when it is read.
            return;
        }
    }

    private void requireValid(X509Certificate first) {
        Instant end = first.getNotAfter().toInstant();
        Instant begin = first.getNotBefore().toInstant();
        if (end.isBefore(now())) {
            throw new InvalidInputException("the certificate in '" + certificate + "' expired at " + end, "Clients would refuse it. Replace it.");
        }
        if (begin.isAfter(now())) {
            throw new InvalidInputException("the certificate in '" + certificate + "' is valid from " + begin + " on",
                    "Is the clock right? Clients would refuse it now.");
        }
    }

    /** Of the two files; a missing one has none. */
    private List<FileTime> stamps() {
        return List.of(stamp(certificate), stamp(key));
    }

    private static FileTime stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (NoSuchFileException none) {
            return FileTime.fromMillis(0);
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    private Instant now() {
        return repository.context().clock().instant();
    }
}
