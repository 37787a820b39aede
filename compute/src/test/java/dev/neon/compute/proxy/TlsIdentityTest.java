package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificate that is made, and those that are given. */
class TlsIdentityTest {
    @TempDir
    Path directory;

    private final List<String> log = new ArrayList<>();
    private Instant now = Instant.now();
    private Repository repository;
    private Path certificate;
    private Path key;

    @BeforeEach
    void repository() {
        RepositoryContext real = TestWorkspace.context();
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        repository = Repository.create(directory.resolve(".neon"), new RepositoryContext(real.steps(), clock, real.who(), real.process()), _ -> { });
        certificate = repository.directory().resolve("tls/server.crt");
        key = repository.directory().resolve("tls/server.key");
    }

    private TlsIdentity open() {
        return TlsIdentity.open(repository, log::add);
    }

    private static X509Certificate read(Path file) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void itIsMadeOnce() throws Exception {
        open();
        X509Certificate made = read(certificate);
        assertEquals("rw-------", mode(key));
        assertEquals("rwx------", mode(key.getParent()));
        assertEquals(Set.of("localhost", "*.localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"),
                made.getSubjectAlternativeNames().stream().map(name -> name.get(1)).collect(Collectors.toSet()));
        assertEquals(-1, made.getBasicConstraints(), "it signs no other");
        made.checkValidity(Date.from(now.minus(Duration.ofHours(23))));
        assertTrue(made.getNotAfter().toInstant().isBefore(now.plus(Duration.ofDays(825))));
        assertEquals(Set.of("server.crt", "server.key"), Set.of(key.getParent().toFile().list()), "nothing is left over");
        open();
        assertEquals(made, read(certificate));
    }

    @Test
    void itIsRenewedBeforeItEnds() throws Exception {
        TlsIdentity identity = open();
        X509Certificate made = read(certificate);
        now = made.getNotAfter().toInstant().minus(Duration.ofDays(61));
        open();
        assertEquals(made, read(certificate));
        // What is made now begins at the real time, so it counts as ending too.
        now = made.getNotAfter().toInstant().minus(Duration.ofDays(59));
        identity.engine(_ -> { });
        X509Certificate second = read(certificate);
        assertNotEquals(made, second);
        assertNotEquals(made.getPublicKey(), second.getPublicKey());
        now = Instant.now();
        open();
        assertEquals(second, read(certificate));
        now = second.getNotAfter().toInstant().plus(Duration.ofHours(1));
        assertThrows(InvalidInputException.class, this::open, "real time lags behind by two years");
        assertNotEquals(second, read(certificate));
    }

    @Test
    void whatACrashLeavesIsMadeAnew() throws Exception {
        open();
        X509Certificate made = read(certificate);
        Files.delete(certificate);
        open();
        assertNotEquals(made, read(certificate));
        X509Certificate second = read(certificate);
        Files.writeString(key, Files.readString(key).substring(0, 60));
        open();
        assertNotEquals(second, read(certificate));
    }

    @Test
    void replacedFilesAreReadAgain() throws Exception {
        own();
        TlsIdentity identity = open();
        SelfSigned.make(repository, certificate, key);
        Files.setLastModifiedTime(certificate, FileTime.from(now.plusSeconds(5)));
        identity.engine(_ -> { });
        assertEquals(List.of(), log);
        now = now.plusSeconds(61);
        identity.engine(_ -> { });
        assertEquals(List.of("read the certificate '" + certificate + "' again"), log);
        Files.delete(key);
        now = now.plusSeconds(61);
        identity.engine(_ -> { });
        assertEquals("error: '" + key + "' is not there", log.getLast());
    }

    /** Sets the files of the repository as if they were the user's. */
    private void own() {
        SelfSigned.make(repository, certificate, key);
        repository.config().set("pageserver.tlsCert", "tls/server.crt");
        repository.config().set("pageserver.tlsKey", key.toString());
    }

    private NeonException refused() {
        NeonException refusal = assertThrows(NeonException.class, this::open);
        assertTrue(refusal.hint().isPresent(), refusal.getMessage());
        return refusal;
    }

    @Test
    void unusableFilesAreTold() throws Exception {
        repository.config().set("pageserver.tlsCert", "tls/server.crt");
        assertEquals("'pageserver.tlsCert' is set without 'pageserver.tlsKey'", refused().getMessage());
        own();
        String good = Files.readString(key);
        Files.writeString(key, good.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
        assertEquals("the key in '" + key + "' is encrypted", refused().getMessage());
        Files.writeString(key, "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n");
        assertEquals("the key in '" + key + "' is encrypted", refused().getMessage());
        Files.writeString(key, good.replace("PRIVATE KEY", "EC PRIVATE KEY"));
        assertEquals("'" + key + "' has no private key in PKCS #8", refused().getMessage());
        Files.delete(key);
        assertEquals("'" + key + "' is not there", assertThrows(NotFoundException.class, this::open).getMessage());
        Files.createDirectory(key);
        assertEquals("unable to read '" + key + "': is a directory", assertThrows(StorageFailedException.class, this::open).getMessage());
        Files.delete(key);
        SelfSigned.make(repository, certificate.resolveSibling("other.crt"), key);
        assertEquals("'" + key + "' is not the key of '" + certificate + "': it is of another certificate", refused().getMessage());
        Files.writeString(key, good);
        String goodCertificate = Files.readString(certificate);
        Files.writeString(certificate, goodCertificate.substring(0, 200));
        assertEquals("'" + certificate + "' has no certificate in it", refused().getMessage());
        Files.writeString(certificate, "");
        assertEquals("'" + certificate + "' has no certificate in it", refused().getMessage());
        Files.writeString(certificate, goodCertificate);
        open();
        now = now.plus(Duration.ofDays(900));
        assertTrue(refused().getMessage().startsWith("the certificate in '" + certificate + "' expired at "));
        now = now.minus(Duration.ofDays(1000));
        assertTrue(refused().getMessage().startsWith("the certificate in '" + certificate + "' is valid from "));
    }

    /** As PostgreSQL: a key is its owner's, one of root's may be read by its group, too. */
    @Test
    void aKeyThatOthersReadIsRefused() throws Exception {
        own();
        for (String mode : List.of("rw----r--", "rw-rw----", "rw-r-x---", "rw-rw-rw-")) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
            String message = refused().getMessage();
            assertTrue(message.startsWith("the key in '" + key + "' is open to others: its mode is 06"), message);
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        if (Files.getAttribute(key, "unix:uid").equals(0)) {
            open();
            Files.setAttribute(key, "unix:uid", 4711);
        }
        assertEquals("the key in '" + key + "' is open to others: its mode is 0640", refused().getMessage());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
        open();
    }

    @Test
    void modes() {
        assertEquals(TlsMode.ON, TlsMode.of(repository.config()));
        repository.config().set("pageserver.tls", "Require");
        assertEquals(TlsMode.REQUIRE, TlsMode.of(repository.config()));
        repository.config().set("pageserver.tls", "maybe");
        assertEquals("invalid value 'maybe' of 'pageserver.tls'", assertThrows(InvalidInputException.class, () -> TlsMode.of(repository.config())).getMessage());
    }
}
