package io.policyengine.kernel.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.policyengine.core.config.TracingConfig.Propagation;
import io.policyengine.core.config.TracingConfig.Sampler;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.TraceParent;
import io.vertx.core.MultiMap;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HeadSamplingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String OTHER = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String KEPT = "00-" + TRACE + "-" + SPAN + "-01";
    private static final String LEFT = "00-" + TRACE + "-" + SPAN + "-00";

    @Test
    void joinsTheTraceThatEnvoyTellsBeforeThatOfTheRequest() {
        TraceContext trace = sampling(Sampler.PARENT, 0)
                .of(stream("traceparent", KEPT), HeaderMap.of("traceparent", "00-" + OTHER + "-" + SPAN + "-01"));

        assertThat(trace.traceId()).isEqualTo(TRACE);
        assertThat(trace.parentSpan()).isEqualTo(0x00f067aa0ba902b7L);
        assertThat(trace.isSampled()).isTrue();
        assertThat(trace.spanId()).hasSize(16).isNotEqualTo(SPAN);
    }

    @Test
    void takesTheStateThatCameWithTheParent() {
        HeaderMap request = HeaderMap.of("traceparent", KEPT, "tracestate", "a=1", "tracestate", "b=2");

        assertThat(state(stream("traceparent", KEPT).add("tracestate", "envoy=1"), request))
                .isEqualTo("envoy=1");
        assertThat(state(stream("traceparent", KEPT), request)).isEmpty();
        assertThat(state(stream("tracestate", "of=nobody"), request)).isEqualTo("a=1,b=2");
        assertThat(state(stream(), HeaderMap.of("traceparent", KEPT, "tracestate", "a=" + "b".repeat(8192))))
                .isEmpty();
        assertThat(state(stream("b3", TRACE + "-" + SPAN + "-1").add("tracestate", "a=1"), HeaderMap.empty()))
                .isEmpty();
    }

    private static String state(MultiMap stream, HeaderMap request) {
        return sampling(Sampler.PARENT, 0, Propagation.W3C, Propagation.B3)
                .of(stream, request)
                .state();
    }

    @Test
    void tellsTheSpanOfACallOnlyWhereItIsSureToBeKept() {
        TraceContext kept = sampling(Sampler.PARENT, 0).of(stream("traceparent", KEPT), HeaderMap.empty());
        TraceContext undecided = sampling(Sampler.SLOW, 0).of(stream("traceparent", KEPT), HeaderMap.empty());

        assertThat(kept.ofCall(3)).isEqualTo(new TraceParent(TRACE, kept.spanOfCall(3), ""));
        assertThat(kept.spanOfCall(3)).isNotEqualTo(kept.spanOfCall(2));
        assertThat(undecided.ofCall(3)).isNull();
        assertThat(TraceContext.NONE.ofCall(3)).isNull();
    }

    @Test
    void joinsTheTraceOfTheRequestWhereEnvoyTellsNoneOrGarbage() {
        HeaderMap request = HeaderMap.of("traceparent", KEPT);

        assertThat(sampling(Sampler.PARENT, 0).of(stream(), request).traceId()).isEqualTo(TRACE);
        assertThat(sampling(Sampler.PARENT, 0)
                        .of(stream("traceparent", "a".repeat(8192)), request)
                        .traceId())
                .isEqualTo(TRACE);
    }

    @Test
    void followsAParentThatIsNotKept() {
        assertThat(sampling(Sampler.PARENT, 1).of(stream("traceparent", LEFT), HeaderMap.empty()))
                .isSameAs(TraceContext.NONE);
    }

    @Test
    void beginsATraceByChanceWhereThereIsNoParent() {
        HeadSampling all = sampling(Sampler.PARENT, 1);

        TraceContext one = all.of(stream(), HeaderMap.of("traceparent", "garbage"));
        TraceContext another = all.of(stream(), HeaderMap.empty());

        assertThat(one.parentSpan()).isZero();
        assertThat(one.isSampled()).isTrue();
        assertThat(one.traceId()).hasSize(32).isNotEqualTo(another.traceId());
        assertThat(sampling(Sampler.PARENT, 0).of(stream(), HeaderMap.empty())).isSameAs(TraceContext.NONE);
    }

    @Test
    void keepsAShareWhateverTheParentSays() {
        HeadSampling tenth = sampling(Sampler.RATIO, 0.1);

        long kept = IntStream.range(0, 10_000)
                .filter(_ ->
                        tenth.of(stream("traceparent", LEFT), HeaderMap.empty()).isSampled())
                .count();

        assertThat(kept).isBetween(900L, 1100L);
        TraceContext joined = sampling(Sampler.RATIO, 1).of(stream("traceparent", LEFT), HeaderMap.empty());
        assertThat(joined.traceId()).isEqualTo(TRACE);
    }

    @Test
    void leavesTheDecisionToTheEnd() {
        TraceContext trace = sampling(Sampler.ON_ERROR, 0).of(stream("traceparent", LEFT), HeaderMap.empty());

        assertThat(trace.exists()).isTrue();
        assertThat(trace.isSampled()).isFalse();
        assertThat(trace.traceId()).isEqualTo(TRACE);
    }

    @Test
    void readsB3WhereItIsChosen() {
        MultiMap both =
                stream("traceparent", "00-" + OTHER + "-" + SPAN + "-01").add("b3", TRACE + "-" + SPAN + "-1");
        MultiMap several =
                stream("x-b3-traceid", TRACE).add("x-b3-spanid", SPAN).add("x-b3-sampled", "1");

        assertThat(sampling(Sampler.PARENT, 0, Propagation.B3, Propagation.W3C)
                        .of(both, HeaderMap.empty())
                        .traceId())
                .isEqualTo(TRACE);
        assertThat(sampling(Sampler.PARENT, 0, Propagation.W3C, Propagation.B3)
                        .of(both, HeaderMap.empty())
                        .traceId())
                .isEqualTo(OTHER);
        assertThat(sampling(Sampler.PARENT, 0, Propagation.B3)
                        .of(several, HeaderMap.empty())
                        .traceId())
                .isEqualTo(TRACE);
        assertThat(sampling(Sampler.PARENT, 0).of(several, HeaderMap.empty())).isSameAs(TraceContext.NONE);
    }

    @Test
    void anExchangeThatIsNotKeptCostsNoMemory() {
        HeaderMap request =
                HeaderMap.of(":path", "/", "traceparent", LEFT, "tracestate", "a=1", "b3", TRACE + "-" + SPAN + "-0");
        MultiMap stream = stream("content-type", "application/grpc");

        assertThat(allocatedBy(
                        new HeadSampling(TracingConfigs.sampling(false, Sampler.PARENT, 1), random()), stream, request))
                .isZero();
        assertThat(allocatedBy(sampling(Sampler.RATIO, 0), stream, request)).isZero();
        assertThat(allocatedBy(sampling(Sampler.PARENT, 1), stream, request)).isZero();
        assertThat(allocatedBy(sampling(Sampler.PARENT, 1, Propagation.B3, Propagation.W3C), stream, request))
                .isZero();
        assertThat(allocatedBy(sampling(Sampler.PARENT, 0), stream, HeaderMap.empty()))
                .isZero();
        assertThat(allocatedBy(sampling(Sampler.RATIO, 1e-9), stream, request)).isZero();
        assertThat(allocatedBy(sampling(Sampler.RATIO, 1), stream, request)).isPositive();
    }

    /** The bytes that a thousand decisions take after those that warm up. */
    private static long allocatedBy(HeadSampling sampling, MultiMap stream, HeaderMap request) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 100; i++) {
            sampling.of(stream, request);
        }
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            sampling.of(stream, request);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static MultiMap stream(String... field) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        return field.length == 0 ? headers : headers.add(field[0], field[1]);
    }

    private static HeadSampling sampling(Sampler sampler, double rate, Propagation... formats) {
        return new HeadSampling(TracingConfigs.sampling(true, sampler, rate, formats), random());
    }

    private static SplittableRandom random() {
        return new SplittableRandom(7);
    }
}
