package dev.neon.catalog;

import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import dev.neon.slice.PageSource;
import dev.neon.state.DatabaseDirectory;
import dev.neon.state.DatabaseFiles;
import dev.neon.state.Slru;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/** The pages of a cluster, wherever they are. */
final class PagesSource implements CatalogSource {
    private final PageSource pages;

    PagesSource(PageSource pages) {
        this.pages = pages;
    }

    @Override
    public PostgresMajor major() {
        return pages.metadata().major();
    }

    @Override
    public RelationMap sharedMap() {
        return RelationMap.parse(Path.of("global", RelationMap.FILE_NAME), pages.metadata().globalMap());
    }

    @Override
    public Optional<RelationMap> map(int tablespace, int database) {
        DatabaseDirectory directory = new DatabaseDirectory(tablespace, database);
        return Optional.ofNullable(pages.metadata().databases().get(directory)).filter(DatabaseFiles::hasMap)
                .map(files -> RelationMap.parse(Path.of(directory.path(major()), RelationMap.FILE_NAME), files.map()));
    }

    @Override
    public void showPages(int tablespace, int database, int relation, Visitor visitor) {
        ForkKey fork = new ForkKey(new RelFileLocator(tablespace, database, relation), ForkNumber.MAIN.ordinal());
        byte[] page = new byte[Page.SIZE];
        ByteBuffer bytes = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
        for (int block = 0; pages.read(fork, block, page); block++) {
            visitor.page(bytes, 0);
        }
    }

    @Override
    public byte[] commitLog(int file) {
        byte[] content = new byte[Slru.PAGES_PER_FILE * Page.SIZE];
        byte[] page = new byte[Page.SIZE];
        for (int i = 0; i < Slru.PAGES_PER_FILE; i++) {
            if (pages.read(Slru.XACT.fork(), file * Slru.PAGES_PER_FILE + i, page)) {
                System.arraycopy(page, 0, content, i * Page.SIZE, Page.SIZE);
            }
        }
        return content;
    }
}
