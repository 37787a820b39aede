package dev.neon.repo.tls;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys from files in PEM. */
public final class Pem {
    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** Stands in the first line of PKCS #8, and in the second of older forms. */
    private static final String ENCRYPTED = "ENCRYPTED";
    private static final int LINE = 64;

    private Pem() {}

    /**
     * What a server proves itself with, under an empty password.
     *
     * @param certificates its own first, then those that lead to one that others trust
     * @param key          PKCS #8, not encrypted
     * @throws InvalidInputException if the files hold something else
     */
    public static KeyStore identity(Path certificates, Path key) {
        try {
            KeyStore store = empty();
            PrivateKey secret = key(key);
            List<? extends Certificate> chain = certificates(certificates);
            requireSame(secret, chain.getFirst().getPublicKey());
            store.setKeyEntry("server", secret, new char[0], chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException refused) {
            throw new InvalidInputException("'" + key + "' is not the key of '" + certificates + "': " + refused.getMessage(),
                    "Give the two files that were made together.");
        }
    }

    /** Else it would show when the first client comes, and to that one only. */
    private static void requireSame(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
        String algorithm = switch (secret.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> secret.getAlgorithm();
        };
        byte[] text = {42};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(open);
        signature.update(text);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("it is of another certificate");
        }
    }

    /** Trusts the servers that one of these certificates proves, and no others. */
    public static SSLContext trusting(Path certificates) {
        try {
            KeyStore store = empty();
            int number = 0;
            for (Certificate each : certificates(certificates)) {
                store.setCertificateEntry("ca" + number++, each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException refused) {
            throw new InvalidInputException("'" + certificates + "' cannot be used: " + refused.getMessage(), "It is to have certificates in PEM.");
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** The form of a file with one of these: {@code what} is CERTIFICATE or PRIVATE KEY. */
    public static String text(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }

    private static List<? extends Certificate> certificates(Path file) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        byte[] text = read(file).getBytes(StandardCharsets.US_ASCII);
        try {
            List<? extends Certificate> found = List.copyOf(factory.generateCertificates(new ByteArrayInputStream(text)));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException garbage) {
            // As good as none.
        }
        throw new InvalidInputException("'" + file + "' has no certificate in it", "It begins with -----BEGIN CERTIFICATE-----.");
    }

    private static PrivateKey key(Path file) throws GeneralSecurityException {
        String text = read(file);
        if (text.contains(ENCRYPTED)) {
            throw new InvalidInputException("the key in '" + file + "' is encrypted",
                    "'openssl pkey -in old.pem -out new.pem' makes one that is not; let nobody else read it.");
        }
        Matcher found = KEY.matcher(text);
        if (!found.find()) {
            throw new InvalidInputException("'" + file + "' has no private key in PKCS #8",
                    "'openssl pkcs8 -topk8 -nocrypt -in old.pem -out new.pem' makes one of other forms.");
        }
        PKCS8EncodedKeySpec key = new PKCS8EncodedKeySpec(decoded(file, found.group(1)));
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(key);
            } catch (InvalidKeySpecException another) {
                // The next one may know it.
            }
        }
        throw new InvalidInputException("the key in '" + file + "' is of an unknown kind", "Use RSA, EC or Ed25519.");
    }

    private static byte[] decoded(Path file, String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException damaged) {
            throw new InvalidInputException("the key in '" + file + "' is damaged: " + damaged.getMessage(), "Copy it anew.");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException none) {
            throw new NotFoundException("'" + file + "' is not there", "Name a file in PEM.");
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }
}
