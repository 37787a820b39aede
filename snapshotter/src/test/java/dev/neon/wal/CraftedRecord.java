package dev.neon.wal;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.postgres.PostgresMajor;
import dev.neon.rmgr.ResourceManager;
import dev.neon.rmgr.RmgrRecord;
import dev.neon.dialect.WalDialect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/**
 * One record made of hexadecimal bytes, in which blanks do not count, and read as any other. Block {@code id} is block
 * 10 and {@code id} of relation 1663/5/16384. Immutable.
 *
 * @param origin 0 for none
 */
public record CraftedRecord(PostgresMajor major, int rmid, int info, int xid, int origin, List<Block> blocks,
        byte[] main) {
    private static final int XID = 700;
    private static final int VISIBILITY_MAP = 0x02;
    private static final int HAS_IMAGE = 0x10;
    private static final int HAS_DATA = 0x20;
    private static final int WILL_INIT = 0x40;
    private static final int HAS_HOLE = 0x01;
    /** Four bytes, then a hole up to the end of the page. */
    private static final byte[] IMAGE = {1, 2, 3, 4};

    enum Image {
        NONE, RESTORED, CHECKED
    }

    record Block(int id, int number, int flags, Image image, byte[] imageBytes, byte[] data) {
        Block(int id, int flags, Image image, byte[] data) {
            this(id, 10 + id, flags, image, image == Image.NONE ? new byte[0] : IMAGE, data);
        }
    }

    /** A record without blocks and main data, of transaction 700. */
    public static CraftedRecord of(PostgresMajor major, int rmid, int info) {
        return new CraftedRecord(major, rmid, info, XID, 0, List.of(), new byte[0]);
    }

    /** A record of main data only. */
    public static CraftedRecord main(PostgresMajor major, int rmid, int info, int xid, String data) {
        return new CraftedRecord(major, rmid, info, xid, 0, List.of(), bytes(data));
    }

    public CraftedRecord origin(int newOrigin) {
        return new CraftedRecord(major, rmid, info, xid, newOrigin, blocks, main);
    }

    /** With a block more, of this data. */
    public CraftedRecord block(String data) {
        return block(blocks.size(), data);
    }

    /** With a block more, of this data. */
    public CraftedRecord block(int id, String data) {
        return with(new Block(id, 0, Image.NONE, bytes(data)));
    }

    /** With a block more, of this number in its fork, which redo makes anew. */
    public CraftedRecord newBlock(int id, int number, String data) {
        return with(new Block(id, number, WILL_INIT, Image.NONE, new byte[0], bytes(data)));
    }

    /** With a block more, which redo makes anew. */
    public CraftedRecord newBlock(String data) {
        return with(new Block(blocks.size(), WILL_INIT, Image.NONE, bytes(data)));
    }

    /** With a block more, of which redo restores an image. */
    public CraftedRecord image() {
        return restoredBlock(blocks.size(), "");
    }

    /** With a block more, of which redo restores this image of a whole page. */
    public CraftedRecord image(byte[] page) {
        return with(new Block(blocks.size(), 10 + blocks.size(), 0, Image.RESTORED, page, new byte[0]));
    }

    /** With a block more, of which redo restores an image. */
    public CraftedRecord restoredBlock(int id) {
        return restoredBlock(id, "");
    }

    /** With a block more, of which redo restores an image, with data besides, as for logical decoding. */
    public CraftedRecord restoredBlock(int id, String data) {
        return with(new Block(id, 0, Image.RESTORED, bytes(data)));
    }

    /** With a block more, with an image that only checks redo. */
    public CraftedRecord checkedBlock(int id, String data) {
        return with(new Block(id, 0, Image.CHECKED, bytes(data)));
    }

    /** With a block more, the first of the visibility map. */
    public CraftedRecord visibilityMap(int id) {
        return with(new Block(id, 0, VISIBILITY_MAP, Image.NONE, new byte[0], new byte[0]));
    }

    private CraftedRecord with(Block block) {
        List<Block> more = new ArrayList<>(blocks);
        more.add(block);
        return new CraftedRecord(major, rmid, info, xid, origin, List.copyOf(more), main);
    }

    public CraftedRecord main(String data) {
        return main(bytes(data));
    }

    private CraftedRecord main(byte[] data) {
        return new CraftedRecord(major, rmid, info, xid, origin, blocks, data);
    }

    /** With main data of another length: cut, or filled up with zeros. */
    public CraftedRecord mainOfLength(int length) {
        return main(Arrays.copyOf(main, length));
    }

    public int mainLength() {
        return main.length;
    }

    /** The record as a reader finds it in WAL. */
    public WalRecord read() {
        return read(major, rmid, info, xid, body());
    }

    /** A record of any bytes after its header, as a reader finds it in WAL. */
    static WalRecord read(PostgresMajor major, int rmid, int info, int xid, byte[] body) {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            CraftedWal wal = new CraftedWal(major);
            wal.record(rmid, info, xid, body);
            WalReader reader = WalReader.from(wal.source(files.getPath("/wal")), wal.records().getFirst().start());
            if (!reader.next()) {
                throw new IllegalStateException(reader.why().toString());
            }
            return reader.record();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public <T> T read(Function<WalRecord, T> use) {
        return use.apply(read());
    }

    /** @throws dev.neon.repo.error.UnsupportedWalException as the decoder does */
    public RmgrRecord decode() {
        return manager().decode(read());
    }

    /** The name of the operation and the description, as in a line of {@code pg_waldump}. */
    public String describe() {
        StringBuilder text = new StringBuilder(manager().operation(info)).append(' ');
        manager().describe(read(), text);
        return text.toString();
    }

    private ResourceManager<?> manager() {
        return WalDialect.of(major).manager(rmid);
    }

    private byte[] body() {
        ByteBuffer body = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (Block block : blocks) {
            putHeader(body, block);
        }
        if (origin != 0) {
            body.put((byte) 253).putShort((short) origin);
        }
        if (main.length > 255) {
            body.put((byte) 254).putInt(main.length);
        } else if (main.length > 0) {
            body.put((byte) 255).put((byte) main.length);
        }
        for (Block block : blocks) {
            body.put(block.imageBytes).put(block.data);
        }
        body.put(main);
        return Arrays.copyOf(body.array(), body.position());
    }

    private void putHeader(ByteBuffer body, Block block) {
        int flags = block.flags | (block.data.length > 0 ? HAS_DATA : 0) | (block.image != Image.NONE ? HAS_IMAGE : 0);
        body.put((byte) block.id).put((byte) flags).putShort((short) block.data.length);
        if (block.image != Image.NONE) {
            int apply = block.image == Image.CHECKED ? 0 : major.isImageApplied(0x02) ? 0x02 : 0x04;
            int length = block.imageBytes.length;
            boolean isWhole = length == WalRecord.PAGE_SIZE;
            body.putShort((short) length).putShort((short) (isWhole ? 0 : length))
                    .put((byte) (isWhole ? apply : HAS_HOLE | apply));
        }
        body.putInt(1663).putInt(5).putInt(16384).putInt(block.number);
    }

    public static byte[] bytes(String hexadecimal) {
        return HexFormat.of().parseHex(hexadecimal.replaceAll("\\s", ""));
    }
}
