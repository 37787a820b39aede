package dev.neon.rmgr.heap;

import dev.neon.wal.RecordCursor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Plans for freezing, at first without the tuples that they are for: these stand at the end of the block's data, plan
 * by plan. Each plan ({@code REL_17 heapam_xlog.h xlhp_freeze_plan}, {@code REL_16 xl_heap_freeze_plan}):
 * <pre>
 *  0  u32 xmax
 *  4  u16 t_infomask2
 *  6  u16 t_infomask
 *  8  u8  frzflags
 *  9  padding
 * 10  u16 ntuples
 * </pre>
 */
final class FreezePlans16 {
    private static final int BYTES = 12;

    private record Plan(int xmax, int infomask2, int infomask, int flags, int tuples) {}

    private final List<Plan> plans;

    private FreezePlans16(List<Plan> plans) {
        this.plans = plans;
    }

    static FreezePlans16 none() {
        return new FreezePlans16(List.of());
    }

    static FreezePlans16 read(RecordCursor data, int count) {
        return new FreezePlans16(data.list(count, BYTES, FreezePlans16::plan));
    }

    private static Plan plan(RecordCursor plan) {
        return new Plan(plan.i32(), plan.u16(), plan.u16(), Flags.read(plan, FreezePlan.FLAGS), plan.skip(1).u16());
    }

    List<FreezePlan> withOffsets(RecordCursor data) {
        List<FreezePlan> whole = new ArrayList<>();
        for (Plan plan : plans) {
            whole.add(new FreezePlan(plan.xmax, plan.infomask2, plan.infomask, plan.flags, data.u16s(plan.tuples)));
        }
        return Collections.unmodifiableList(whole);
    }
}
