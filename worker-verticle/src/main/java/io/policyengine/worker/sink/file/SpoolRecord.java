package io.policyengine.worker.sink.file;

import io.policyengine.core.sink.SinkRecord;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A record in a segment of a spool. It takes {@code length} bytes: the length of its data, a CRC-32C, and the data. */
record SpoolRecord(SinkRecord record, int length) {
    private static final int HEAD = 8;
    /** Maximum size of a spooled record with its attributes, in bytes. */
    private static final int MAX = 2 * SinkRecord.MAX_BYTES;

    static byte[] write(SinkRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(record.json().length() + 128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(0);
            out.writeUTF(record.id());
            out.writeUTF(record.type());
            Instant time = record.time();
            out.writeLong(time.getEpochSecond());
            out.writeInt(time.getNano());
            out.writeBoolean(record.isCloudEvent());
            out.write(record.json().getBytes());
        } catch (IOException tooLong) {
            throw new UncheckedIOException(tooLong);
        }
        byte[] written = bytes.toByteArray();
        int length = written.length - HEAD;
        ByteBuffer.wrap(written).putInt(length).putInt(crc(written, HEAD, length));
        return written;
    }

    /**
     * Returns the record at the buffer's position, without changing the position. Returns null if the record is
     * incomplete or damaged.
     */
    static @Nullable SpoolRecord read(ByteBuffer segment) {
        int at = segment.position();
        if (segment.remaining() < HEAD) {
            return null;
        }
        int length = segment.getInt(at);
        if (length < 0 || length > MAX || length > segment.remaining() - HEAD) {
            return null;
        }
        byte[] bytes = new byte[length];
        segment.get(at + HEAD, bytes);
        if (crc(bytes, 0, length) != segment.getInt(at + 4)) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String id = in.readUTF();
            String type = in.readUTF();
            Instant time = Instant.ofEpochSecond(in.readLong(), in.readInt());
            boolean isCloudEvent = in.readBoolean();
            Buffer json = Buffer.buffer(in.readAllBytes());
            return new SpoolRecord(new SinkRecord(id, type, time, json, isCloudEvent), HEAD + length);
        } catch (IOException | DateTimeException damaged) {
            return null;
        }
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
