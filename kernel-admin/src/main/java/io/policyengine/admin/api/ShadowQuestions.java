package io.policyengine.admin.api;

import io.policyengine.admin.view.AnswersView;
import io.policyengine.admin.view.ShadowDenialView;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.worker.registry.ReplicaAnswer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The operation that lists what entries in shadow mode would have denied. The workers that run the entries keep these
 * denials, since a run in shadow mode may outlast its exchange. At most {@value #MAX_ASKED} queries run at a time,
 * since each takes the answers of all replicas into memory. Confined to the kernel's event loop.
 */
final class ShadowQuestions {
    /** Maximum concurrent queries for denials by entries in shadow mode. */
    static final int MAX_ASKED = 4;

    private static final String WOULD_DENY = "would_deny";

    private final Vertx vertx;
    private final Generations generations;
    private final InstantSource clock;

    /** Queries in progress. */
    private final Capacity asked = new Capacity(MAX_ASKED);

    ShadowQuestions(Vertx vertx, Generations generations, InstantSource clock) {
        this.vertx = vertx;
        this.generations = generations;
        this.clock = clock;
    }

    List<ApiOperation> endpoints() {
        List<QueryParameter> parameters = new ArrayList<>(ExchangeFilter.OF_DENIALS);
        parameters.add(QueryParameter.text(WOULD_DENY, "Name of the entry in shadow mode.")
                .required());
        return List.of(new ApiOperation(
                        new ApiOperation.Operation(
                                HttpMethod.GET,
                                "/shadow-denials",
                                "listShadowDenials",
                                "What an entry in shadow mode would have denied: the newest denials that its workers"
                                        + " keep."),
                        null,
                        ShadowDenialView.All.class,
                        List.of(ApiProblem.Code.NOT_FOUND),
                        AdminRole.READ,
                        this::list)
                .asking(parameters)
                .busy());
    }

    private Future<ApiAnswer> list(ApiRequest request) {
        String entry = request.query().getOrDefault(WOULD_DENY, "");
        ExchangeFilter.OfDenial filter = new ExchangeFilter(request, clock.instant()).ofDenial();
        Generation running =
                Objects.requireNonNull(generations.current(), "the API is served after the first generation");
        Set<String> policies = new TreeSet<>();
        for (RouteConfig route : running.config().routes()) {
            Stream.of(route.requestFlow(), route.responseFlow())
                    .flatMap(flow -> flow.chain().stream())
                    .filter(one -> one.name().equals(entry))
                    .map(EntryConfig::policy)
                    .forEach(policies::add);
        }
        if (policies.isEmpty()) {
            throw new ApiProblem(
                    ApiProblem.Code.NOT_FOUND,
                    "'" + WOULD_DENY + "' must be the name of an entry of the running configuration");
        }
        if (!asked.tryTake(1)) {
            throw new ApiProblem(
                    ApiProblem.Code.BUSY,
                    MAX_ASKED + " queries for denials in shadow mode are running: try again later");
        }
        return ask(policies, filter, entry).onComplete(_ -> asked.give(1));
    }

    private Future<ApiAnswer> ask(Set<String> policies, ExchangeFilter.OfDenial filter, String entry) {
        List<Future<List<ReplicaAnswer>>> answers = policies.stream()
                .map(policy -> generations.registry().ask(PolicyQuestion.shadowDenials(policy, filter.route(), entry)))
                .toList();
        return Future.join(answers)
                .compose(_ -> OffLoop.call(
                        vertx,
                        () -> ApiAnswer.of(view(
                                AnswersView.of(answers.stream()
                                        .flatMap(answer -> answer.result().stream())
                                        .toList()),
                                filter))));
    }

    private static ShadowDenialView.All view(AnswersView answers, ExchangeFilter.OfDenial filter) {
        List<ShadowDenialView> denials = answers.answers().stream()
                .flatMap(answer -> Stream.ofNullable(answer.answer())
                        .flatMap(told -> told.valueStream().map(one -> ShadowDenialView.of(answer, one))))
                .filter(filter::isFor)
                .sorted(Comparator.comparingLong(ShadowDenialView::millis).reversed())
                .limit(filter.limit())
                .toList();
        return new ShadowDenialView.All(denials, answers.unanswered());
    }
}
