package dev.neon.sync.ssh;

import java.util.Optional;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;

/** Asks the user for passwords, and for those of keys. */
final class MinaQuestions extends CredentialsProvider {
    private final SshAccess.Prompt prompt;

    MinaQuestions(SshAccess.Prompt prompt) {
        this.prompt = prompt;
    }

    @Override
    public boolean isInteractive() {
        return true;
    }

    @Override
    public boolean supports(CredentialItem... items) {
        return true;
    }

    @Override
    public boolean get(URIish uri, CredentialItem... items) {
        StringBuilder said = new StringBuilder();
        for (CredentialItem item : items) {
            if (item instanceof CredentialItem.InformationalMessage message) {
                said.append(message.getPromptText()).append('\n');
                continue;
            }
            Optional<String> answer = prompt.ask(said + question(uri, item), item.isValueSecure());
            said.setLength(0);
            if (answer.isEmpty()) {
                return false;
            }
            switch (item) {
                case CredentialItem.CharArrayType secret -> secret.setValue(answer.get().toCharArray());
                case CredentialItem.StringType text -> text.setValue(answer.get());
                case CredentialItem.YesNoType choice -> choice.setValue(answer.get().strip().equalsIgnoreCase("yes"));
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    private static String question(URIish uri, CredentialItem item) {
        String host = uri.getHost() == null ? "" : (uri.getUser() == null ? "" : uri.getUser() + '@') + uri.getHost() + ": ";
        return host + item.getPromptText().replaceAll("[:\\s]+$", "") + (item instanceof CredentialItem.YesNoType ? " (yes/no)? " : ": ");
    }
}
