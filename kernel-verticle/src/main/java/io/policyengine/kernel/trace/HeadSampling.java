package io.policyengine.kernel.trace;

import io.policyengine.core.config.TracingConfig;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.TraceParent;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Determines the trace of an exchange at its first message, and whether its spans are sampled. Confined to one event
 * loop.
 *
 * <p>The parent is Envoy's span from the headers of the gRPC stream, or else the span from the request's headers. No
 * memory is allocated for an exchange that is not sampled.
 */
public final class HeadSampling {
    private static final String STATE = "tracestate";

    private final boolean enabled;
    private final TracingConfig.Sampler sampler;
    private final double rate;
    private final List<TracingConfig.Propagation> formats;
    private final RandomGenerator random;
    private final ParentSpan parent = new ParentSpan();
    private String state = "";

    /**
     * Creates the sampling for the given settings.
     *
     * @param random the event loop's random generator, for ids and sampling
     */
    public HeadSampling(TracingConfig config, RandomGenerator random) {
        this.enabled = config.enabled();
        this.sampler = config.sampler();
        this.rate = config.samplingRate();
        this.formats = config.propagation();
        this.random = random;
    }

    /**
     * Returns the trace of an exchange.
     *
     * @param stream the headers with which Envoy opened the stream
     * @param request the headers of the request; empty if unknown
     */
    public TraceContext of(MultiMap stream, HeaderMap request) {
        if (!enabled) {
            return TraceContext.NONE;
        }
        return switch (sampler) {
            // Drawn first, so that headers of unsampled exchanges are not even parsed.
            case RATIO -> isDrawn() ? joined(stream, request, true) : TraceContext.NONE;
            case PARENT -> followed(stream, request);
            case ON_ERROR, SLOW -> joined(stream, request, false);
        };
    }

    private TraceContext followed(MultiMap stream, HeaderMap request) {
        read(stream, request);
        boolean kept = parent.isDecided() ? parent.isSampled() : isDrawn();
        return kept ? context(true) : TraceContext.NONE;
    }

    private TraceContext joined(MultiMap stream, HeaderMap request, boolean isSampled) {
        read(stream, request);
        return context(isSampled);
    }

    private boolean isDrawn() {
        return rate >= 1 || (rate > 0 && random.nextDouble() < rate);
    }

    private TraceContext context(boolean isSampled) {
        return parent.span() == 0
                ? new TraceContext(random.nextLong(), notZero(), 0, notZero(), isSampled, "")
                : new TraceContext(parent.traceHigh(), parent.traceLow(), parent.span(), notZero(), isSampled, state);
    }

    private long notZero() {
        long drawn = random.nextLong();
        return drawn == 0 ? 1 : drawn;
    }

    private void read(MultiMap stream, HeaderMap request) {
        parent.clear();
        state = "";
        if (!isRead(stream, request)) {
            isRead(null, request);
        }
    }

    /**
     * Reads the parent span in the first format that is present. It is read from the stream's headers or, if these are
     * null, from the request's headers. Returns false if there is no parent.
     */
    private boolean isRead(@Nullable MultiMap stream, HeaderMap request) {
        for (int i = 0; i < formats.size(); i++) {
            boolean found = switch (formats.get(i)) {
                case W3C -> isReadW3c(stream, request);
                case B3 ->
                    parent.takeB3(field(stream, request, "b3"))
                            || parent.takeB3(
                                    field(stream, request, "x-b3-traceid"),
                                    field(stream, request, "x-b3-spanid"),
                                    field(stream, request, "x-b3-sampled"),
                                    field(stream, request, "x-b3-flags"));
            };
            if (found) {
                return true;
            }
        }
        return false;
    }

    private boolean isReadW3c(@Nullable MultiMap stream, HeaderMap request) {
        boolean found = parent.takeTraceparent(field(stream, request, "traceparent"));
        // The state of an unsampled trace is not used.
        if (found && parent.isSampled() && field(stream, request, STATE) != null) {
            List<String> all = stream == null ? request.getAll(STATE) : stream.getAll(STATE);
            state = TraceParent.legalState(String.join(",", all));
        }
        return found;
    }

    private static @Nullable String field(@Nullable MultiMap stream, HeaderMap request, String name) {
        return stream == null ? request.get(name) : stream.get(name);
    }
}
