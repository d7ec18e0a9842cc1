package io.policyengine.protocol;

import com.google.protobuf.MessageLite;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Collects messages into batches. A batch is written when the next message would make it too long. Holds at most one
 * batch: of at most {@code fullAt} bytes, or of a single longer message.
 *
 * @param <M> a message
 */
abstract class BatchWriter<M extends MessageLite> {
    private final int fullAt;
    private final Consumer<Buffer> out;
    private final List<M> messages = new ArrayList<>();
    private int bytes;

    /**
     * Creates an empty writer.
     *
     * @param fullAt bytes after which a batch is full
     * @param out receives each batch
     */
    BatchWriter(int fullAt, Consumer<Buffer> out) {
        this.fullAt = fullAt;
        this.out = out;
    }

    /** Adds a message to the batch. If the batch would become too long, writes the batch first. */
    final void add(M message) {
        int size = message.getSerializedSize();
        if (bytes > 0 && bytes + size > fullAt) {
            flush();
        }
        messages.add(message);
        bytes += size;
    }

    /** Returns a batch of these messages. The implementation must not keep the list. */
    abstract MessageLite batch(List<M> messages);

    public final boolean isEmpty() {
        return messages.isEmpty();
    }

    /**
     * Writes the collected messages. An empty batch is written, too, since it opens a stream, or confirms that the
     * stream is served.
     */
    public final void flush() {
        MessageLite full = batch(messages);
        messages.clear();
        bytes = 0;
        out.accept(WireBytes.buffer(full));
    }
}
