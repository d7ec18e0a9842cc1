package io.policyengine.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What reads a message takes time in proportion to it. Work is counted as the processor time and the memory that this thread takes,
 * of the least of several runs; eight times the input may take twenty-four times as much, where squared work takes sixty-four.
 */
class LinearTimeTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RUNS = 9;
    private static final int FACTOR = 8;
    private static final double TOLERANCE = 3;

    /** Below that, a run says more of the clock than of the work. */
    private static final double MIN_NANOS = 200_000;

    /**
     * Something that reads an input.
     *
     * @param start the size of the smaller input
     * @param input one of a size
     */
    record Subject<T>(String name, int start, IntFunction<T> input, Consumer<T> read) {
        Work least(int size) {
            T made = input.apply(size);
            List<Work> runs = IntStream.range(0, RUNS).mapToObj(_ -> run(made)).toList();
            return new Work(
                    runs.stream().mapToDouble(Work::nanos).min().orElseThrow(),
                    runs.stream().mapToDouble(Work::bytes).min().orElseThrow());
        }

        private Work run(T made) {
            long nanos = THREADS.getCurrentThreadCpuTime();
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            read.accept(made);
            return new Work(
                    THREADS.getCurrentThreadCpuTime() - nanos, THREADS.getCurrentThreadAllocatedBytes() - bytes);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    record Work(double nanos, double bytes) {}

    static List<Subject<?>> subjects() {
        List<Subject<?>> all = new ArrayList<>();
        all.add(on("size(request.query_params) >= 0", 2000, LinearTimeTest::query));
        all.add(on(
                "!request.query_params.exists(name, request.query_params[name] == 'x')", 110, LinearTimeTest::query));
        all.add(on("!request.query_params.exists(name, 'x' in request.query_params)", 110, LinearTimeTest::query));
        all.add(on("size(request.headers) >= 0", 2000, LinearTimeTest::fields));
        all.add(on("!request.headers.exists(name, request.headers[name] == 'x')", 110, LinearTimeTest::fields));
        all.add(on("size(request.header_values) >= 0", 2000, LinearTimeTest::fields));
        all.add(on("size(request.header_values) >= 0", 2000, LinearTimeTest::repeats));
        all.add(on("size(request.query.split('&')) >= 0", 2000, LinearTimeTest::query));
        all.add(on("!request.query.matches('(a*)*b$')", 2000, LinearTimeTest::query));
        all.add(new Subject<>("parameters of a query", 2000, LinearTimeTest::target, QueryString::parameters));
        all.add(new Subject<>(
                "all parameters of one name", 2000, LinearTimeTest::target, target -> QueryString.getAll(target, "x")));
        all.add(new Subject<>("codings", 2000, size -> List.of("gzip,".repeat(size)), ContentCodings::of));
        all.add(new Subject<>(
                "media types",
                2000,
                size -> HeaderMap.of("content-type", "text/plain;a=b,".repeat(size)),
                MediaTypes::of));
        all.add(new Subject<>("dot segments", 2000, "/a/.."::repeat, LinearTimeTest::readPath));
        all.add(new Subject<>("encodings of encodings", 2000, "/%252525252e"::repeat, LinearTimeTest::readPath));
        all.add(new Subject<>(
                "fields that are left out",
                2000,
                LinearTimeTest::headers,
                fields -> fields.without(name -> name.endsWith("1"))));
        return all;
    }

    @ParameterizedTest
    @MethodSource("subjects")
    <T> void eightTimesTheInputTakesEightTimesTheWork(Subject<T> subject) {
        // The code is compiled by then.
        subject.least(subject.start());
        subject.least(subject.start() * FACTOR);

        Work small = subject.least(subject.start());
        Work large = subject.least(subject.start() * FACTOR);

        assertThat(large.bytes()).isLessThan(TOLERANCE / 2 * FACTOR * Math.max(small.bytes(), 10_000));
        assertThat(large.nanos()).isLessThan(TOLERANCE * FACTOR * Math.max(small.nanos(), MIN_NANOS));
    }

    private static Subject<RequestContext> on(String condition, int start, IntFunction<RequestView> request) {
        Expression<Boolean> expression =
                ((Compiled.Ok<Boolean>) Expression.condition(condition, Phase.REQUEST)).expression();
        return new Subject<>(
                condition,
                start,
                size -> new RequestContext(
                        request.apply(size), Metadata.empty(), new Call("r", 1, Long.MAX_VALUE, new Cancellation())),
                seen -> assertThat(expression.evaluate(seen)).isTrue());
    }

    private static String target(int size) {
        return IntStream.range(0, size).mapToObj(i -> "a" + i + "=%41").collect(Collectors.joining("&", "/?", ""));
    }

    private static HeaderMap headers(int size) {
        HeaderMap.Builder fields = HeaderMap.builder(size);
        IntStream.range(0, size).forEach(i -> fields.append("a" + i, "v"));
        return fields.build();
    }

    private static RequestView query(int size) {
        return request(target(size), HeaderMap.empty());
    }

    private static RequestView fields(int size) {
        return request("/", headers(size));
    }

    private static RequestView repeats(int size) {
        HeaderMap.Builder fields = HeaderMap.builder(size);
        IntStream.range(0, size).forEach(_ -> fields.append("a", "v"));
        return request("/", fields.build());
    }

    private static RequestView request(String target, HeaderMap fields) {
        return new RequestView("GET", "https", "a", target, fields, "192.0.2.7", Map.of(), null, false);
    }

    private static void readPath(String path) {
        assertThat(PathRules.STRICT.faultIn("GET", path, Set.of())).isNotNull();
    }
}
