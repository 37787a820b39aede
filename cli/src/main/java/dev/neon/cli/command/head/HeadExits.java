package dev.neon.cli.command.head;

import dev.neon.cli.framework.ExitCode;

/** How commands end that move HEAD and branches, and take servers along. */
final class HeadExits {
    /** Of those that move what there is. */
    static final ExitCode[] MOVING = {ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY,
            ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED,
            ExitCode.FORMAT_TOO_NEW, ExitCode.TRANSFER_FAILED};

    /** Of those that make branches as well. */
    static final ExitCode[] NAMING = {ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.CONFLICT,
            ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED,
            ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW, ExitCode.TRANSFER_FAILED};

    private HeadExits() {}
}
