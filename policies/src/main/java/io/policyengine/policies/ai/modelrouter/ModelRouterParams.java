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

@Doc("Changes the model of requests, or their route in Envoy, by the model that they name.")
record ModelRouterParams(
        @Doc(
                value = "Models by alias. The model replaces the alias before routes are matched.",
                examples = "{\"fast\": \"gpt-4o-mini\"}")
        @Default("{}")
        Map<String, String> aliases,

        @Doc(
                value = "Routes. The first route that matches the model and the client applies.",
                examples =
                        "[{\"models\": \"claude-*\", \"header\": {\"X-Provider\": \"anthropic\"}}, {\"models\": \"gpt-4\", \"model\": \"gpt-4o\"}]")
        @Default("[]")
        List<Route> routes,

        @Doc("Treatment of a request to which no route applies: pass, or deny with 404.") @Default("\"pass\"")
        Unmatched onUnmatched,

        @Doc("Source of the model: envoy is only the metadata of Envoy's filter request_info; body is the body and "
                + "the path; auto is envoy if the request has this metadata, else body. If the policy may "
                + "replace models, the body is always read.")
        @Default("\"auto\"")
        FactsSource facts,

        @Doc(
                "Form of the body of a denial: provider is the error format of the request's interface, which client libraries understand.")
        @Default("\"provider\"")
        ApiDenialFormat denialFormat) {

    @Doc("Treatment of a request to which no route applies.")
    enum Unmatched {
        PASS,
        DENY
    }

    @Doc("A route. All given conditions of models, consumers, claims and when must hold.")
    record Route(
            @Doc(
                    value = "Models to which the route applies, after aliases are replaced; * matches any characters. "
                            + "If absent, the route applies to all requests, even those that name no model.",
                    examples = {"\"claude-*\"", "[\"gpt-4\", \"gpt-4-*\"]"})
            @Nullable
            StringOrList models,

            @Doc(
                    value = "Ids of identities; the client must have one of them.",
                    examples = {"\"alice\"", "[\"alice\", \"bob\"]"})
            @Nullable
            StringOrList consumers,

            @Doc(
                    value = "Required values by claim of the identity (name or JSON Pointer): one value, or a list of "
                            + "alternative values.",
                    examples = "{\"tier\": [\"gold\", \"silver\"]}")
            @Default("{}")
            Map<String, JsonNode> claims,

            @Doc(value = "Condition in CEL.", examples = "\"request.headers['x-beta'] == 'yes'\"") @Nullable
            String when,

            @Doc(value = "New model of the request. If absent, the model stays.", examples = "\"gpt-4o\"") @Nullable
            String model,

            @Doc(
                    value = "Models in place of model; one of them is chosen at random, by weight.",
                    examples = "[{\"model\": \"gpt-4o\", \"weight\": 90}, {\"model\": \"gpt-4.1\", \"weight\": 10}]")
            @Nullable
            @NonEmpty
            List<Share> split,

            @Doc(
                    value = "Request fields that the route sets. Envoy then chooses its own route again by these "
                            + "fields. The fields of other routes are removed.",
                    examples = "{\"X-Provider\": \"anthropic\"}")
            @Default("{}")
            Map<String, String> header) {
        AudienceParams audience() {
            return new AudienceParams(consumers, claims, when);
        }
    }

    @Doc("A share of the requests of a route.")
    record Share(
            @Doc("New model of these requests.") String model,

            @Doc("Weight of the share, relative to the other weights.") @Range(min = 0, max = 1_000_000)
            int weight) {}
}
