package io.policyengine.admin.api;

import io.policyengine.admin.view.AnswersView;
import io.policyengine.admin.view.ShadowDenialView;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.vertx.core.Future;
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
 * denials, because a run in shadow mode may end after its exchange. Confined to the kernel's event loop.
 */
final class ShadowQuestions {
    private static final String WOULD_DENY = "would_deny";

    private final Generations generations;
    private final PolicyInquiries inquiries;
    private final InstantSource clock;

    ShadowQuestions(Generations generations, PolicyInquiries inquiries, InstantSource clock) {
        this.generations = generations;
        this.inquiries = inquiries;
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
                        List.of(ApiProblem.Code.NOT_FOUND, ApiProblem.Code.INVALID_TIME),
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
        return inquiries.ask(
                policies.stream()
                        .map(policy -> PolicyQuestion.shadowDenials(policy, filter.route(), entry))
                        .toList(),
                answers -> view(AnswersView.of(answers), filter));
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
