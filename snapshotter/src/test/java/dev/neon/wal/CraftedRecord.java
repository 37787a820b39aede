package dev.neon.wal;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.postgres.PostgresMajor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One record made of hexadecimal bytes, in which blanks do not count. Its blocks are blocks 10, 11 and so on of relation
 * 1663/5/16384. Immutable.
 */
public final class CraftedRecord {
    private static final int HAS_IMAGE = 0x10;
    private static final int HAS_DATA = 0x20;
    private static final int XID = 700;

    private record Block(int flags, byte[] data) {}

    private final PostgresMajor major;
    private final int rmid;
    private final int info;
    private final List<Block> blocks;
    private final byte[] main;

    private CraftedRecord(PostgresMajor major, int rmid, int info, List<Block> blocks, byte[] main) {
        this.major = major;
        this.rmid = rmid;
        this.info = info;
        this.blocks = blocks;
        this.main = main;
    }

    /** A record without blocks and main data. */
    public static CraftedRecord of(PostgresMajor major, int rmid, int info) {
        return new CraftedRecord(major, rmid, info, List.of(), new byte[0]);
    }

    /** With a block more, of this data. */
    public CraftedRecord block(String data) {
        byte[] bytes = parse(data);
        return with(new Block(bytes.length == 0 ? 0 : HAS_DATA, bytes));
    }

    /** With a block more, of which redo restores an image. */
    public CraftedRecord image() {
        return with(new Block(HAS_IMAGE, new byte[0]));
    }

    private CraftedRecord with(Block block) {
        List<Block> more = new ArrayList<>(blocks);
        more.add(block);
        return new CraftedRecord(major, rmid, info, List.copyOf(more), main);
    }

    public CraftedRecord main(String data) {
        return main(parse(data));
    }

    private CraftedRecord main(byte[] data) {
        return new CraftedRecord(major, rmid, info, blocks, data);
    }

    /** With main data of another length: cut, or filled up with zeros. */
    public CraftedRecord mainOfLength(int length) {
        return main(Arrays.copyOf(main, length));
    }

    public int mainLength() {
        return main.length;
    }

    public PostgresMajor major() {
        return major;
    }

    public int rmid() {
        return rmid;
    }

    /** The record as a reader finds it in WAL. */
    public WalRecord read() {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            CraftedWal wal = new CraftedWal(major);
            wal.record(rmid, info, XID, body());
            WalReader reader = WalReader.from(wal.source(files.getPath("/wal")), wal.records().getFirst().start());
            if (!reader.next()) {
                throw new IllegalStateException(reader.why().toString());
            }
            return reader.record();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] body() {
        ByteBuffer body = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int id = 0; id < blocks.size(); id++) {
            Block block = blocks.get(id);
            body.put((byte) id).put((byte) block.flags()).putShort((short) block.data().length);
            if (block.flags() == HAS_IMAGE) {
                // Four bytes, then a hole up to the end of the page.
                body.putShort((short) 4).putShort((short) 4).put((byte) (major.isImageApplied(0x02) ? 0x03 : 0x05));
            }
            body.putInt(1663).putInt(5).putInt(16384).putInt(10 + id);
        }
        if (main.length > 255) {
            body.put((byte) 254).putInt(main.length);
        } else if (main.length > 0) {
            body.put((byte) 255).put((byte) main.length);
        }
        for (Block block : blocks) {
            body.put(block.flags() == HAS_IMAGE ? new byte[4] : block.data());
        }
        body.put(main);
        byte[] bytes = new byte[body.position()];
        body.get(0, bytes);
        return bytes;
    }

    private static byte[] parse(String hexadecimal) {
        return HexFormat.of().parseHex(hexadecimal.replaceAll("\\s", ""));
    }
}
