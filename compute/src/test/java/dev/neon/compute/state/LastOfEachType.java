package dev.neon.compute.state;

import dev.neon.dialect.WalDialect;
import dev.neon.repo.Lsn;
import dev.neon.rmgr.ResourceManager;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Points right after records that change more than pages of relations: for each type, after the last. */
final class LastOfEachType {
    private static final Set<String> PAGES_ONLY = Set.of("Heap", "Heap2", "Btree", "Hash", "Gin", "Gist", "Sequence",
            "SPGist", "BRIN", "Generic", "LogicalMessage", "Standby");

    private LastOfEachType() {}

    /** By the name of the type: {@code Transaction COMMIT}. */
    static Map<String, Lsn> find(WalSource source, Lsn from, Lsn to) {
        WalDialect dialect = WalDialect.of(source.major());
        Map<String, Lsn> last = new TreeMap<>();
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.end().isBefore(to) && reader.next()) {
                ResourceManager<?> manager = dialect.manager(reader.rmid());
                if (!PAGES_ONLY.contains(manager.name())) {
                    last.put(manager.name() + " " + manager.operation(reader.info()), reader.end());
                }
            }
        }
        return last;
    }
}
