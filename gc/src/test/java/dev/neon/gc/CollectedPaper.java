package dev.neon.gc;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.gc.PaperRepository.Time;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of a repository in memory with the branch main, in which a collection takes all that no name leads to. */
abstract class CollectedPaper {
    final Time clock = new Time();
    FileSystem memory;
    Path directory;
    PaperRepository paper;
    /** The branch's timeline. */
    TimelineId main;

    @BeforeEach
    void create() {
        memory = Jimfs.newFileSystem(Configuration.unix());
        directory = memory.getPath("/work/.neon");
        paper = PaperRepository.create(directory, clock);
        paper.repository().config().set("gc.reflogExpire", "0s");
        paper.repository().config().set("gc.horizon", "0");
        main = paper.root();
        set(RefName.branch("main"), new RefTarget.Timeline(main));
        set(RefName.HEAD, new RefTarget.Symbolic(RefName.branch("main")));
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
    }

    final void set(RefName name, RefTarget target) {
        paper.repository().refs().begin("test").set(name, target).commit();
    }
}
