package dev.neon.wal;

import dev.neon.postgres.PostgresMajor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Builds {@link CraftedRecord}s that refer to blocks: those of relation 1663/5/16384 from number 7 on. Bytes are told
 * in hexadecimal digits; blanks do not count.
 */
public final class CraftedBody {
    private static final int HAS_IMAGE = 0x10;
    private static final int HAS_DATA = 0x20;
    private static final int WILL_INIT = 0x40;
    private static final String IMAGE = "11223344 55667788";
    private static final int HOLE_OFFSET = 4;

    private final PostgresMajor major;
    private final ByteArrayOutputStream headers = new ByteArrayOutputStream();
    private final ByteArrayOutputStream contents = new ByteArrayOutputStream();
    private int blocks;

    private CraftedBody(PostgresMajor major) {
        this.major = major;
    }

    public static CraftedBody of(PostgresMajor major) {
        return new CraftedBody(major);
    }

    public CraftedBody block(String data) {
        return block(0, data, "");
    }

    /** A block that redo makes anew. */
    public CraftedBody newBlock(String data) {
        return block(WILL_INIT, data, "");
    }

    /** A block that redo restores from an image. */
    public CraftedBody restoredBlock(String data) {
        return block(HAS_IMAGE, data, IMAGE);
    }

    private CraftedBody block(int flags, String data, String image) {
        byte[] bytes = CraftedRecord.bytes(data);
        ByteBuffer header = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        header.put((byte) blocks).put((byte) (flags | (bytes.length > 0 ? HAS_DATA : 0)));
        header.putShort((short) bytes.length);
        if (!image.isEmpty()) {
            header.putShort((short) CraftedRecord.bytes(image).length).putShort((short) HOLE_OFFSET);
            header.put((byte) (major.isImageApplied(0x02) ? 0x03 : 0x05));
        }
        header.putInt(1663).putInt(5).putInt(16384).putInt(7 + blocks);
        headers.write(header.array(), 0, header.position());
        contents.writeBytes(CraftedRecord.bytes(image));
        contents.writeBytes(bytes);
        blocks++;
        return this;
    }

    public CraftedRecord record(int rmid, int info, int xid, String main) {
        byte[] bytes = CraftedRecord.bytes(main);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(headers.toByteArray());
        body.write(255);
        body.write(bytes.length);
        body.writeBytes(contents.toByteArray());
        body.writeBytes(bytes);
        return new CraftedRecord(major, rmid, info, xid, body.toByteArray());
    }
}
