package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the token usage in a response body, which is complete or chunked. The body is a JSON text, the data of
 * server-sent events, or Amazon's event stream. Large pieces are read off the event loop. Reading never fails: if a
 * large piece cannot be read, the usage is unknown.
 */
public final class UsageReader {
    /**
     * Maximum size of a piece of a response body whose token usage is read on the event loop, in bytes. Reading it
     * takes less than a millisecond.
     */
    private static final int LARGE = 64 << 10;

    private final PolicyEnvironment env;
    private final ToldUsage told = new ToldUsage();
    private final @Nullable UsageBody body;
    private boolean isGivenUp;

    /**
     * Creates a reader for a body with these header fields. Bodies whose media type is missing or unknown are not read.
     */
    public UsageReader(PolicyEnvironment env, HeaderMap headers) {
        this.env = env;
        this.body = body(MediaTypes.typeOf(Objects.requireNonNullElse(headers.get("content-type"), "")));
    }

    private @Nullable UsageBody body(String type) {
        if (type.equals("text/event-stream")) {
            return new EventData(told);
        }
        if (type.equals("application/vnd.amazon.eventstream")) {
            return new AmazonEvents(told);
        }
        return JsonTypes.isJson(type) ? new UsageText(told) : null;
    }

    /** Returns whether this reader reads the body, which depends on its media type. */
    public boolean isRead() {
        return body != null;
    }

    /**
     * Reads the complete body, or its next chunk.
     *
     * @param last true if the body ends with this chunk
     * @return the usage known so far; never fails
     */
    public Future<Usage> take(Call call, Buffer chunk, boolean last) {
        if (isGivenUp || body == null) {
            return Future.succeededFuture(Usage.NONE);
        }
        if (chunk.length() <= LARGE) {
            return Future.succeededFuture(read(chunk.getBytes(), last, () -> false));
        }
        return env.offLoop(
                        call, Work.onBody(chunk.length(), chunk.length()), stop -> read(chunk.getBytes(), last, stop))
                .recover(_ -> {
                    isGivenUp = true;
                    return Future.succeededFuture(Usage.NONE);
                });
    }

    private Usage read(byte[] bytes, boolean last, StopSignal stop) {
        if (body == null) {
            return Usage.NONE;
        }
        for (int i = 0; i < bytes.length; i += LARGE) {
            stop.check();
            body.take(bytes, i, Math.min(bytes.length, i + LARGE));
        }
        if (last) {
            body.end();
        }
        return told.usage();
    }
}
