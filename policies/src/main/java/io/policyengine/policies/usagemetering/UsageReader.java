package io.policyengine.policies.usagemetering;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.Stop;
import io.policyengine.core.work.Work;
import io.policyengine.policies.json.JsonTypes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the use of a model from the body of a response, whole or as it comes: one JSON text, or the data of server-sent events. It never
 * fails: a body that is too much to read has told nothing. What comes in large pieces is read off the event loop.
 */
final class UsageReader {
    /** Bytes that are read on the event loop at most: less than a millisecond. */
    private static final int LARGE = 64 << 10;

    private final PolicyEnvironment env;
    private final boolean isRead;
    private final ToldUsage told = new ToldUsage();
    private final UsageText text = new UsageText();
    private final @Nullable EventData events;
    private boolean isGivenUp;

    /** A reader of a body with these fields; of one whose media type is neither, or that has none, nothing is read. */
    UsageReader(PolicyEnvironment env, HeaderMap headers) {
        this.env = env;
        String field = Objects.requireNonNullElse(headers.get("content-type"), "");
        int parameters = field.indexOf(';');
        String type = (parameters < 0 ? field : field.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
        this.events = type.equals("text/event-stream") ? new EventData(text, told) : null;
        this.isRead = events != null || JsonTypes.isJson(type);
    }

    /** True if something is read. */
    boolean isRead() {
        return isRead;
    }

    /**
     * Takes the body, or its next chunk.
     *
     * @param last true if the body ends with it
     * @return what is known now; never fails
     */
    Future<Usage> take(Call call, Buffer chunk, boolean last) {
        if (isGivenUp) {
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

    private Usage read(byte[] bytes, boolean last, Stop stop) {
        for (int i = 0; i < bytes.length; i += LARGE) {
            stop.check();
            int end = Math.min(bytes.length, i + LARGE);
            if (events == null) {
                text.take(bytes, i, end);
            } else {
                events.take(bytes, i, end);
            }
        }
        if (last) {
            end();
        }
        return told.usage();
    }

    private void end() {
        if (events == null) {
            text.end(told);
        } else {
            events.end();
        }
    }
}
