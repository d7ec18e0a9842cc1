package io.policyengine.core.coding;

import io.policyengine.core.coding.Layer.Sink;
import io.policyengine.core.vertx.ByteBufs;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A coder that consists of layers. Each layer passes its output to the next one in small parts, so nothing accumulates
 * between them.
 */
final class LayeredCoder implements BodyCoder {
    private final GatheredBytes output = new GatheredBytes();
    private final Deque<Stage> stages = new ArrayDeque<>();
    private List<BoundedSink> bounds;
    private Sink first;
    private final long maxBytes;
    private boolean closed;

    private LayeredCoder(List<Layer> layers, List<BoundedSink> bounds, long maxBytes, UnaryOperator<Sink> bound) {
        this.bounds = bounds;
        this.maxBytes = maxBytes;
        Sink next = bound.apply(output);
        for (Layer layer : layers.reversed()) {
            Stage stage = new Stage(layer, next);
            stages.addFirst(stage);
            next = stages.size() == layers.size() ? stage : bound.apply(stage);
        }
        this.first = next;
    }

    /**
     * Returns a decoder of the codings in the given order, which must be the reverse of the order in which they were
     * applied.
     */
    static LayeredCoder decoder(List<Coding> codings, long maxBytes) {
        List<BoundedSink> bounds = new ArrayList<>(codings.size());
        return new LayeredCoder(open(codings, Layers::decoder), bounds, maxBytes, sink -> {
            BoundedSink bound = new BoundedSink(sink, maxBytes);
            bounds.add(bound);
            return bound;
        });
    }

    /** Returns an encoder that applies the codings in order. */
    static LayeredCoder encoder(List<Coding> codings) {
        return new LayeredCoder(open(codings, Layers::encoder), List.of(), 0, sink -> sink);
    }

    private static List<Layer> open(List<Coding> codings, Function<Coding, Layer> open) {
        List<Layer> layers = new ArrayList<>(codings.size());
        boolean complete = false;
        try {
            codings.forEach(coding -> layers.add(open.apply(coding)));
            complete = true;
            return layers;
        } finally {
            if (!complete) {
                layers.forEach(Layer::close);
            }
        }
    }

    @Override
    public Buffer next(Buffer chunk, boolean last) throws CodingException {
        if (closed) {
            throw new IllegalStateException("the coder is closed: its body ended, failed, or is no longer wanted");
        }
        bounds.forEach(BoundedSink::beginChunk);
        boolean failed = true;
        try {
            if (chunk.length() > 0) {
                feed(chunk);
                if (!last) {
                    flush();
                }
            }
            if (last) {
                finish();
            }
            failed = false;
            return output.take();
        } finally {
            if (failed || last) {
                close();
            }
        }
    }

    @Override
    public long nativeBytes() {
        return sum(0);
    }

    @Override
    public long nativeBytesAfter(Buffer chunk) {
        if (chunk.length() > 0) {
            stages.getFirst().layer.announce(chunk.getByte(0));
        }
        return sum(maxBytes);
    }

    private long sum(long moreOutput) {
        return closed
                ? 0
                : stages.stream()
                        .mapToLong(stage -> stage.layer.nativeBytes(moreOutput))
                        .sum();
    }

    private void feed(Buffer chunk) throws CodingException {
        for (ByteBuffer bytes : ByteBufs.of(chunk).nioBuffers()) {
            if (bytes.isDirect() || bytes.hasArray()) {
                first.accept(bytes);
            } else {
                feedCopy(bytes);
            }
        }
    }

    private void feedCopy(ByteBuffer bytes) throws CodingException {
        ByteBuffer copy = ByteBuffer.allocate(Math.min(bytes.remaining(), Layer.SCRATCH));
        while (bytes.hasRemaining()) {
            Layer.fill(copy, bytes);
            first.accept(copy.flip());
        }
    }

    private void flush() throws CodingException {
        for (Stage stage : stages) {
            stage.flush();
        }
    }

    private void finish() throws CodingException {
        for (Stage stage : stages) {
            stage.finish();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            stages.forEach(stage -> stage.layer.close());
            // References to a closed coder must not retain the buffers of its layers.
            stages.clear();
            bounds = List.of();
            first = output;
        }
    }

    private static final class Stage implements Sink {
        private final Layer layer;
        private final Sink next;
        private boolean fed;

        Stage(Layer layer, Sink next) {
            this.layer = layer;
            this.next = next;
        }

        @Override
        public void accept(ByteBuffer bytes) throws CodingException {
            if (bytes.hasRemaining()) {
                fed = true;
                layer.write(bytes, next);
            }
        }

        void flush() throws CodingException {
            if (fed) {
                layer.flush(next);
            }
        }

        void finish() throws CodingException {
            if (fed) {
                layer.finish(next);
            }
        }
    }

    /** A sink that accepts a maximum number of bytes per chunk, and fails if more are written. */
    private static final class BoundedSink implements Sink {
        private final Sink next;
        private final long maxBytes;
        private long passed;

        BoundedSink(Sink next, long maxBytes) {
            this.next = next;
            this.maxBytes = maxBytes;
        }

        void beginChunk() {
            passed = 0;
        }

        @Override
        public void accept(ByteBuffer bytes) throws CodingException {
            if (bytes.remaining() > maxBytes - passed) {
                throw CodingException.tooLarge(maxBytes);
            }
            passed += bytes.remaining();
            next.accept(bytes);
        }
    }
}
