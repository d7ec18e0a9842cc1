package io.policyengine.admin.api;

import io.policyengine.admin.view.AnswersView;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.policyengine.core.policy.Question;
import io.policyengine.core.worker.PolicyQuestion;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The operations that policies answer in the workers that run them. Confined to the kernel's event loop. */
final class PolicyQuestions {
    private static final String ROUTE = "route";
    private static final String KEY = "key";
    private static final List<String> WHAT = List.of("path", "path_prefix", "all");
    private static final Set<String> OF_PURGES = Set.of(ROUTE, "authority", "path", "path_prefix", "all");

    private final PolicyInquiries inquiries;

    PolicyQuestions(PolicyInquiries inquiries) {
        this.inquiries = inquiries;
    }

    List<ApiOperation> endpoints() {
        return List.of(
                ApiOperation.get(
                                "/quotas",
                                "getQuotas",
                                "Used and remaining quotas of a key.",
                                AnswersView.class,
                                this::quotas)
                        .asking(
                                QueryParameter.text(
                                                KEY,
                                                "The key: the value of the quota's expression, such as an identity or"
                                                        + " an address.")
                                        .required(),
                                QueryParameter.text(ROUTE, "Only quotas of this route."))
                        .busy(),
                new ApiOperation(
                                new ApiOperation.Operation(
                                        HttpMethod.POST,
                                        "/cache:purge",
                                        "purgeCache",
                                        "Purges cached answers: those of one path, those of all paths with a prefix,"
                                                + " or all."),
                                purges(),
                                AnswersView.class,
                                List.of(ApiProblem.Code.INVALID_BODY),
                                AdminRole.OPERATE,
                                this::purge)
                        .busy());
    }

    private static JsonNode purges() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        text(properties, ROUTE, "Only caches of this route.");
        text(properties, "authority", "Only answers for this authority.");
        text(properties, "path", "Path and query of the answers to purge, as sent to the upstream.");
        text(properties, "path_prefix", "Prefix of the paths of the answers to purge.");
        properties.putObject("all").put("const", true).put("description", "All answers.");
        ArrayNode one = schema.put("additionalProperties", false).putArray("oneOf");
        WHAT.forEach(name -> one.addObject().putArray("required").add(name));
        return schema;
    }

    private static void text(ObjectNode properties, String name, String description) {
        properties
                .putObject(name)
                .put("type", "string")
                .put("pattern", PlainText.PATTERN)
                .put("description", description);
    }

    private Future<ApiAnswer> quotas(ApiRequest request) {
        QueryValues query = new QueryValues(request);
        return ask("quota", query.text(ROUTE), new Question("quotas", Map.of(KEY, query.text(KEY))));
    }

    private Future<ApiAnswer> purge(ApiRequest request) {
        ObjectNode body = request.plainJson();
        Map<String, String> parameters = new HashMap<>();
        body.forEachEntry((name, value) -> {
            if (!OF_PURGES.contains(name) || !(name.equals("all") ? value.asBoolean(false) : value.isString())) {
                throw new ApiProblem(
                        ApiProblem.Code.INVALID_BODY,
                        "the body may contain the texts 'route', 'authority', 'path' and 'path_prefix', and 'all':"
                                + " true");
            }
            parameters.put(name, value.asString());
        });
        String route = parameters.remove(ROUTE);
        int which = 0;
        for (String one : WHAT) {
            which += parameters.containsKey(one) ? 1 : 0;
        }
        if (which != 1) {
            throw new ApiProblem(
                    ApiProblem.Code.INVALID_BODY, "the body must have one of 'path', 'path_prefix' and 'all': true");
        }
        return ask("cache", route == null ? "" : route, new Question("purge", parameters));
    }

    private Future<ApiAnswer> ask(String policy, String route, Question question) {
        return inquiries.ask(List.of(new PolicyQuestion(policy, route, question)), AnswersView::of);
    }
}
