package dev.neon.compute.proxy;

import dev.neon.compute.process.ProgramRun;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.repository.ScratchDirectory;
import dev.neon.repo.tls.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate of a repository's own, for this machine's names: EC on P-256, which clients take since about 2014. It signs
 * nothing else, so that who trusts it trusts this page server only.
 */
final class SelfSigned {
    /** Days for which it is valid, the first of them over: clocks differ. Some clients take none above 825. */
    static final int DAYS = 800;
    private static final String NAMES = "san=dns:localhost,dns:*.localhost,ip:127.0.0.1,ip:::1";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String ALIAS = "server";
    /** Of a file that lives for a second, in a directory that is the user's alone. */
    private static final String PASSWORD = "neon-passing";

    private SelfSigned() {}

    /**
     * Makes a key and its certificate, and puts them into two files in PEM.
     *
     * @throws UnsupportedException if this Java has no keytool, or it fails
     */
    static void make(Repository repository, Path certificate, Path key) {
        try (ScratchDirectory scratch = ScratchDirectory.make(repository)) {
            Path store = scratch.path().resolve("server.p12");
            keytool(List.of("-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA",
                    "-dname", "CN=neon page server,OU=" + repository.id(), "-startdate", "-1d", "-validity", String.valueOf(DAYS),
                    "-ext", NAMES, "-ext", "ku:c=digitalSignature", "-ext", "eku=serverAuth", "-ext", "bc:c=ca:false",
                    "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
            KeyStore made = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            repository.files().createDirectories(certificate.getParent());
            // The key first: a certificate without its key is never served, and both are made anew.
            write(repository, key, Pem.text("PRIVATE KEY", made.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
            write(repository, certificate, Pem.text("CERTIFICATE", made.getCertificate(ALIAS).getEncoded()));
        } catch (IOException failure) {
            throw new StorageFailedException("read", certificate, failure);
        } catch (GeneralSecurityException failure) {
            throw failed(failure.toString());
        }
    }

    private static void write(Repository repository, Path file, String text) {
        repository.files().replace(file, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void keytool(List<String> arguments) {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(keytool.toString()));
        command.addAll(arguments);
        try {
            ProgramRun run = ProgramRun.of(command, LIMIT);
            if (run.exitCode() != 0) {
                throw failed(run.output().strip());
            }
        } catch (NotFoundException missing) {
            throw failed(String.valueOf(missing.getMessage()));
        }
    }

    private static UnsupportedException failed(String reason) {
        return new UnsupportedException("unable to make a certificate for the page server: " + reason, "Give it one with "
                + "'neon config set pageserver.tlsCert <file>' and 'pageserver.tlsKey', or do without TLS: 'pageserver.tls off'.");
    }
}
