package io.policyengine.policies.ai.semanticcache.entry;

import io.policyengine.core.store.StoreException;
import io.policyengine.policies.ai.semanticcache.vector.Embedding;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import io.vertx.core.buffer.Buffer;

/**
 * A stored answer, with its question. Immutable.
 *
 * @param id digest of the question's text
 * @param embedding exact vector of the question's text
 */
public record Entry(String id, Embedding embedding, KeptAnswer answer) {
    private static final int OVERHEAD = 300;

    /** Returns the approximate size in memory, in bytes. */
    int bytes() {
        return OVERHEAD + embedding.bytes() + embedding.dimensions() + answer.bytes();
    }

    /** Encodes the entry without its id. */
    Buffer encode() {
        Buffer out = Buffer.buffer(embedding.encodedBytes() + answer.bytes());
        embedding.appendTo(out);
        return out.appendBuffer(answer.encode());
    }

    /** Decodes the entry with this id; throws StoreException if the bytes are invalid. */
    static Entry decode(String id, Buffer bytes) {
        try {
            Embedding embedding = Embedding.readFrom(bytes);
            return new Entry(
                    id, embedding, KeptAnswer.decode(bytes.getBuffer(embedding.encodedBytes(), bytes.length())));
        } catch (IndexOutOfBoundsException cut) {
            throw new StoreException(
                    StoreException.Kind.MALFORMED, "", "a value is not an answer that this version has stored");
        }
    }
}
