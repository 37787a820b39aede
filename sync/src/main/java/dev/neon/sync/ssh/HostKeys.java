package dev.neon.sync.ssh;

import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the keys of hosts as ssh does by itself: known ones are taken, unknown ones asked about, others than the known ones
 * refused. JGit's own database, which reads and writes the files, would let the user accept these too.
 */
final class HostKeys implements ServerKeyDatabase {
    private final ServerKeyDatabase files;
    private final SshAccess.Prompt prompt;
    private volatile @Nullable Refusal refusal;

    /** Why a host's key was not taken. */
    record Refusal(String message, String hint) {}

    HostKeys(ServerKeyDatabase files, SshAccess.Prompt prompt) {
        this.files = files;
        this.prompt = prompt;
    }

    /** Of the last key that was refused. */
    Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    @Override
    public List<PublicKey> lookup(String connectAddress, InetSocketAddress remoteAddress, Configuration config) {
        return files.lookup(connectAddress, remoteAddress, config);
    }

    @Override
    public boolean accept(String connectAddress, InetSocketAddress remoteAddress, PublicKey key, Configuration config,
            @Nullable CredentialsProvider provider) {
        Agreeing warned = new Agreeing();
        if (files.accept(connectAddress, remoteAddress, key, new Strict(config, Configuration.StrictHostKeyChecking.REQUIRE_MATCH), warned)) {
            return true;
        }
        String host = connectAddress.replaceFirst("^\\[(.*)]:22$", "$1");
        String fingerprint = KeyUtils.getKeyType(key).replaceFirst("^ssh-", "").toUpperCase(Locale.ROOT) + " key "
                + KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
        if (!lookup(connectAddress, remoteAddress, config).isEmpty()) {
            refusal = new Refusal("the key of host '" + host + "' is not the known one: it shows the " + fingerprint,
                    "Somebody may be in between. If the host has a new key, take its old one out of ~/.ssh/known_hosts, and compare the new one.");
            return false;
        }
        if (warned.isAsked) {
            refusal = new Refusal("the key of host '" + host + "' is revoked in known_hosts: it shows the " + fingerprint,
                    "Ask who runs the host for its new key.");
            return false;
        }
        boolean isTaken = switch (config.getStrictHostKeyChecking()) {
            case REQUIRE_MATCH -> false;
            case ACCEPT_ANY, ACCEPT_NEW -> true;
            case ASK -> isAnswerYes(host, remoteAddress, fingerprint);
        };
        if (!isTaken) {
            refusal = new Refusal("the key of host '" + host + "' is not known: it shows the " + fingerprint,
                    "Compare it with the host's, and add the host to ~/.ssh/known_hosts, for example with ssh-keyscan.");
            return false;
        }
        return files.accept(connectAddress, remoteAddress, key, new Strict(config, Configuration.StrictHostKeyChecking.ACCEPT_NEW), new Agreeing());
    }

    private boolean isAnswerYes(String host, InetSocketAddress address, String fingerprint) {
        String question = "The authenticity of host '" + host + " (" + address.getAddress().getHostAddress() + ")' cannot be established.\n"
                + "It shows the " + fingerprint + ".\nGo on connecting, and remember it (yes/no)? ";
        return prompt.ask(question, false).filter(answer -> answer.strip().equalsIgnoreCase("yes")).isPresent();
    }

    /** The user's, but for how strict it is. */
    private record Strict(Configuration user, StrictHostKeyChecking strictness) implements Configuration {
        @Override
        public List<String> getUserKnownHostsFiles() {
            return user.getUserKnownHostsFiles();
        }

        @Override
        public List<String> getGlobalKnownHostsFiles() {
            return user.getGlobalKnownHostsFiles();
        }

        @Override
        public StrictHostKeyChecking getStrictHostKeyChecking() {
            return strictness;
        }

        @Override
        public boolean getHashKnownHosts() {
            return user.getHashKnownHosts();
        }

        @Override
        public String getUsername() {
            return user.getUsername();
        }
    }

    /** Lets a file of known hosts be made, and hears whether there was a warning. */
    private static final class Agreeing extends CredentialsProvider {
        private boolean isAsked;

        @Override
        public boolean isInteractive() {
            return false;
        }

        @Override
        public boolean supports(CredentialItem... items) {
            return true;
        }

        @Override
        public boolean get(URIish uri, CredentialItem... items) {
            isAsked = true;
            for (CredentialItem item : items) {
                if (item instanceof CredentialItem.YesNoType question) {
                    question.setValue(true);
                }
            }
            return true;
        }
    }
}
