package dev.neon.sync.ssh;

import java.security.Provider;
import java.security.Security;
import java.util.Optional;
import org.apache.sshd.common.util.security.AbstractSecurityProviderRegistrar;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSASupport;

/** Makes {@link JdkEd25519} known to MINA. */
final class JdkKeys extends AbstractSecurityProviderRegistrar {
    private static final String PROVIDER = "SunEC";

    private JdkKeys() {
        super(PROVIDER);
    }

    static void register() {
        SecurityUtils.registerSecurityProvider(new JdkKeys());
    }

    @Override
    public boolean isSupported() {
        return getSecurityProvider() != null;
    }

    @Override
    public Provider getSecurityProvider() {
        return Security.getProvider(PROVIDER);
    }

    /** The JDK finds all else by itself. */
    @Override
    public boolean isSecurityEntitySupported(Class<?> type, String name) {
        return false;
    }

    @Override
    public Optional<EdDSASupport<?, ?>> getEdDSASupport() {
        return Optional.of(new JdkEd25519());
    }
}
