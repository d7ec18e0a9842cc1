package io.policyengine.policies.ai.modelrouter;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.policies.ai.shared.audience.Audience;
import io.policyengine.policies.ai.shared.model.Aliases;
import io.policyengine.policies.ai.shared.model.ModelName;
import io.policyengine.policies.ai.shared.model.NamePatterns;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/**
 * The compiled parameters of {@code modelRouter}.
 *
 * @param fields names of the request fields that routes set, in lower case
 * @param unmatched changes of a request to which no route applies
 * @param source source of the model
 */
record Routes(
        Aliases aliases,
        List<Route> routes,
        Set<String> fields,
        List<RequestInstruction> unmatched,
        FactsSource source) {
    /** Compiles the parameters, and reports all their problems at once. */
    static Routes of(ModelRouterParams params) {
        List<ParamProblem> problems = new ArrayList<>();
        Aliases aliases = Aliases.of(params.aliases(), problems);
        Set<String> fields = fields(params);
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < params.routes().size(); i++) {
            routes.add(route(params.routes().get(i), fields, "/routes/" + i, problems));
        }
        if (params.aliases().isEmpty() && params.routes().isEmpty()) {
            problems.add(new ParamProblem("", "the policy changes nothing: give aliases or routes"));
        }
        boolean replaces = replaces(params);
        if (replaces && params.facts() == FactsSource.ENVOY) {
            problems.add(new ParamProblem(
                    "/facts", "with envoy, the body is not read, so a model in it cannot be replaced: write auto"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new Routes(
                aliases,
                List.copyOf(routes),
                fields,
                removals(fields, Set.of()),
                replaces ? FactsSource.BODY : params.facts());
    }

    private static boolean replaces(ModelRouterParams params) {
        return !params.aliases().isEmpty()
                || params.routes().stream().anyMatch(route -> route.model() != null || route.split() != null);
    }

    /** Returns how the policy needs the request body. Also works for invalid parameters. */
    static BodyNeed bodyNeed(ModelRouterParams params) {
        return replaces(params) ? BodyNeed.BUFFERED : params.facts().requestBody();
    }

    private static Set<String> fields(ModelRouterParams params) {
        Set<String> names = new LinkedHashSet<>();
        params.routes().forEach(route -> route.header().keySet().forEach(name -> names.add(HeaderMap.lowerCase(name))));
        return Set.copyOf(names);
    }

    private static Route route(
            ModelRouterParams.Route route, Set<String> fields, String pointer, List<ParamProblem> problems) {
        if (route.model() == null && route.split() == null && route.header().isEmpty()) {
            problems.add(new ParamProblem(pointer, "a route must have model, split or header"));
        }
        return new Route(
                route.models() == null
                        ? Optional.empty()
                        : Optional.of(NamePatterns.of(route.models(), false, pointer + "/models", problems)),
                Audience.of(route.audience(), pointer, problems),
                shares(route, pointer, problems),
                changes(route, fields, pointer + "/header", problems));
    }

    private static List<Route.Share> shares(
            ModelRouterParams.Route route, String pointer, List<ParamProblem> problems) {
        if (route.split() == null) {
            requireName(route.model(), pointer + "/model", problems);
            return route.model() == null ? List.of() : List.of(new Route.Share(route.model(), 1));
        }
        if (route.model() != null) {
            problems.add(new ParamProblem(pointer, "a route must not have both model and split"));
        }
        List<Route.Share> shares = new ArrayList<>();
        for (int i = 0; i < route.split().size(); i++) {
            ModelRouterParams.Share share = route.split().get(i);
            requireName(share.model(), pointer + "/split/" + i + "/model", problems);
            if (share.weight() > 0) {
                shares.add(new Route.Share(share.model(), share.weight()));
            }
        }
        if (shares.isEmpty()) {
            problems.add(new ParamProblem(
                    pointer + "/split", "all weights are 0: at least one model needs a higher " + "weight"));
        }
        return List.copyOf(shares);
    }

    private static void requireName(@Nullable String name, String pointer, List<ParamProblem> problems) {
        if (name != null && !ModelName.isLegal(name)) {
            problems.add(new ParamProblem(pointer, ModelName.RULE));
        }
    }

    private static List<RequestInstruction> changes(
            ModelRouterParams.Route route, Set<String> fields, String pointer, List<ParamProblem> problems) {
        Set<String> own = new HashSet<>();
        List<RequestInstruction> changes = new ArrayList<>();
        route.header().forEach((name, value) -> {
            String place = pointer + JsonPointer.empty().appendProperty(name);
            RequestInstruction set = new SetHeader(name, Octets.fromText(value));
            String illegal = Instructions.check(set);
            if (illegal != null) {
                problems.add(new ParamProblem(place, illegal));
            }
            if (!own.add(HeaderMap.lowerCase(name))) {
                problems.add(new ParamProblem(place, "the field is listed twice: names must differ in more than case"));
            }
            changes.add(set);
        });
        changes.addAll(removals(fields, own));
        return List.copyOf(changes);
    }

    /**
     * Returns instructions that remove the fields of all routes, except those in {@code but}, since clients may have
     * sent them.
     */
    private static List<RequestInstruction> removals(Set<String> fields, Set<String> but) {
        return fields.stream()
                .filter(name -> !but.contains(name))
                .<RequestInstruction>map(RemoveHeader::new)
                .toList();
    }

    /** Returns the declared facts, extended by those of the routes. */
    EntryFacts facts(EntryFacts declared) {
        EntryFacts facts = declared.with(HeaderUse.Action.REMOVES, fields);
        for (Route route : routes) {
            facts = facts.with(route.audience().facts());
        }
        return facts;
    }
}
