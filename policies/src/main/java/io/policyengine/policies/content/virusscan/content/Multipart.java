package io.policyengine.policies.content.virusscan.content;

import io.policyengine.policies.format.multipart.Boundary;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.multipart.MultipartReader;
import io.policyengine.policies.format.multipart.Part;
import io.policyengine.policies.format.multipart.PartSink;
import io.vertx.core.buffer.Buffer;

/** Reads a multipart container part by part. The text around the parts is a content item as well. */
final class Multipart implements ContentReader {
    private final ContentSink into;
    private final int depth;
    private final MultipartReader<UnopenableException> reader;
    private ContentReader content;

    /** The bytes that are being read. Pieces are views of this buffer. */
    private Buffer buffer = Buffer.buffer();

    private byte[] octets = new byte[0];

    /**
     * Creates a reader that has read nothing yet.
     *
     * @param depth number of multipart containers around this one
     */
    Multipart(Boundary boundary, ContentSink into, int depth) throws MultipartFault {
        this.into = into;
        this.depth = depth;
        this.reader = new MultipartReader<>(boundary, depth, new Sink());
        this.content = new SurroundingText(into);
    }

    @Override
    public void take(Buffer bytes) throws UnopenableException {
        buffer = bytes;
        octets = bytes.getBytes();
        try {
            reader.take(octets, 0, octets.length);
        } catch (MultipartFault fault) {
            throw new UnopenableException(fault.why());
        } finally {
            buffer = Buffer.buffer();
            octets = new byte[0];
        }
    }

    @Override
    public long heldBytes() {
        return reader.heldBytes() + content.heldBytes();
    }

    @Override
    public void end() throws UnopenableException {
        try {
            reader.end();
        } catch (MultipartFault fault) {
            throw new UnopenableException(fault.why());
        }
    }

    private final class Sink implements PartSink<UnopenableException> {
        @Override
        public void surrounding(byte[] bytes, int start, int end) throws UnopenableException {
            content(bytes, start, end);
        }

        @Override
        public void part(Part part) throws UnopenableException {
            boolean isSkipped = depth == 0
                    && part.name().isPresent()
                    && !into.rules().isScanned(part.name().get());
            content = isSkipped ? new SkippedContent() : ContentReaders.of(part.fields(), into, depth + 1);
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // octets of the chunk itself need no copy
        public void content(byte[] bytes, int start, int end) throws UnopenableException {
            content.take(
                    bytes == octets
                            ? buffer.slice(start, end)
                            : Buffer.buffer(end - start).appendBytes(bytes, start, end - start));
        }

        @Override
        public void end() throws UnopenableException {
            content.end();
            content = new SurroundingText(into);
        }
    }
}
