package io.policyengine.worker.store;

import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreReply;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts replies of a Redis server. */
final class Replies {
    private static final StoreReply NONE = new StoreReply.None();

    private Replies() {}

    /** Converts a reply; null means nil. Throws {@link StoreException} for a kind that scripts never return. */
    static StoreReply of(String store, @Nullable Response reply) {
        if (reply == null) {
            return NONE;
        }
        return switch (reply.type()) {
            case NUMBER -> new StoreReply.Whole(whole(reply));
            case BULK -> new StoreReply.Bytes(reply.toBuffer());
            case SIMPLE -> new StoreReply.Bytes(Buffer.buffer(reply.toString()));
            case BOOLEAN -> Boolean.TRUE.equals(reply.toBoolean()) ? new StoreReply.Whole(1) : NONE;
            case MULTI -> many(store, reply);
            case ERROR, PUSH, ATTRIBUTE ->
                throw new StoreException(
                        StoreException.Kind.MALFORMED, store, "the reply is not one that scripts return");
        };
    }

    /** Returns a reply's integer. Throws {@link NumberFormatException} if the reply is not an integer. */
    static long whole(Response reply) {
        Long number = reply.toLong();
        if (number == null) {
            throw new NumberFormatException("not a number");
        }
        return number;
    }

    private static StoreReply many(String store, Response reply) {
        List<StoreReply> all = new ArrayList<>(reply.size());
        for (int i = 0; i < reply.size(); i++) {
            all.add(of(store, reply.get(i)));
        }
        return new StoreReply.Many(all);
    }
}
