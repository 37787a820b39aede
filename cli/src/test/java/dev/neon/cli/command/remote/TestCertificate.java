package dev.neon.cli.command.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate that nobody has signed but itself, in PEM.
 *
 * @param certificate a file
 * @param key         a file
 */
record TestCertificate(Path certificate, Path key) {
    private static final String PASSWORD = "secret";

    /**
     * Makes one for {@code localhost} and an address.
     *
     * @param name what the files in the directory begin with
     */
    static TestCertificate make(Path directory, String name, String address) throws IOException, GeneralSecurityException, InterruptedException {
        Path store = directory.resolve(name + ".p12");
        Process made = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keyalg", "EC",
                "-alias", "a", "-dname", "CN=localhost", "-ext", "san=ip:" + address + ",dns:localhost", "-validity", "2",
                "-keystore", store.toString(), "-storepass", PASSWORD).redirectErrorStream(true).start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (made.waitFor() != 0) {
            throw new IOException(said);
        }
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        return new TestCertificate(
                Files.writeString(directory.resolve(name + ".pem"), pem("CERTIFICATE", keys.getCertificate("a").getEncoded())),
                Files.writeString(directory.resolve(name + "-key.pem"), pem("PRIVATE KEY", keys.getKey("a", PASSWORD.toCharArray()).getEncoded())));
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + what + "-----\n";
    }

    /** What a server is started with. */
    String[] options() {
        return new String[] {"--tls-cert", certificate.toString(), "--tls-key", key.toString()};
    }
}
