package io.policyengine.protocol;

import com.google.protobuf.MessageLite;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gathers messages into batches, each of which is written as soon as one more message would make it too long. Holds no more than one
 * batch: {@code fullAt} bytes, or a single longer message.
 *
 * @param <M> a message
 */
abstract class BatchWriter<M extends MessageLite> {
    private final int fullAt;
    private final Consumer<Buffer> out;
    private final List<M> messages = new ArrayList<>();
    private int bytes;

    /**
     * A writer with nothing to write.
     *
     * @param fullAt bytes after which a batch is full
     * @param out takes each batch
     */
    BatchWriter(int fullAt, Consumer<Buffer> out) {
        this.fullAt = fullAt;
        this.out = out;
    }

    /** Puts a message into the batch; writes what came before it if the batch would be too long. */
    final void add(M message) {
        int size = message.getSerializedSize();
        if (bytes > 0 && bytes + size > fullAt) {
            flush();
        }
        messages.add(message);
        bytes += size;
    }

    /** The batch of these messages, of which none is held on to. */
    abstract MessageLite batch(List<M> messages);

    /** True if nothing waits to be written. */
    public final boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Writes what there is; of nothing, an empty batch, which opens a stream or shows that it is served. */
    public final void flush() {
        MessageLite full = batch(messages);
        messages.clear();
        bytes = 0;
        out.accept(WireBytes.buffer(full));
    }
}
