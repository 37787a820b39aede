package dev.neon.compute.mustshow;

import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.error.NeonException;
import java.util.Random;

/**
 * Ways for a server to die at a random moment.
 *
 * @param random seeded by the test, which prints the seed
 * @param most   transactions before a crash
 */
record Crashes(Random random, int most) {
    private static final int RECOVERY_MILLIS = 150;

    /** How many transactions to wait for. */
    int transactions() {
        return 1 + random.nextInt(most);
    }

    /** Kills a server that is written to. */
    void crash(TestWorkspace neon, Ledger ledger, String branch) throws Exception {
        try (Writers writers = Writers.start(neon, branch, ledger)) {
            writers.await(transactions());
            ServerKill.all(neon, branch);
        }
    }

    /** Starts a server and kills it while it recovers or has just done so. */
    void crashInRecovery(TestWorkspace neon, String branch) throws InterruptedException {
        Thread start = Thread.ofPlatform().start(() -> {
            try {
                neon.start(branch, Writers.SETTING);
            } catch (NeonException killed) {
                // As was meant.
            }
        });
        while (start.isAlive() && ServerKill.processes(neon, branch).isEmpty()) {
            Thread.sleep(1);
        }
        Thread.sleep(random.nextInt(RECOVERY_MILLIS));
        ServerKill.all(neon, branch);
        start.join();
        ServerKill.all(neon, branch);
    }
}
