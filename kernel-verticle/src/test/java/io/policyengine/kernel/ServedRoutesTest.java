package io.policyengine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.BoundParams;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** The routes without which a kernel is not ready. */
class ServedRoutesTest {
    private static final Set<String> AWAY = Set.of("third");

    private final KernelMeters meters = new KernelMeters(new SimpleMeterRegistry());
    private final FakeTicker ticker = new FakeTicker();
    private final ServedRoutes routes = new ServedRoutes(ticker);

    private RoutePlan refused(int number, ErrorCode code) {
        String name = "r" + number;
        return RoutePlan.refused(
                name,
                new RoutePlan.Refusal(code, "why", List.of(Problem.error(Location.ofFile("f"), "why"))),
                meters.route(name, 0, 0));
    }

    /** So many routes, of which the first wait for the third party's worker. */
    private List<RoutePlan> plans(int all, int waiting) {
        return IntStream.range(0, all)
                .mapToObj(i -> i < waiting
                        ? refused(i, ErrorCode.WORKER_UNAVAILABLE)
                        : RoutePlan.open("r" + i, meters.route("r" + i, 0, 0)))
                .toList();
    }

    private static List<WorkerEndpointConfig> workers(String required) {
        String json = "{\"workers\": [{\"name\": \"own\"}, {\"name\": \"third\"" + required + "}]}";
        return switch (KernelConfig.BINDER.bind(new JsonMapper().readTree(json))) {
            case BoundParams.Ok<KernelConfig>(var value) -> value.workers();
            case BoundParams.Invalid<KernelConfig>(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private boolean isReady(List<RoutePlan> plans, String required) {
        return routes.note(plans, workers(required), AWAY).blocking().isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // routes | of which wait | the worker's setting | whether the kernel is ready
                "5  | 1 | ''                     | true",
                "5  | 1 | ', \"required\": \"auto\"' | true",
                "5  | 1 | ', \"required\": true'   | false",
                "5  | 1 | ', \"required\": false'  | true",
                "4  | 2 | ''                     | true",
                "5  | 3 | ''                     | false",
                "5  | 5 | ''                     | false",
                "5  | 5 | ', \"required\": false'  | true",
                "1  | 1 | ''                     | false",
            })
    void aLostWorkerCountsAsItsSettingSays(int all, int waiting, String required, boolean isReady) {
        assertThat(isReady(plans(all, 0), required)).isTrue();

        assertThat(isReady(plans(all, waiting), required)).isEqualTo(isReady);
        assertThat(isReady(plans(all, 0), required)).isTrue();
    }

    @Test
    void theRoutesThatWaitAreListedEitherWay() {
        isReady(plans(5, 0), "");

        assertThat(routes.note(plans(5, 1), workers(""), AWAY).others())
                .extracting(RoutePlan::routeName)
                .containsExactly("r0");
        assertThat(routes.note(plans(5, 4), workers(""), AWAY).blocking()).hasSize(4);
    }

    @Test
    void aRouteThatIsRefusedForItsConfigurationIsNoPartOfTheRoutes() {
        List<RoutePlan> all = plans(4, 0);
        isReady(all, "");

        List<RoutePlan> plans = List.of(
                refused(0, ErrorCode.WORKER_UNAVAILABLE),
                all.get(1),
                refused(2, ErrorCode.ROUTE_MISCONFIGURED),
                refused(3, ErrorCode.ROUTE_MISCONFIGURED));
        assertThat(isReady(plans, "")).isTrue();
        assertThat(isReady(
                        Stream.concat(plans.stream().limit(1), plans.stream().skip(2))
                                .toList(),
                        ""))
                .isFalse();
    }

    @Test
    void aStartWaitsAMinuteForAWorkerThatFewRoutesNeed() {
        boolean first = isReady(plans(5, 1), "");
        ticker.advance(Duration.ofSeconds(59));
        boolean before = isReady(plans(5, 1), "");

        ticker.advance(Duration.ofSeconds(1));

        assertThat(first).isFalse();
        assertThat(before).isFalse();
        assertThat(isReady(plans(5, 1), "")).isTrue();
    }

    @Test
    void aStartWaitsForARequiredWorkerAndForOneThatManyRoutesNeed() {
        ticker.advance(Duration.ofMinutes(2));

        assertThat(isReady(plans(5, 1), ", \"required\": true")).isFalse();
        assertThat(isReady(plans(5, 3), "")).isFalse();
    }

    @Test
    void aRouteThatNeverWorkedDoesNotCount() {
        isReady(plans(2, 0), "");

        assertThat(isReady(
                        Stream.concat(
                                        plans(2, 0).stream(),
                                        IntStream.range(2, 9).mapToObj(i -> refused(i, ErrorCode.WORKER_UNAVAILABLE)))
                                .toList(),
                        ""))
                .isTrue();
    }
}
