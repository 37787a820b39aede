package dev.neon.sync.ssh;

import dev.neon.repo.error.TransferFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A command that runs on another machine.
 *
 * @param process its streams, of which the standard error is taken care of
 * @param end     what is done when it has ended
 */
public record SshProcess(Process process, Runnable end) implements AutoCloseable {
    private static final List<String> USUAL = List.of("ssh");
    private static final long END_SECONDS = 10;

    /**
     * Starts one.
     *
     * @param target  {@code user@host} or {@code host}
     * @param port    if it is not the usual one
     * @param command for the shell there
     * @throws TransferFailedException if that cannot be done. A program says later that it cannot reach the host: its output ends
     */
    public static SshProcess start(SshAccess access, String target, Optional<Integer> port, String command) {
        if (access.client() == SshAccess.Client.MINA) {
            return MinaClient.start(access, target, port, command);
        }
        List<String> program = access.command().orElse(USUAL);
        List<String> place = new ArrayList<>();
        port.ifPresent(number -> place.addAll(List.of("-p", number.toString())));
        place.add(target);
        List<String> words = new ArrayList<>(program);
        words.addAll(watching(program, place, access));
        words.addAll(place);
        words.add(command);
        try {
            return new SshProcess(new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start(), () -> { });
        } catch (IOException failure) {
            if (access.client() == SshAccess.Client.AUTO && access.command().isEmpty()) {
                return MinaClient.start(access, target, port, command);
            }
            throw new TransferFailedException("unable to run '" + program.getFirst() + "': " + failure.getMessage(),
                    "Install an SSH client, name one with 'neon config set core.sshCommand <program>', or set 'ssh.client' to mina.", failure);
        }
    }

    /**
     * Options by which OpenSSH notices that the other side is gone, or the way to it; without them it waits for hours, or a quarter of one
     * where Debian's release is not to ask anybody. None of what it would notice sooner by itself, and none for programs of other names,
     * which may know no such options.
     */
    private static List<String> watching(List<String> program, List<String> place, SshAccess access) {
        if (!Path.of(program.getFirst()).endsWith("ssh")) {
            return List.of();
        }
        List<String> words = new ArrayList<>(program);
        words.add("-G");
        words.addAll(place);
        try {
            Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return watching(told, access);
        } catch (IOException absent) {
            // Whoever starts it says so.
            return List.of();
        }
    }

    /** @param told what it would do, a line each */
    static List<String> watching(String told, SshAccess access) {
        long seconds = access.patience().toSeconds();
        List<String> words = new ArrayList<>();
        long noticed = number(told, "serveraliveinterval") * number(told, "serveralivecountmax");
        if (noticed == 0 || noticed > seconds) {
            words.addAll(List.of("-o", "ServerAliveInterval=" + access.interval().toSeconds(), "-o", "ServerAliveCountMax=" + SshAccess.ASKED));
        }
        long connected = number(told, "connecttimeout");
        if (connected == 0 || connected > seconds) {
            words.addAll(List.of("-o", "ConnectTimeout=" + seconds));
        }
        return words;
    }

    /** The number of a setting; 0 if there is none, or something else. */
    private static long number(String told, String setting) {
        return told.lines().filter(line -> line.startsWith(setting + ' ')).map(line -> line.substring(setting.length()).strip())
                .filter(value -> value.matches("\\d{1,9}")).mapToLong(Long::parseLong).findFirst().orElse(0);
    }

    /** Waits for its end, a little. */
    @Override
    public void close() {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroy();
            }
        } catch (InterruptedException interrupted) {
            process.destroy();
            Thread.currentThread().interrupt();
        } finally {
            end.run();
        }
    }
}
