package io.policyengine.policies.ai.modelrouter;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.ai.shared.apierror.ApiDenialFormat;
import io.policyengine.policies.ai.shared.audience.AudienceParams;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Doc("Gives requests another model, or another route of Envoy, by the model that they name.")
record ModelRouterParams(
        @Doc(
                value =
                        "Other names of models, by name: the model takes the place of the name before routes are looked at.",
                examples = "{\"fast\": \"gpt-4o-mini\"}")
        @Default("{}")
        Map<String, String> aliases,

        @Doc(
                value = "Routes. The first that is for the model and the client counts.",
                examples =
                        "[{\"models\": \"claude-*\", \"header\": {\"X-Provider\": \"anthropic\"}}, {\"models\": \"gpt-4\", \"model\": \"gpt-4o\"}]")
        @Default("[]")
        List<Route> routes,

        @Doc("What becomes of a request that no route is for: pass, or deny with 404.") @Default("\"pass\"")
        Unmatched onUnmatched,

        @Doc(
                "Where the model is learnt from, if none is replaced: envoy is what Envoy's filter request_info left, and no body is asked for; body is the body and the path; auto is envoy where that came with the request, else body. Where a model may be replaced, the body is always read.")
        @Default("\"auto\"")
        FactsSource facts,

        @Doc(
                "Form of the body of a denial: provider is the error of the interface that the request speaks, so that its client library knows it.")
        @Default("\"provider\"")
        ApiDenialFormat denialFormat) {

    @Doc("What becomes of a request that no route is for.")
    enum Unmatched {
        PASS,
        DENY
    }

    @Doc("A route. All of models, consumers, claims and when that are given have to hold.")
    record Route(
            @Doc(
                    value =
                            "Models that the route is for, after aliases; * stands for any characters. Absent: all, and requests that name none.",
                    examples = {"\"claude-*\"", "[\"gpt-4\", \"gpt-4-*\"]"})
            @Nullable
            StringOrList models,

            @Doc(
                    value = "Ids of identities, one of which the client has.",
                    examples = {"\"alice\"", "[\"alice\", \"bob\"]"})
            @Nullable
            StringOrList consumers,

            @Doc(
                    value =
                            "Claims of the identity by name or JSON Pointer, and the value that each has, or a list of which it has one.",
                    examples = "{\"tier\": [\"gold\", \"silver\"]}")
            @Default("{}")
            Map<String, JsonNode> claims,

            @Doc(value = "Condition in CEL.", examples = "\"request.headers['x-beta'] == 'yes'\"") @Nullable
            String when,

            @Doc(value = "Model that the request gets. Absent: the one that it has.", examples = "\"gpt-4o\"") @Nullable
            String model,

            @Doc(
                    value = "Models of which the request gets one by chance, by weight; in place of model.",
                    examples = "[{\"model\": \"gpt-4o\", \"weight\": 90}, {\"model\": \"gpt-4.1\", \"weight\": 10}]")
            @Nullable
            @NonEmpty
            List<Share> split,

            @Doc(
                    value =
                            "Request fields that the route sets, by which Envoy chooses its route again. Those of other routes are removed.",
                    examples = "{\"X-Provider\": \"anthropic\"}")
            @Default("{}")
            Map<String, String> header) {
        AudienceParams audience() {
            return new AudienceParams(consumers, claims, when);
        }
    }

    @Doc("A share of the requests of a route.")
    record Share(
            @Doc("Model that they get.") String model,

            @Doc("Size of the share, beside the other weights.") @Range(min = 0, max = 1_000_000)
            int weight) {}
}
